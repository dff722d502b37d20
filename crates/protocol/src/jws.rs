//! Compact JWS (RFC 7515) with one algorithm, ES256, and one `typ` for each kind of message, so
//! that a signature made for one purpose is worth nothing for another.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Error, PublicKey, Signer, VERSION};

/// The longest compact JWS that is looked at, in bytes.
pub const MAX_JWS_BYTES: usize = 8 * 1024;

/// A message that travels signed.
pub trait Message: Serialize + DeserializeOwned {
    /// The `typ` of its signature, different for every kind.
    const TYP: &'static str;
    /// The version the message carries.
    fn version(&self) -> u16;
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

/// Signs a message.
///
/// # Errors
/// What the signer says when its key cannot be used.
pub fn sign<M: Message>(signer: &dyn Signer, message: &M) -> Result<String, String> {
    let header = Header {
        alg: "ES256".to_owned(),
        typ: M::TYP.to_owned(),
        kid: signer.public_key().key_id(),
    };
    let mut text = encode_json(&header)?;
    text.push('.');
    text.push_str(&encode_json(message)?);
    let signature = signer.sign(text.as_bytes())?;
    text.push('.');
    text.push_str(&URL_SAFE_NO_PAD.encode(signature));
    Ok(text)
}

/// Verifies a message under one of `keys` and returns what was signed.
///
/// # Errors
/// The peer's fault, whatever it is; see [`enum@Error`].
pub fn verify<M: Message>(keys: &[PublicKey], compact: &str) -> Result<M, Error> {
    let parts = Parts::split(compact)?;
    parts.check_header(M::TYP)?;
    let signature = decode(parts.signature)?;
    keys.iter()
        .any(|key| key.verify(parts.signed.as_bytes(), &signature).is_ok())
        .then_some(())
        .ok_or(Error::BadSignature)?;
    parts.message()
}

/// Reads a message without verifying it: only to find out which key must verify it.
///
/// # Errors
/// As [`verify`], but for the signature.
pub fn read_unverified<M: Message>(compact: &str) -> Result<M, Error> {
    let parts = Parts::split(compact)?;
    parts.check_header(M::TYP)?;
    parts.message()
}

struct Parts<'a> {
    signed: &'a str,
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    fn split(compact: &'a str) -> Result<Self, Error> {
        if compact.len() > MAX_JWS_BYTES {
            return Err(Error::NotCompact);
        }
        let (signed, signature) = compact.rsplit_once('.').ok_or(Error::NotCompact)?;
        let (header, payload) = signed.split_once('.').ok_or(Error::NotCompact)?;
        if payload.contains('.') {
            return Err(Error::NotCompact);
        }
        Ok(Self {
            signed,
            header,
            payload,
            signature,
        })
    }

    fn check_header(&self, typ: &'static str) -> Result<(), Error> {
        let header: Header =
            serde_json::from_slice(&decode(self.header)?).map_err(|_| Error::BadHeader)?;
        if header.alg != "ES256" {
            return Err(Error::BadHeader);
        }
        if header.typ != typ {
            let found = header.typ.chars().take(40).collect();
            return Err(Error::WrongType {
                expected: typ,
                found,
            });
        }
        Ok(())
    }

    fn message<M: Message>(&self) -> Result<M, Error> {
        let message: M = serde_json::from_slice(&decode(self.payload)?)
            .map_err(|error| Error::BadPayload(error.to_string()))?;
        match message.version() {
            VERSION => Ok(message),
            other => Err(Error::UnknownVersion(other)),
        }
    }
}

fn decode(part: &str) -> Result<Vec<u8>, Error> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Error::NotCompact)
}

fn encode_json<T: Serialize>(value: &T) -> Result<String, String> {
    serde_json::to_vec(value)
        .map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
