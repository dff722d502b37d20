//! Secrets that a stranger sends us: kept as hashes, compared in constant time, never printed.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::random;

/// A secret as text; prints as `[redacted]`, wiped on drop.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret(String);

impl Secret {
    /// 256 random bits as base64url.
    pub fn random() -> Self {
        Self(URL_SAFE_NO_PAD.encode(random::bytes::<32>()))
    }

    /// A token that enrols a device. Its beginning lets scanners of leaked secrets know it, and
    /// keeps it from looking like an option on a command line.
    pub fn enrolment_token() -> Self {
        Self(format!("sse_{}", Self::random().expose()))
    }

    /// A token that a directory shows; its beginning does the same.
    pub fn provisioning_token() -> Self {
        Self(format!("ssp_{}", Self::random().expose()))
    }

    /// Takes a secret as it was stored or sent.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept in its place.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

/// The SHA-256 of a secret of at least 128 random bits, for which no salt is needed.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// Hashes a secret that somebody sent.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Takes a stored hash; `None` when it has another length.
    pub fn from_stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// As a key in memory.
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// For storage.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether `text` is the secret, in time that does not depend on where they differ.
    pub fn is_of(&self, text: &str) -> bool {
        Self::of(text).0.ct_eq(&self.0).into()
    }
}

/// As base64url, for what is stored as JSON.
impl Serialize for SecretHash {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl<'de> Deserialize<'de> for SecretHash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        bytes
            .and_then(|bytes| Self::from_stored(&bytes))
            .ok_or_else(|| D::Error::custom("no hash of a secret"))
    }
}

/// In time that does not depend on where they differ.
impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SecretHash {}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints_itself() {
        let secret = Secret::random();
        assert!(!format!("{secret:?}").contains(secret.expose()));
    }

    #[test]
    fn a_hash_knows_its_secret_and_no_other() {
        let secret = Secret::random();
        assert!(secret.hash().is_of(secret.expose()));
        assert!(!secret.hash().is_of(Secret::random().expose()));
    }
}
