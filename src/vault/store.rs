//! What a place for secrets can do.

use zeroize::Zeroizing;

use super::{Backing, VaultError};

/// The secrets there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretName {
    /// Signs what this device says.
    DeviceKey,
    /// Seals the profile.
    ProfileKey,
}

impl SecretName {
    /// As files and keyring entries are called.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeviceKey => "device-key",
            Self::ProfileKey => "profile-key",
        }
    }
}

/// A place for secrets.
pub trait SecretStore: Send + Sync {
    /// Which one it is.
    fn backing(&self) -> Backing;
    /// The secret; `None` when it was never set or was removed.
    fn get(&self, name: SecretName) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError>;
    /// Keeps a secret in place of any before.
    fn set(&self, name: SecretName, secret: &[u8]) -> Result<(), VaultError>;
    /// Removes a secret; no error when there is none.
    fn forget(&self, name: SecretName) -> Result<(), VaultError>;
}
