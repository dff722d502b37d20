//! Windows: the Credential Manager, told to keep the entries on this computer. By default it lets them
//! follow the person to every computer of a domain, and a device key on two of them is a copied one.

use std::collections::HashMap;

use keyring_core::Entry;

use crate::vault::Backing;

/// What the system's keyring is called.
pub const BACKING: Backing = Backing::CredentialManager;

/// The store itself is opened by [`super::Keyring::reachable`].
pub fn entry(service: &str, name: &str) -> keyring::Result<Entry> {
    Entry::new_with_modifiers(service, name, &HashMap::from([("persistence", "Local")]))
}
