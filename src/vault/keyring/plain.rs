//! Keyrings whose entries stay on this computer by themselves.

use keyring::Entry;

use crate::vault::Backing;

/// What the system's keyring is called.
pub const BACKING: Backing = if cfg!(target_vendor = "apple") {
    Backing::Keychain
} else {
    Backing::SecretService
};

pub fn entry(service: &str, name: &str) -> keyring::Result<Entry> {
    Entry::new(service, name)
}
