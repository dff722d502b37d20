//! The signing key of the identity provider.

use std::fmt;

use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

/// Why a signing key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignerError {
    /// Not PKCS#8, not RSA, or below 2048 bits.
    #[error(
        "the signing key is no RSA key of 2048 to 4096 bits in PKCS#8 DER; make a new one with `init`"
    )]
    Key,
    /// Signing failed, which only a key of inconsistent numbers does.
    #[error(
        "the signing key did not produce a signature; restore it from a backup or make a new one"
    )]
    Signing,
}

/// An RSA key that signs with SHA-256. Prints as `[redacted]`.
pub struct Signer {
    key: RsaKeyPair,
    random: SystemRandom,
}

impl Signer {
    /// Takes over a key in PKCS#8 DER. The octets stay the caller's to wipe.
    ///
    /// # Errors
    /// When it is no RSA key of 2048 bits or more.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, SignerError> {
        let key = RsaKeyPair::from_pkcs8(der).map_err(|_| SignerError::Key)?;
        Ok(Self {
            key,
            random: SystemRandom::new(),
        })
    }

    /// The public key, `RSAPublicKey` in DER: equals the one in the certificate that goes with this key.
    #[must_use]
    pub fn public_key_der(&self) -> &[u8] {
        self.key.public().as_ref()
    }

    /// Signs `message` with RSASSA-PKCS1-v1_5 and SHA-256.
    ///
    /// # Errors
    /// `Signing`.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let mut signature = vec![0; self.key.public().modulus_len()];
        // The signature itself is deterministic; ring asks for randomness in case it should want to blind.
        self.key
            .sign(&RSA_PKCS1_SHA256, &self.random, message, &mut signature)
            .map_err(|_| SignerError::Signing)?;
        Ok(signature)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer([redacted])")
    }
}
