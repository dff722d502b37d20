//! A real file system with room for a few pages only, for tests of full disks.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

const VARIABLE: &str = "SMALL_DISK";

/// A mounted file system that ends with the process.
pub struct SmallDisk(PathBuf);

/// The disk, when this process was started on one. Else runs this very test once more on a disk in a
/// mount namespace of its own, where it must pass, and gives nothing.
pub fn under(test: &str) -> Option<SmallDisk> {
    if let Some(path) = std::env::var_os(VARIABLE) {
        return Some(SmallDisk(path.into()));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let me = std::env::current_exe().expect("this program");
    let script = format!(
        "mount -t tmpfs -o size=256k none \"${VARIABLE}\" && exec \"$0\" --exact {test} --nocapture"
    );
    let ended = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
        .arg(me)
        .env(VARIABLE, folder.path())
        .output()
        .expect("unshare is installed");
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&ended.stdout),
        String::from_utf8_lossy(&ended.stderr)
    );
    assert!(
        ended.status.success() && said.contains("1 passed"),
        "{said}"
    );
    None
}

impl SmallDisk {
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Leaves not one byte free.
    pub fn fill(&self) {
        let mut file = std::fs::File::create(self.filling()).expect("an empty file needs no room");
        let copied = std::io::copy(&mut std::io::repeat(0), &mut file);
        let why = copied.expect_err("the disk has an end").kind();
        assert_eq!(why, std::io::ErrorKind::StorageFull);
    }

    /// Makes room again.
    pub fn free(&self) {
        std::fs::remove_file(self.filling()).expect("removed");
    }

    fn filling(&self) -> PathBuf {
        self.0.join("filling")
    }
}
