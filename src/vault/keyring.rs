//! Secrets in the system's keyring: Secret Service on Linux, the keychain and the credential store
//! elsewhere.
//!
//! A keyring may sit behind a prompt that nobody sees, so every question has a time limit, and after
//! the first one that ran out no other is asked.

#[cfg(not(windows))]
mod plain;
#[cfg(windows)]
mod windows;

use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use keyring::Error;
use zeroize::Zeroizing;

#[cfg(not(windows))]
use plain as imp;
#[cfg(windows)]
use windows as imp;

use super::{
    Backing, VaultError,
    store::{SecretName, SecretStore},
};

/// The longest an answer may take.
const LIMIT: Duration = Duration::from_secs(5);

/// What the entries belong to. A demonstration never touches a real agent's keys.
const SERVICE: &str = if cfg!(feature = "demo") {
    "selfsame-demo"
} else {
    "selfsame"
};

/// The keyring of the person who is signed in.
pub struct Keyring {
    silent: AtomicBool,
}

impl Keyring {
    /// The keyring, if there is one that answers.
    pub fn reachable() -> Result<Self, VaultError> {
        let keyring = Self {
            silent: AtomicBool::new(false),
        };
        keyring.ask(|| match keyring::Entry::store_status() {
            Ok(()) => Ok(()),
            Err(error) => Err(Error::NoStorageAccess(error.to_string().into())),
        })?;
        Ok(keyring)
    }

    /// Asks on a thread of its own: the D-Bus library blocks, and must not do so on a runtime's thread.
    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce() -> keyring::Result<T> + Send + 'static,
    ) -> Result<T, VaultError> {
        if self.silent.load(Ordering::Relaxed) {
            return Err(VaultError::Keyring("it did not answer before".to_owned()));
        }
        let (answer, answered) = mpsc::channel();
        thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || answer.send(question()))
            .map_err(|error| VaultError::Keyring(error.to_string()))?;
        match answered.recv_timeout(LIMIT) {
            Ok(answer) => answer.map_err(|error| VaultError::Keyring(error.to_string())),
            Err(_) => {
                self.silent.store(true, Ordering::Relaxed);
                Err(VaultError::Keyring(
                    "it did not answer within five seconds".to_owned(),
                ))
            }
        }
    }
}

impl SecretStore for Keyring {
    fn backing(&self) -> Backing {
        imp::BACKING
    }

    fn get(&self, name: SecretName) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        self.ask(
            move || match imp::entry(SERVICE, name.as_str())?.get_secret() {
                Ok(secret) => Ok(Some(Zeroizing::new(secret))),
                Err(Error::NoEntry) => Ok(None),
                Err(error) => Err(error),
            },
        )
    }

    fn set(&self, name: SecretName, secret: &[u8]) -> Result<(), VaultError> {
        let secret = Zeroizing::new(secret.to_vec());
        self.ask(move || imp::entry(SERVICE, name.as_str())?.set_secret(&secret))
    }

    fn forget(&self, name: SecretName) -> Result<(), VaultError> {
        self.ask(
            move || match imp::entry(SERVICE, name.as_str())?.delete_credential() {
                Err(Error::NoEntry) => Ok(()),
                other => other,
            },
        )
    }
}
