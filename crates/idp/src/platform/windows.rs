//! Private files on Windows, where the data directory's access list decides.

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
};

/// Makes a file that did not exist.
///
/// # Errors
/// As the system says; also when the file exists.
pub fn create_private(file: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(file)
}

/// Makes a directory and those above it.
///
/// # Errors
/// As the system says.
pub fn create_private_dir(dir: &Path) -> io::Result<()> {
    std::fs::create_dir_all(dir)
}

/// Access lists are the installer's matter.
///
/// # Errors
/// Never.
pub fn check_private(_file: &Path) -> io::Result<()> {
    Ok(())
}

/// Returns when the person at the terminal asks the program to end.
///
/// # Errors
/// When Ctrl-C cannot be listened for.
pub async fn asked_to_end() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
