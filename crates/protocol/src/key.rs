//! P-256 keys: the one curve that TPM 2.0, the Secure Enclave and WebCrypto share.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{
    Signature, SigningKey, VerifyingKey,
    signature::{Signer as _, Verifier as _},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

use crate::Error;

/// Something that signs with a P-256 key; hardware keys implement this in the programs.
pub trait Signer: Send + Sync {
    /// The public half.
    fn public_key(&self) -> PublicKey;
    /// ES256 over `bytes`: r and s, 32 bytes each (RFC 7518 section 3.4).
    ///
    /// # Errors
    /// A sentence for the log when the key cannot be used now.
    fn sign(&self, bytes: &[u8]) -> Result<[u8; 64], String>;
}

/// A private key held in this process's memory; wiped on drop.
pub struct SoftwareKey(SigningKey);

impl SoftwareKey {
    /// Takes 32 bytes that the caller drew from a cryptographic random source.
    ///
    /// # Errors
    /// [`Error::BadKey`] when they are zero or not below the group order (draw again).
    pub fn from_secret(bytes: &[u8; 32]) -> Result<Self, Error> {
        SigningKey::from_slice(bytes)
            .map(Self)
            .map_err(|_| Error::BadKey)
    }

    /// The private scalar, for sealed storage; wiped on drop.
    pub fn to_secret(&self) -> zeroize::Zeroizing<[u8; 32]> {
        zeroize::Zeroizing::new(self.0.to_bytes().into())
    }
}

impl Signer for SoftwareKey {
    fn public_key(&self) -> PublicKey {
        PublicKey(*self.0.verifying_key())
    }

    fn sign(&self, bytes: &[u8]) -> Result<[u8; 64], String> {
        let signature: Signature = self.0.sign(bytes);
        Ok(signature.to_bytes().into())
    }
}

impl fmt::Debug for SoftwareKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SoftwareKey([redacted])")
    }
}

/// A P-256 public key, written as base64url of its compressed SEC1 point.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Parses base64url of a compressed or uncompressed SEC1 point.
    ///
    /// # Errors
    /// [`Error::BadKey`] when it is not a point on the curve.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::BadKey)?;
        VerifyingKey::from_sec1_bytes(&bytes)
            .map(Self)
            .map_err(|_| Error::BadKey)
    }

    /// Verifies an ES256 signature.
    ///
    /// # Errors
    /// [`Error::BadSignature`] when it does not verify.
    pub fn verify(&self, bytes: &[u8], signature: &[u8]) -> Result<(), Error> {
        let signature = Signature::from_slice(signature).map_err(|_| Error::BadSignature)?;
        self.0
            .verify(bytes, &signature)
            .map_err(|_| Error::BadSignature)
    }

    /// A short name for this key in `kid` fields and logs: the first 96 bits of its SHA-256.
    pub fn key_id(&self) -> String {
        let digest = Sha256::digest(self.0.to_encoded_point(true).as_bytes());
        URL_SAFE_NO_PAD.encode(&digest[..12])
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0.to_encoded_point(true).as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}
