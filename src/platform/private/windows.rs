//! Windows: by an access list that inherits nothing and names the person and the system alone.
//! Administrators can take what they want all the same.

use std::{
    fs::{self, OpenOptions},
    io,
    path::Path,
};

use crate::platform::windows::access;

/// What is made in the folder later inherits its list.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    access::give_to_owner_alone(folder)
}

pub(super) fn options() -> OpenOptions {
    OpenOptions::new()
}

pub(super) fn shut(file: &Path) -> io::Result<()> {
    access::give_to_owner_alone(file)
}

pub(super) fn is_private(file: &Path) -> io::Result<bool> {
    access::is_owners_alone(file)
}

/// Windows has no such call; NTFS keeps its names by a journal.
#[allow(clippy::unnecessary_wraps)] // elsewhere it can fail
pub(super) fn settle(_folder: &Path) -> io::Result<()> {
    Ok(())
}
