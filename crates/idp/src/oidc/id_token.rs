//! The claims of our ID tokens (OpenID Connect Core §2).

use selfsame_protocol::{Origin, UnixMillis};
use serde::Serialize;

/// How long a token may be believed, in seconds; it is looked at once, when it arrives.
const LIFE_S: i64 = 300;

/// What a token states. Times are in seconds.
#[derive(Debug, Serialize)]
pub struct IdToken<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    acr: &'a str,
    amr: [&'a str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<&'a str>,
}

/// What is particular to one token.
#[derive(Debug, Clone, Copy)]
pub struct Statement<'a> {
    /// The relying party.
    pub audience: &'a str,
    /// The person's name to it.
    pub subject: &'a str,
    /// What its request said.
    pub nonce: Option<&'a str>,
    /// The class of authentication.
    pub acr: &'a str,
    /// The one method.
    pub method: &'a str,
}

impl<'a> IdToken<'a> {
    /// A token by us, now.
    pub fn new(issuer: &'a Origin, statement: Statement<'a>, now: UnixMillis) -> Self {
        let iat = seconds(now);
        Self {
            iss: issuer.as_str(),
            aud: statement.audience,
            sub: statement.subject,
            iat,
            exp: iat + LIFE_S,
            auth_time: None,
            nonce: statement.nonce,
            acr: statement.acr,
            amr: [statement.method],
            preferred_username: None,
        }
    }

    /// Also says when the person was there, and what they are called.
    #[must_use]
    pub fn about(mut self, login: &'a str, proved: UnixMillis) -> Self {
        self.preferred_username = Some(login);
        self.auth_time = Some(seconds(proved));
        self
    }
}

fn seconds(at: UnixMillis) -> i64 {
    at.0.div_euclid(1_000)
}
