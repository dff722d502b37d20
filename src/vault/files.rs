//! Secrets as files that only their owner may read, where there is no keyring.

use std::{fs, io, path::PathBuf};

use zeroize::Zeroizing;

use super::{
    Backing, VaultError,
    store::{SecretName, SecretStore},
};
use crate::{durable, platform::private};

/// A private folder of private files.
pub struct Files {
    folder: PathBuf,
}

impl Files {
    /// The folder is made when the first secret is kept.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn path(&self, name: SecretName) -> PathBuf {
        self.folder.join(name.as_str())
    }
}

impl SecretStore for Files {
    fn backing(&self) -> Backing {
        Backing::File
    }

    fn get(&self, name: SecretName) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        let path = self.path(name);
        match private::is_private(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(VaultError::File { path, source }),
            Ok(false) => Err(VaultError::NotPrivate(path)),
            Ok(true) => match fs::read(&path) {
                Ok(secret) => Ok(Some(Zeroizing::new(secret))),
                Err(source) => Err(VaultError::File { path, source }),
            },
        }
    }

    fn set(&self, name: SecretName, secret: &[u8]) -> Result<(), VaultError> {
        let path = self.path(name);
        private::make_folder(&self.folder)
            .and_then(|()| durable::replace(&path, secret))
            .map_err(|source| VaultError::File { path, source })
    }

    fn forget(&self, name: SecretName) -> Result<(), VaultError> {
        let path = self.path(name);
        durable::remove(&path).map_err(|source| VaultError::File { path, source })
    }
}
