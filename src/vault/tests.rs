//! The vault over files; the keyring is tested against a real one in `tests/senses/keyring.rs`.

use std::os::unix::fs::PermissionsExt;

use super::*;

fn key(byte: u8) -> SoftwareKey {
    SoftwareKey::from_secret(&[byte; 32]).expect("a key")
}

fn over_files() -> (tempfile::TempDir, Paths, Vault) {
    let root = tempfile::tempdir().expect("a folder");
    let paths = Paths::under(root.path()).expect("folders");
    remember(&paths.data.join("vault-backing"), Backing::File).expect("chosen");
    let vault = Vault::open(&paths).expect("opens");
    (root, paths, vault)
}

#[test]
fn a_device_key_survives_and_is_forgotten_when_asked() {
    let (_root, paths, vault) = over_files();
    assert!(vault.device_key().expect("read").is_none());
    vault.set_device_key(&key(7)).expect("kept");
    let again = Vault::open(&paths).expect("opens again");
    let found = again.device_key().expect("read").expect("there");
    assert_eq!(found.to_secret(), key(7).to_secret());
    again.forget_device_key().expect("forgotten");
    again
        .forget_device_key()
        .expect("forgetting twice is no error");
    assert!(vault.device_key().expect("read").is_none());
}

#[test]
fn secrets_in_files_are_the_owners_alone() {
    let (_root, paths, vault) = over_files();
    vault.set_device_key(&key(7)).expect("kept");
    let mode = |path: PathBuf| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(paths.data.join("secrets")), 0o700);
    assert_eq!(mode(paths.data.join("secrets/device-key")), 0o600);
    std::fs::set_permissions(
        paths.data.join("secrets/device-key"),
        std::fs::Permissions::from_mode(0o644),
    )
    .expect("opened up");
    assert!(matches!(vault.device_key(), Err(VaultError::NotPrivate(_))));
}

#[test]
fn a_damaged_device_key_is_said_and_kept() {
    let (_root, paths, vault) = over_files();
    vault.set_device_key(&key(7)).expect("kept");
    std::fs::write(paths.data.join("secrets/device-key"), b"short").expect("damaged");
    assert!(matches!(vault.device_key(), Err(VaultError::Damaged(_))));
    assert_eq!(
        std::fs::read(paths.data.join("secrets/device-key")).expect("read"),
        b"short"
    );
}

#[test]
fn the_profile_key_stays_until_it_is_replaced() {
    let (_root, _paths, vault) = over_files();
    let first = vault.profile_key().expect("made");
    let sealed = first.seal(b"profile");
    assert!(vault.profile_key().expect("read").open(&sealed).is_ok());
    vault.new_profile_key().expect("replaced");
    assert!(vault.profile_key().expect("read").open(&sealed).is_err());
}
