//! The vault: the device key and the profile's key, in the system's keyring or else in private files.
//!
//! The first place that worked is remembered: a keyring that is locked tomorrow must not make the
//! agent believe that it was never enrolled.

mod files;
mod keyring;
mod sealed;
mod store;

use std::path::PathBuf;

use selfsame_protocol::SoftwareKey;
use serde::Serialize;
use zeroize::Zeroizing;

use self::store::{SecretName, SecretStore};
use crate::{config::Paths, durable};

pub use sealed::{Opened, SealError, SealingKey};

/// Where secrets are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Backing {
    /// The Secret Service of the person's desktop.
    SecretService,
    /// The person's own part of Windows' Credential Manager.
    CredentialManager,
    /// The person's keychain.
    Keychain,
    /// Files that only this person may read.
    File,
}

impl Backing {
    const ALL: [Self; 4] = [
        Self::SecretService,
        Self::CredentialManager,
        Self::Keychain,
        Self::File,
    ];

    /// As it is remembered.
    const fn as_str(self) -> &'static str {
        match self {
            Self::SecretService => "secret-service",
            Self::CredentialManager => "credential-manager",
            Self::Keychain => "keychain",
            Self::File => "file",
        }
    }
}

/// Why a secret cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The keyring that holds the keys does not answer.
    #[error(
        "the keyring that holds the agent's keys cannot be used now ({0}); unlock it and start the agent again"
    )]
    Keyring(String),
    /// A secret is there and is not what it should be.
    #[error("the {0} in the vault is damaged; erase this agent and enrol again")]
    Damaged(&'static str),
    /// A secret of others' reach.
    #[error("{0} may be read by others; make it private (mode 0600) or erase this agent")]
    NotPrivate(PathBuf),
}

/// The secrets of one person's agent.
pub struct Vault {
    store: Box<dyn SecretStore>,
}

impl Vault {
    /// Opens the place that was used before; the first time, the keyring where one answers within
    /// five seconds, else private files. Asks the person at most once to unlock a keyring.
    ///
    /// # Errors
    /// When the place that was used before cannot be reached now.
    pub fn open(paths: &Paths) -> Result<Self, VaultError> {
        let marker = paths.data.join("vault-backing");
        let files = files::Files::new(paths.data.join("secrets"));
        let store: Box<dyn SecretStore> = match remembered(&marker)? {
            Some(Backing::File) => Box::new(files),
            Some(_) => Box::new(unlocked()?),
            None => choose(files),
        };
        let vault = Self { store };
        remember(&marker, vault.backing())?;
        Ok(vault)
    }

    /// Where secrets are kept.
    pub fn backing(&self) -> Backing {
        self.store.backing()
    }

    /// The device's key, if there is one.
    ///
    /// # Errors
    /// When the vault cannot be read, or what it holds is no key.
    pub fn device_key(&self) -> Result<Option<SoftwareKey>, VaultError> {
        let Some(secret) = self.bytes_of(SecretName::DeviceKey)? else {
            return Ok(None);
        };
        SoftwareKey::from_secret(&secret)
            .map(Some)
            .map_err(|_| VaultError::Damaged(SecretName::DeviceKey.as_str()))
    }

    /// Keeps the device's key, in place of any other.
    ///
    /// # Errors
    /// When the vault cannot be written.
    pub fn set_device_key(&self, key: &SoftwareKey) -> Result<(), VaultError> {
        self.store
            .set(SecretName::DeviceKey, key.to_secret().as_slice())
    }

    /// Forgets the device's key; no error when there is none.
    ///
    /// # Errors
    /// When the vault cannot be written.
    pub fn forget_device_key(&self) -> Result<(), VaultError> {
        self.store.forget(SecretName::DeviceKey)
    }

    /// The key that seals the profile; a new one when there is none.
    ///
    /// # Errors
    /// When the vault cannot be read or written. What is there and is no key is replaced: the file it
    /// sealed can then not be opened and is set aside.
    pub(crate) fn profile_key(&self) -> Result<SealingKey, VaultError> {
        match self.bytes_of(SecretName::ProfileKey) {
            Ok(Some(bytes)) => Ok(SealingKey::from_bytes(bytes)),
            Ok(None) | Err(VaultError::Damaged(_)) => self.new_profile_key(),
            Err(error) => Err(error),
        }
    }

    /// Forgets the key that sealed the profile so far, which makes every copy of the file unreadable,
    /// and makes another.
    ///
    /// # Errors
    /// When the vault cannot be written.
    pub(crate) fn new_profile_key(&self) -> Result<SealingKey, VaultError> {
        let key = SealingKey::random();
        self.store.set(SecretName::ProfileKey, key.as_bytes())?;
        Ok(key)
    }

    fn bytes_of(&self, name: SecretName) -> Result<Option<Zeroizing<[u8; 32]>>, VaultError> {
        let Some(secret) = self.store.get(name)? else {
            return Ok(None);
        };
        let mut bytes = Zeroizing::new([0; 32]);
        if secret.len() != bytes.len() {
            return Err(VaultError::Damaged(name.as_str()));
        }
        bytes.copy_from_slice(&secret);
        Ok(Some(bytes))
    }
}

/// The keyring that was used before; one that is still locked must not look like one without keys.
fn unlocked() -> Result<keyring::Keyring, VaultError> {
    let keyring = keyring::Keyring::reachable()?;
    keyring.get(SecretName::ProfileKey)?;
    Ok(keyring)
}

/// Tries the keyring with the write that is needed anyway.
fn choose(files: files::Files) -> Box<dyn SecretStore> {
    let tried = keyring::Keyring::reachable().and_then(|keyring| {
        if keyring.get(SecretName::ProfileKey)?.is_none() {
            keyring.set(SecretName::ProfileKey, SealingKey::random().as_bytes())?;
        }
        Ok(keyring)
    });
    match tried {
        Ok(keyring) => Box::new(keyring),
        Err(why) => {
            tracing::info!(%why, "no keyring: keys go into private files");
            Box::new(files)
        }
    }
}

fn remembered(marker: &std::path::Path) -> Result<Option<Backing>, VaultError> {
    match std::fs::read(marker) {
        Ok(bytes) => Ok(Backing::ALL
            .into_iter()
            .find(|backing| backing.as_str().as_bytes() == bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(VaultError::File {
            path: marker.to_owned(),
            source,
        }),
    }
}

fn remember(marker: &std::path::Path, backing: Backing) -> Result<(), VaultError> {
    if remembered(marker)? == Some(backing) {
        return Ok(());
    }
    durable::replace(marker, backing.as_str().as_bytes()).map_err(|source| VaultError::File {
        path: marker.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests;
