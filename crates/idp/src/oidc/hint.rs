//! Entra ID's `id_token_hint`: who is meant, signed by Microsoft. Bytes, keys and time in; nothing else is read.

use selfsame_protocol::UnixMillis;
use serde::Deserialize;
use thiserror::Error;

use super::{
    guid::Guid,
    jws::Compact,
    key_set::{Issuer, KeySet},
};

/// How old a hint may be and, by a badly set clock, how far ahead of us, in milliseconds. Hints are issued expired, so
/// that they are good for nothing else; the time of issue is what counts.
const FRESH_MS: i64 = 5 * 60_000;
/// Longer names than any that Entra ID gives out.
const SUBJECT_OCTETS: usize = 255;

/// Why a hint is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HintError {
    /// Longer than any.
    #[error("it is longer than any that Entra ID sends")]
    TooLarge,
    /// No token.
    #[error("it is no compact JWT, or a claim is missing or stands twice")]
    Unreadable,
    /// Another algorithm than RS256, such as none.
    #[error("it is not signed by RS256")]
    Algorithm,
    /// A header that names its own key, or asks for what we do not know.
    #[error("its header names no key, brings its own, or asks for what this server does not know")]
    Header,
    /// There are no keys.
    #[error("the issuer's keys are not here yet. See `oidc keys`")]
    NoKeys,
    /// A key that the issuer does not publish.
    #[error("it is signed with a key that the issuer does not publish")]
    UnknownKey,
    /// Not the issuer's signature.
    #[error("its signature is not the issuer's")]
    Signature,
    /// Another issuer, or another tenant.
    #[error("it was issued by another tenant or in another cloud than the registered one")]
    Issuer,
    /// For another application.
    #[error("it was issued for another application than the registered one")]
    Audience,
    /// Not issued just now.
    #[error("it was not issued just now, or a clock is wrong")]
    Stale,
}

impl HintError {
    /// A stable code for audit records.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "hint-too-large",
            Self::Unreadable => "hint-unreadable",
            Self::Algorithm => "hint-algorithm",
            Self::Header => "hint-header",
            Self::NoKeys => "hint-no-keys",
            Self::UnknownKey => "hint-unknown-key",
            Self::Signature => "hint-signature",
            Self::Issuer => "hint-issuer",
            Self::Audience => "hint-audience",
            Self::Stale => "hint-stale",
        }
    }
}

/// What a hint must say.
#[derive(Debug)]
pub struct Expectation<'a> {
    /// The issuer's whole name.
    pub issuer: &'a str,
    /// The tenant in it.
    pub tenant: &'a Guid,
    /// The application that was registered for us.
    pub application: &'a Guid,
}

/// Who is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The person as our answer must name them; another name for each application.
    pub subject: String,
    /// The person's own tenant. For a guest it is not the one that asks.
    pub tenant: Guid,
    /// The person in that tenant.
    pub object: Guid,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    iat: i64,
    sub: String,
    tid: String,
    oid: String,
}

/// The name of the key that a hint says it is signed with, for looking whether we have it.
///
/// # Errors
/// [`HintError`] for what is no token of the one shape.
pub fn key_id(text: &str) -> Result<String, HintError> {
    Compact::parse(text).map(|token| token.key_id)
}

/// Who a hint names, when it is one for us, signed by the issuer, just now.
///
/// # Errors
/// [`HintError`].
pub fn verify(
    text: &str,
    keys: &KeySet,
    expected: &Expectation<'_>,
    now: UnixMillis,
) -> Result<Hint, HintError> {
    let token = Compact::parse(text)?;
    if !keys.has(&token.key_id) {
        return Err(HintError::UnknownKey);
    }
    let issuer = Issuer {
        name: expected.issuer,
        tenant: expected.tenant.as_str(),
    };
    if !keys.verifies(
        &token.key_id,
        &issuer,
        token.signed.as_bytes(),
        &token.signature,
    ) {
        return Err(HintError::Signature);
    }
    token.claims::<Claims>()?.checked(expected, now)
}

impl Claims {
    fn checked(self, expected: &Expectation<'_>, now: UnixMillis) -> Result<Hint, HintError> {
        if self.iss != expected.issuer {
            return Err(HintError::Issuer);
        }
        if self.aud != expected.application.as_str() {
            return Err(HintError::Audience);
        }
        let issued = UnixMillis(self.iat.saturating_mul(1_000));
        if !issued.within(now.plus(-FRESH_MS), now.plus(FRESH_MS)) {
            return Err(HintError::Stale);
        }
        let guid = |text: &str| Guid::parse(text).ok_or(HintError::Unreadable);
        let is_named = (1..=SUBJECT_OCTETS).contains(&self.sub.len());
        Ok(Hint {
            tenant: guid(&self.tid)?,
            object: guid(&self.oid)?,
            subject: is_named.then_some(self.sub).ok_or(HintError::Unreadable)?,
        })
    }
}
