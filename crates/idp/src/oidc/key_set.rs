//! The RSA keys of an issuer (RFC 7517), and signatures by RS256 under one of them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::Deserialize;
use thiserror::Error;

use super::json;

/// The largest set that is looked at, in octets; Microsoft's is some 20 KiB.
pub const MAX_OCTETS: usize = 256 * 1024;

/// Why a key set cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeySetError {
    /// Larger than any.
    #[error("the key set is larger than {MAX_OCTETS} octets")]
    TooLarge,
    /// Not JSON of that kind.
    #[error("it is no JSON Web Key Set")]
    Unreadable,
    /// No key in it signs tokens by RS256.
    #[error("no key in it is an RSA key that signs")]
    NoKey,
}

/// The keys of an issuer that sign by RS256.
#[derive(Debug)]
pub struct KeySet(Vec<Key>);

#[derive(Debug)]
struct Key {
    id: String,
    /// Whose tokens alone this key signs, `{tenantid}` standing for any tenant; Microsoft's own member.
    issuer: Option<String>,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    n: Option<String>,
    e: Option<String>,
    issuer: Option<String>,
}

impl KeySet {
    /// Reads a set. Keys of other kinds are passed over.
    ///
    /// # Errors
    /// [`KeySetError`].
    pub fn parse(text: &str) -> Result<Self, KeySetError> {
        if text.len() > MAX_OCTETS {
            return Err(KeySetError::TooLarge);
        }
        let document: Document = json::object(text.as_bytes()).ok_or(KeySetError::Unreadable)?;
        let keys: Vec<_> = document.keys.into_iter().filter_map(Key::of).collect();
        match keys.is_empty() {
            true => Err(KeySetError::NoKey),
            false => Ok(Self(keys)),
        }
    }

    /// How many keys there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether a key has this name.
    pub fn has(&self, id: &str) -> bool {
        self.0.iter().any(|key| key.id == id)
    }

    /// Whether a key of this name, which may sign for the issuer of this tenant, made the signature.
    pub fn verifies(&self, id: &str, issuer: &Issuer<'_>, signed: &[u8], signature: &[u8]) -> bool {
        let mut named = self
            .0
            .iter()
            .filter(|key| key.id == id && key.signs_for(issuer));
        named.any(|key| key.verifies(signed, signature))
    }
}

/// An issuer with a tenant in its name.
#[derive(Debug)]
pub struct Issuer<'a> {
    /// Its whole name.
    pub name: &'a str,
    /// The tenant's.
    pub tenant: &'a str,
}

impl Key {
    fn of(jwk: Jwk) -> Option<Self> {
        let signs = jwk.usage.is_none_or(|usage| usage == "sig")
            && jwk.alg.is_none_or(|alg| alg == "RS256");
        if jwk.kty != "RSA" || !signs {
            return None;
        }
        Some(Self {
            id: jwk.kid?,
            issuer: jwk.issuer,
            modulus: URL_SAFE_NO_PAD.decode(jwk.n?).ok()?,
            exponent: URL_SAFE_NO_PAD.decode(jwk.e?).ok()?,
        })
    }

    fn signs_for(&self, issuer: &Issuer<'_>) -> bool {
        let fits = |of: &String| of.replace("{tenantid}", issuer.tenant) == issuer.name;
        self.issuer.as_ref().is_none_or(fits)
    }

    fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool {
        let key = RsaPublicKeyComponents {
            n: &self.modulus,
            e: &self.exponent,
        };
        key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
            .is_ok()
    }
}
