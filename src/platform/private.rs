//! Folders and files that only their person may use.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::{fs::OpenOptions, io, path::Path};

#[cfg(unix)]
use unix as imp;
#[cfg(windows)]
use windows as imp;

/// Makes a folder that nobody else may enter, and every folder above it that is missing.
///
/// # Errors
/// What the file system says, also where it cannot keep others out.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    imp::make_folder(folder)
}

/// Options by which a file is made for its person alone, as far as the system can do that while
/// it makes one; [`shut`] does the rest.
pub fn options() -> OpenOptions {
    imp::options()
}

/// Keeps others from a file that was just made.
///
/// # Errors
/// What the file system says.
pub fn shut(file: &Path) -> io::Result<()> {
    imp::shut(file)
}

/// Whether only its person, and who may do everything on this computer, can read a file.
///
/// # Errors
/// What the file system says.
pub fn is_private(file: &Path) -> io::Result<bool> {
    imp::is_private(file)
}

/// Sees to it that names which were changed in a folder are on disk, where the system has a way to.
///
/// # Errors
/// What the file system says.
pub fn settle(folder: &Path) -> io::Result<()> {
    imp::settle(folder)
}
