//! Small private files that are either the old one or the new one, whatever happens.

use std::{
    io::{self, Write},
    path::Path,
};

use crate::platform::private;

/// Replaces a file with `bytes`, readable by its owner only.
///
/// # Errors
/// What the file system says; the old file is then untouched.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let written = write_synced(&fresh, bytes).and_then(|()| std::fs::rename(&fresh, path));
    if written.is_err() {
        // Best effort: a leftover is harmless, and the first error is the one that matters.
        let _ = std::fs::remove_file(&fresh);
        return written;
    }
    sync_directory_of(path)
}

/// Removes a file; one that is not there is as good as removed.
///
/// # Errors
/// What the file system says.
pub fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Proves that a folder still takes a file of this many bytes, and leaves nothing behind.
///
/// # Errors
/// What the file system says to such a file.
pub fn prove_room(folder: &Path, bytes: usize) -> io::Result<()> {
    let path = folder.join("room");
    let written = write_synced(&path, &vec![0; bytes]);
    written.and(remove(&path))
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    remove(path)?;
    let mut file = private::options().write(true).create_new(true).open(path)?;
    private::shut(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn sync_directory_of(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), private::settle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_file_is_whole_and_private() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let path = root.path().join("enrolment.json");
        replace(&path, b"old").expect("written");
        replace(&path, b"new").expect("written again");
        assert_eq!(std::fs::read(&path).expect("read"), b"new");
        assert!(private::is_private(&path).expect("there"));
    }

    #[test]
    fn a_file_that_cannot_be_replaced_stays_as_it_was() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let path = root.path().join("counter");
        replace(&path, b"7").expect("written");
        // A directory in the way of the new file stands for a disk that refuses.
        std::fs::create_dir_all(root.path().join("counter.new/x")).expect("made");
        assert!(replace(&path, b"8").is_err());
        assert_eq!(std::fs::read(&path).expect("read"), b"7");
    }
}
