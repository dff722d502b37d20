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
        .filter(|process| is_of_user(process, user))
        .collect()
}

/// The folder of `/proc` of a process.
pub fn folder_of(process: u32) -> PathBuf {
    Path::new("/proc").join(process.to_string())
}

/// The folder of the process that started this one, while both live; the system's first process takes in orphans.
pub fn parent_of(process: &Path) -> Option<PathBuf> {
    let status = fs::read_to_string(process.join("status")).ok()?;
    let parent = status
        .lines()
        .find_map(|line| line.strip_prefix("PPid:"))?
        .trim()
        .parse()
        .ok()?;
    Some(folder_of(parent))
}

/// Whether a process belongs to a user.
pub fn is_of_user(process: &Path, user: u32) -> bool {
    fs::metadata(process).is_ok_and(|meta| meta.uid() == user)
}

/// Whether a process runs the very file that this one runs.
pub fn is_own_program(process: &Path) -> bool {
    let file_of = |process: &Path| {
        let meta = fs::metadata(process.join("exe")).ok()?;
        Some((meta.dev(), meta.ino()))
    };
    file_of(process).is_some_and(|file| Some(file) == file_of(Path::new("/proc/self")))
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

    #[test]
    fn a_program_that_this_one_started_is_its_child_and_another_program() {
        let mut child = std::process::Command::new("/bin/sleep")
            .arg("60")
            .spawn()
            .expect("it starts");
        let process = folder_of(child.id());
        let this = folder_of(std::process::id());
        assert_eq!(parent_of(&process), Some(this.clone()));
        assert!(!is_own_program(&process));
        assert!(is_own_program(&this));
        child.kill().expect("it ends");
        child.wait().expect("it has ended");
        assert_eq!(parent_of(&process), None);
    }
}
