//! Secrets as files that only their owner may read, where there is no keyring.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::{
    Backing, VaultError,
    store::{SecretName, SecretStore},
};
use crate::durable;

/// A folder (0700) of secrets (0600).
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
        match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(VaultError::File { path, source }),
            Ok(found) if found.permissions().mode() & 0o077 != 0 => {
                Err(VaultError::NotPrivate(path))
            }
            Ok(_) => match fs::read(&path) {
                Ok(secret) => Ok(Some(Zeroizing::new(secret))),
                Err(source) => Err(VaultError::File { path, source }),
            },
        }
    }

    fn set(&self, name: SecretName, secret: &[u8]) -> Result<(), VaultError> {
        let path = self.path(name);
        make_private(&self.folder)
            .and_then(|()| durable::replace(&path, secret))
            .map_err(|source| VaultError::File { path, source })
    }

    fn forget(&self, name: SecretName) -> Result<(), VaultError> {
        let path = self.path(name);
        durable::remove(&path).map_err(|source| VaultError::File { path, source })
    }
}

fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}
