//! The process table of Linux: who holds a socket, and whether a program is the system's.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// The user who may write to a system file.
const ROOT: u32 = 0;
/// Mode bits that let anybody but the owner write.
const WRITABLE_BY_OTHERS: u32 = 0o022;

/// The processes of a user that hold a socket, as folders of `/proc`.
pub fn holders_of(inode: u64, user: u32) -> Vec<PathBuf> {
    let link = format!("socket:[{inode}]");
    let mut all = of_user(user);
    all.retain(|process| holds(process, &link));
    all
}

/// The processes of a user, as folders of `/proc`.
pub fn of_user(user: u32) -> Vec<PathBuf> {
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    processes
        .flatten()
        .filter(|entry| entry.file_name().to_str().is_some_and(is_number))
        .map(|entry| entry.path())
        .filter(|process| fs::metadata(process).is_ok_and(|meta| meta.uid() == user))
        .collect()
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

fn holds(process: &Path, link: &str) -> bool {
    let Ok(descriptors) = fs::read_dir(process.join("fd")) else {
        return false;
    };
    descriptors
        .flatten()
        .any(|entry| fs::read_link(entry.path()).is_ok_and(|target| target.as_os_str() == link))
}

/// Whether what runs is the very file that this path names for us (a private mount could show
/// another one), and only root can change it or any directory above it.
pub fn is_system_file(running: &Path, program: &Path) -> bool {
    let (Ok(running), Ok(named)) = (fs::metadata(running), fs::metadata(program)) else {
        return false;
    };
    (running.dev(), running.ino()) == (named.dev(), named.ino())
        && program.is_absolute()
        && program.ancestors().all(only_root_writes)
}

fn only_root_writes(path: &Path) -> bool {
    fs::symlink_metadata(path)
        .is_ok_and(|meta| meta.uid() == ROOT && meta.mode() & WRITABLE_BY_OTHERS == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_others_can_replace_is_no_system_file() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let fake = root.path().join("chromium");
        fs::copy("/bin/true", &fake).expect("copied");
        assert!(!is_system_file(&fake, &fake), "/tmp is writable by all");
        assert!(is_system_file(
            Path::new("/usr/bin/env"),
            Path::new("/usr/bin/env")
        ));
        let another = Path::new("/usr/bin/id");
        assert!(!is_system_file(another, Path::new("/usr/bin/env")));
    }
}
