//! The vault over a real gnome-keyring on a private bus.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

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

/// Names the step that this process is to run.
const STEP: &str = "KEYRING_STEP";

/// Runs each step in a process and on a bus of its own, after a line of shell that may start a
/// keyring: this test starts itself again for it. All steps share one home.
fn on_buses(test: &str, steps: &[(&str, fn())]) {
    if let Ok(step) = std::env::var(STEP) {
        return steps[step.parse::<usize>().expect("a number")].1();
    }
    let home = tempfile::tempdir().expect("a folder");
    for (number, (prepare, _)) in steps.iter().enumerate() {
        on_a_bus(home.path(), prepare, test, number);
    }
}

fn on_a_bus(home: &Path, prepare: &str, test: &str, step: usize) {
    let run = home.join("run");
    std::fs::create_dir_all(&run).expect("a folder");
    let me = std::env::current_exe().expect("this program");
    let script =
        format!("{prepare}; exec \"$0\" --exact keyring::{test} --nocapture --test-threads=1");
    let ended = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", &script])
        .arg(me)
        .env(STEP, step.to_string())
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("share"))
        .env("XDG_RUNTIME_DIR", run)
        .env_remove("DISPLAY")
        .env("AGENT_HOME", home.join("agent"))
        .output()
        .expect("dbus-run-session is installed");
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&ended.stdout),
        String::from_utf8_lossy(&ended.stderr)
    );
    assert!(ended.status.success(), "step {step}: {said}");
    assert!(said.contains("1 passed"), "step {step} did not run: {said}");
}

const UNLOCKED: &str =
    "printf 'password\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1";
const NONE: &str = "true";

fn paths() -> Paths {
    let folder = std::env::var_os("AGENT_HOME")
        .map(PathBuf::from)
        .expect("the outer process sets it");
    Paths::under(&folder).expect("folders")
}

fn key() -> SoftwareKey {
    SoftwareKey::from_secret(&[7; 32]).expect("a key")
}

#[test]
fn keys_go_into_the_keyring_and_are_there_for_the_next_process() {
    on_buses(
        "keys_go_into_the_keyring_and_are_there_for_the_next_process",
        &[(UNLOCKED, keep_a_key), (UNLOCKED, find_the_key)],
    );
}

fn keep_a_key() {
    let paths = paths();
    let vault = Vault::open(&paths).expect("opens");
    assert_eq!(vault.backing(), Backing::SecretService);
    vault.set_device_key(&key()).expect("kept");
    assert!(
        !paths.data.join("secrets").exists(),
        "no secret lies in a file"
    );
}

fn find_the_key() {
    let vault = Vault::open(&paths()).expect("opens");
    assert_eq!(vault.backing(), Backing::SecretService);
    let found = vault.device_key().expect("read").expect("there");
    assert_eq!(found.to_secret(), key().to_secret());
    vault.forget_device_key().expect("forgotten");
    assert!(vault.device_key().expect("read").is_none());
}

#[test]
fn without_a_keyring_keys_go_into_private_files() {
    on_buses(
        "without_a_keyring_keys_go_into_private_files",
        &[(NONE, use_files)],
    );
}

fn use_files() {
    let vault = Vault::open(&paths()).expect("opens within its time limit");
    assert_eq!(vault.backing(), Backing::File);
}

#[test]
fn a_keyring_that_is_gone_is_an_error_and_not_a_new_start() {
    on_buses(
        "a_keyring_that_is_gone_is_an_error_and_not_a_new_start",
        &[(UNLOCKED, keep_a_key), (NONE, be_refused)],
    );
}

fn be_refused() {
    assert!(matches!(Vault::open(&paths()), Err(VaultError::Keyring(_))));
}

#[test]
fn a_profile_whose_keyring_item_was_deleted_is_set_aside() {
    on_buses(
        "a_profile_whose_keyring_item_was_deleted_is_set_aside",
        &[(UNLOCKED, lose_the_profile_key)],
    );
}

fn lose_the_profile_key() {
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
