//! A profile that cannot be read is set aside, said, and never overwritten.

use std::fs;

use super::*;
use crate::{config::Paths, engine::pace::Day};

struct Home {
    paths: Paths,
    vault: Vault,
    _root: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        let root = tempfile::tempdir().expect("a folder");
        let paths = Paths::under(root.path()).expect("folders");
        fs::write(paths.data.join("vault-backing"), "file").expect("chosen");
        let vault = Vault::open(&paths).expect("opens");
        Self {
            paths,
            vault,
            _root: root,
        }
    }

    fn open(&self) -> (Kept, Option<String>) {
        ProfileFile::open(&self.vault, &self.paths.data).expect("opens or begins")
    }

    fn saved(&self) -> Kept {
        let (kept, set_aside) = self.open();
        assert_eq!(set_aside, None);
        kept.file
            .save(&kept.profile, &kept.windows, &kept.pace)
            .expect("saved");
        kept
    }

    fn file(&self) -> PathBuf {
        self.paths.data.join("profile")
    }

    /// Spoils the file, opens it, and holds that it was kept byte for byte under another name.
    fn spoilt(&self, spoil: impl FnOnce(&mut Vec<u8>)) -> String {
        let before = self.saved();
        let mut bytes = fs::read(self.file()).expect("read");
        spoil(&mut bytes);
        fs::write(self.file(), &bytes).expect("spoilt");
        let (kept, told) = self.open();
        assert_ne!(
            kept.profile.generation(),
            before.profile.generation(),
            "a new generation"
        );
        assert!(kept.windows.is_empty());
        assert_eq!(self.asides(), [bytes]);
        told.expect("it says so")
    }

    fn asides(&self) -> Vec<Vec<u8>> {
        fs::read_dir(&self.paths.data)
            .expect("a folder")
            .filter_map(Result::ok)
            .filter(|entry| entry.file_name().to_string_lossy().contains("aside"))
            .map(|entry| fs::read(entry.path()).expect("read"))
            .collect()
    }
}

#[test]
fn a_saved_profile_comes_back_with_its_windows() {
    let home = Home::new();
    let (kept, _) = home.open();
    let windows = vec![Window::parse("2026-11-24").expect("a day")];
    kept.file
        .save(&kept.profile, &windows, &kept.pace)
        .expect("saved");
    let (again, set_aside) = home.open();
    assert_eq!(again.profile, kept.profile);
    assert_eq!(again.windows, windows);
    assert_eq!(set_aside, None);
}

#[test]
fn the_days_of_learning_come_back_and_a_file_from_before_they_were_kept_is_read() {
    let home = Home::new();
    let (kept, _) = home.open();
    let mut pace = Pace::default();
    pace.learnt(Day::of(clock::wall()), 50);
    kept.file.save(&kept.profile, &[], &pace).expect("saved");
    assert_eq!(home.open().0.pace, pace);
    let before = serde_json::json!({ "profile": kept.profile, "windows": [] });
    let sealed = kept.file.key.seal(before.to_string().as_bytes());
    fs::write(home.file(), sealed).expect("written");
    let (again, set_aside) = home.open();
    assert_eq!((again.pace, set_aside), (Pace::default(), None));
}

#[test]
fn a_corrupt_profile_is_set_aside() {
    let told = Home::new().spoilt(|bytes| *bytes.last_mut().expect("a byte") ^= 1);
    assert!(told.contains("altered or damaged"), "{told}");
}

#[test]
fn a_truncated_profile_is_set_aside() {
    assert!(
        Home::new()
            .spoilt(|bytes| bytes.truncate(9))
            .contains("cut short")
    );
    Home::new().spoilt(|bytes| bytes.truncate(bytes.len() - 1));
    Home::new().spoilt(Vec::clear);
}

#[test]
fn a_profile_of_a_later_program_is_set_aside() {
    let told = Home::new().spoilt(|bytes| bytes[8] = 7);
    assert!(told.contains("version 7"), "{told}");
}

#[test]
fn a_profile_whose_key_was_deleted_is_set_aside() {
    let home = Home::new();
    let before = home.saved();
    fs::remove_file(home.paths.data.join("secrets/profile-key")).expect("deleted");
    let (kept, told) = home.open();
    assert_ne!(kept.profile.generation(), before.profile.generation());
    assert!(told.expect("it says so").contains("key is gone"));
    assert_eq!(home.asides().len(), 1);
}

#[test]
fn files_set_aside_in_one_second_do_not_replace_each_other() {
    let home = Home::new();
    for _ in 0..3 {
        home.saved();
        fs::write(home.file(), "junk").expect("spoilt");
        home.open();
    }
    assert_eq!(home.asides().len(), 3);
}

#[test]
fn a_full_disk_leaves_the_old_profile_as_it_was() {
    let home = Home::new();
    let kept = home.saved();
    let before = fs::read(home.file()).expect("read");
    // A directory in the way of the new file stands for a disk that refuses.
    fs::create_dir_all(home.file().with_extension("new").join("x")).expect("in the way");
    assert!(
        kept.file
            .save(&kept.profile, &kept.windows, &kept.pace)
            .is_err()
    );
    assert_eq!(fs::read(home.file()).expect("read"), before);
}

#[test]
fn after_an_erase_no_copy_of_the_file_can_be_opened() {
    let home = Home::new();
    let kept = home.saved();
    let copy = fs::read(home.file()).expect("read");
    let fresh = kept.file.erase(&home.vault).expect("erased");
    assert!(!home.file().exists());
    assert_ne!(fresh.profile.generation(), kept.profile.generation());
    assert!(fresh.file.key.open(&copy).is_err());
}

#[test]
fn a_sign_in_counts_as_a_day_in_a_demonstration_only() {
    let home = Home::new();
    let (kept, _) = home.open();
    let windows = vec![Window::parse("demo-1").expect("a sign-in")];
    kept.file
        .save(&kept.profile, &windows, &kept.pace)
        .expect("saved");
    assert_eq!(
        home.open().0.windows.len(),
        usize::from(cfg!(feature = "demo"))
    );
}
