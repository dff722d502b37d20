//! Unix: private files have mode 0600 in a directory of mode 0700; SIGTERM ends the program.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// Makes a file that did not exist and that only this user may read.
///
/// # Errors
/// As the system says; also when the file exists.
pub fn create_private(file: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
}

/// Makes a directory, and those above it, that only this user may enter.
///
/// # Errors
/// As the system says.
pub fn create_private_dir(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// Refuses a file that its group or others may use.
///
/// # Errors
/// [`io::ErrorKind::PermissionDenied`] with what to do, or as the system says.
pub fn check_private(file: &Path) -> io::Result<()> {
    let mode = std::fs::metadata(file)?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        format!(
            "its mode is {mode:o}, so other users can use it; run `chmod 600` on it, and make a new key if anybody may have read it"
        ),
    ))
}

/// Returns when the system or the person at the terminal asks the program to end.
///
/// # Errors
/// When the signals cannot be listened for.
pub async fn asked_to_end() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
