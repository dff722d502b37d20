//! A real small file system, for tests of full disks. Several test programs include this file.

use std::{path::PathBuf, process::Command};

/// Temporary folders are made on the disk too.
const VARIABLE: &str = "TMPDIR";
const MARK: &str = "ON_A_SMALL_DISK";

/// A mounted file system that ends with the process.
pub struct SmallDisk(PathBuf);

/// The disk, when this process was started on one. Else runs this very test once more on a disk in a
/// mount namespace of its own, where it must pass, and gives nothing.
pub fn under(test: &str) -> Option<SmallDisk> {
    if std::env::var_os(MARK).is_some() {
        return Some(SmallDisk(std::env::temp_dir()));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let me = std::env::current_exe().expect("this program");
    let script = format!(
        "mount -t tmpfs -o size=8m none \"${VARIABLE}\" && exec \"$0\" --exact {test} --nocapture"
    );
    let ended = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
        .arg(me)
        .env(VARIABLE, folder.path())
        .env(MARK, "1")
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
