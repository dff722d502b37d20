//! The vault over a real gnome-keyring on a private bus. Each test starts the bus and runs its inner
//! half (an ignored test of this same program) on it.

use std::{path::PathBuf, process::Command};

use selfsame::{
    config::Paths,
    engine::{Engine, EngineConfig},
    vault::{Backing, Vault, VaultError},
};
use selfsame_protocol::SoftwareKey;

const SERVICE: &str = if cfg!(feature = "demo") {
    "selfsame-demo"
} else {
    "selfsame"
};

/// Runs an inner half on a bus of its own, after a line of shell that may start a keyring.
fn on_a_bus(home: &tempfile::TempDir, prepare: &str, inner: &str) {
    let run = home.path().join("run");
    std::fs::create_dir_all(&run).expect("a folder");
    let me = std::env::current_exe().expect("this program");
    let script = format!(
        "{prepare}; exec \"$0\" --exact keyring::{inner} --ignored --nocapture --test-threads=1"
    );
    let ended = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", &script])
        .arg(me)
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path().join("share"))
        .env("XDG_RUNTIME_DIR", run)
        .env_remove("DISPLAY")
        .env("AGENT_HOME", home.path().join("agent"))
        .output()
        .expect("dbus-run-session is installed");
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&ended.stdout),
        String::from_utf8_lossy(&ended.stderr)
    );
    assert!(ended.status.success(), "{said}");
    assert!(
        said.contains("1 passed"),
        "the inner half did not run: {said}"
    );
}

const UNLOCKED: &str =
    "printf 'password\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1";
const NONE: &str = "true";

fn home() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn paths() -> Paths {
    let folder = std::env::var_os("AGENT_HOME")
        .map(PathBuf::from)
        .expect("run by the outer half");
    Paths::under(&folder).expect("folders")
}

fn key() -> SoftwareKey {
    SoftwareKey::from_secret(&[7; 32]).expect("a key")
}

#[test]
fn keys_go_into_the_keyring_and_are_there_for_the_next_process() {
    let home = home();
    on_a_bus(&home, UNLOCKED, "inner_keeps_a_key");
    on_a_bus(&home, UNLOCKED, "inner_finds_the_key");
}

#[test]
#[ignore = "inner half"]
fn inner_keeps_a_key() {
    let paths = paths();
    let vault = Vault::open(&paths).expect("opens");
    assert_eq!(vault.backing(), Backing::SecretService);
    vault.set_device_key(&key()).expect("kept");
    assert!(
        !paths.data.join("secrets").exists(),
        "no secret lies in a file"
    );
}

#[test]
#[ignore = "inner half"]
fn inner_finds_the_key() {
    let vault = Vault::open(&paths()).expect("opens");
    assert_eq!(vault.backing(), Backing::SecretService);
    let found = vault.device_key().expect("read").expect("there");
    assert_eq!(found.to_secret(), key().to_secret());
    vault.forget_device_key().expect("forgotten");
    assert!(vault.device_key().expect("read").is_none());
}

#[test]
fn without_a_keyring_keys_go_into_private_files() {
    on_a_bus(&home(), NONE, "inner_uses_files");
}

#[test]
#[ignore = "inner half"]
fn inner_uses_files() {
    let vault = Vault::open(&paths()).expect("opens within its time limit");
    assert_eq!(vault.backing(), Backing::File);
}

#[test]
fn a_keyring_that_is_gone_is_an_error_and_not_a_new_start() {
    let home = home();
    on_a_bus(&home, UNLOCKED, "inner_keeps_a_key");
    on_a_bus(&home, NONE, "inner_refuses");
}

#[test]
#[ignore = "inner half"]
fn inner_refuses() {
    assert!(matches!(Vault::open(&paths()), Err(VaultError::Keyring(_))));
}

#[test]
fn a_profile_whose_keyring_item_was_deleted_is_set_aside() {
    on_a_bus(&home(), UNLOCKED, "inner_loses_the_profile_key");
}

#[test]
#[ignore = "inner half"]
fn inner_loses_the_profile_key() {
    let paths = paths();
    let start = || {
        let vault = std::sync::Arc::new(Vault::open(&paths).expect("opens"));
        Engine::start(EngineConfig::default(), vault, &paths).expect("starts")
    };
    let engine = start();
    let before = engine.status().profile.generation;
    let confirmed = confirmed(before);
    engine.confirmed(&confirmed).expect("kept");
    engine.shutdown();
    keyring::Entry::new(SERVICE, "profile-key")
        .and_then(|entry| entry.delete_credential())
        .expect("the item was there");

    let after = start().status().profile;
    assert_ne!(after.generation, before);
    assert_eq!(after.confirmed_windows, 0);
    assert!(after.set_aside.expect("it says so").contains("key is gone"));
}

fn confirmed(generation: selfsame_protocol::GenerationId) -> selfsame_protocol::message::Confirmed {
    selfsame_protocol::message::Confirmed {
        v: selfsame_protocol::VERSION,
        iss: selfsame_protocol::Origin::parse("https://idp.example").expect("an origin"),
        device: selfsame_protocol::DeviceId::from_bytes([1; 16]),
        generation,
        window: selfsame_protocol::message::Window::parse("2026-11-24").expect("a day"),
        iat: selfsame_protocol::UnixMillis(0),
    }
}
