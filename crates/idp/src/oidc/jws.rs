//! Reading a compact JWS that somebody else signed (RFC 7515): three parts of base64url, and a header that may not name
//! or carry the key by which it wants to be believed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, de::DeserializeOwned, de::IgnoredAny};

use super::{hint::HintError, json};

/// The longest token that is looked at, in octets. Entra ID's are some 1.5 KiB.
const MAX_OCTETS: usize = 16 * 1024;

/// A token that is read and not believed yet.
#[derive(Debug)]
pub struct Compact<'a> {
    /// What was signed.
    pub signed: &'a str,
    /// The name of the key.
    pub key_id: String,
    /// The signature.
    pub signature: Vec<u8>,
    payload: &'a str,
}

/// The members that decide something. Others, such as `x5t`, are passed over.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    jku: Option<IgnoredAny>,
    jwk: Option<IgnoredAny>,
    x5u: Option<IgnoredAny>,
    x5c: Option<IgnoredAny>,
    crit: Option<IgnoredAny>,
    b64: Option<IgnoredAny>,
    zip: Option<IgnoredAny>,
}

impl<'a> Compact<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// [`HintError::TooLarge`], [`HintError::Unreadable`], [`HintError::Algorithm`] or [`HintError::Header`].
    pub fn parse(text: &'a str) -> Result<Self, HintError> {
        if text.len() > MAX_OCTETS {
            return Err(HintError::TooLarge);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(HintError::Unreadable)?;
        let (header, payload) = signed.split_once('.').ok_or(HintError::Unreadable)?;
        let header: Header = read(header)?;
        Ok(Self {
            signed,
            key_id: header.checked()?,
            signature: decode(signature)?,
            payload,
        })
    }

    /// The claims; to be believed after the signature was.
    ///
    /// # Errors
    /// [`HintError::Unreadable`].
    pub fn claims<T: DeserializeOwned>(&self) -> Result<T, HintError> {
        read(self.payload)
    }
}

impl Header {
    fn checked(self) -> Result<String, HintError> {
        if self.alg != "RS256" {
            return Err(HintError::Algorithm);
        }
        let brings_its_key = [self.jku, self.jwk, self.x5u, self.x5c];
        let must_be_understood = [self.crit, self.b64, self.zip];
        let is_plain = brings_its_key
            .iter()
            .chain(&must_be_understood)
            .all(Option::is_none);
        let is_jwt = self.typ.is_none_or(|typ| typ == "JWT");
        self.kid
            .filter(|_| is_plain && is_jwt)
            .ok_or(HintError::Header)
    }
}

fn decode(part: &str) -> Result<Vec<u8>, HintError> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| HintError::Unreadable)
}

/// JSON in which no member that is read stands twice: two readers could take such a token for two.
fn read<T: DeserializeOwned>(part: &str) -> Result<T, HintError> {
    json::object(&decode(part)?).ok_or(HintError::Unreadable)
}
