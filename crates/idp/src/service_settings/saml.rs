//! What an administrator sets about the SAML answers for one service.

use std::{fmt, time::Duration};

use clap::ValueEnum;
use selfsame_saml::{NameIdFormat, metadata::CLOCK_SKEW, response::SignedParts};
use serde::{Deserialize, Serialize};

use super::word;

/// More than this and requests could be played again after they were forgotten, in seconds.
pub const CLOCK_SKEW_AT_MOST_S: u16 = 120;

/// How SAML answers for one service are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SamlSettings {
    /// The form of the person's name where the request asks for none.
    pub name_id: NameIdRule,
    /// What of an answer is signed.
    pub signed: Signed,
    /// How far the service's clock may be from ours, in seconds.
    pub clock_skew_s: u16,
}

impl Default for SamlSettings {
    fn default() -> Self {
        Self {
            name_id: NameIdRule::default(),
            signed: Signed::default(),
            clock_skew_s: u16::try_from(CLOCK_SKEW.as_secs()).unwrap_or(CLOCK_SKEW_AT_MOST_S),
        }
    }
}

impl SamlSettings {
    /// How far the service's clock may be from ours.
    pub const fn clock_skew(self) -> Duration {
        Duration::from_secs(self.clock_skew_s as u64)
    }
}

/// For people.
impl fmt::Display for SamlSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "name-id {}, signed: {}, clock skew {} s",
            word(self.name_id),
            word(self.signed),
            self.clock_skew_s
        )
    }
}

/// The form of a person's name. The name itself is always the login.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum NameIdRule {
    /// Whatever both sides agreed on.
    #[default]
    Unspecified,
    /// An e-mail address.
    Email,
    /// A name that stays the same.
    Persistent,
}

impl NameIdRule {
    /// The form to answer in: what a request asks for comes first.
    pub fn unless_asked(self, asked: NameIdFormat) -> NameIdFormat {
        match (asked, self) {
            (NameIdFormat::Unspecified, Self::Email) => NameIdFormat::EmailAddress,
            (NameIdFormat::Unspecified, Self::Persistent) => NameIdFormat::Persistent,
            (asked, _) => asked,
        }
    }
}

/// What of an answer is signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Signed {
    /// The assertion, and the response around it.
    #[default]
    Both,
    /// The response alone.
    Response,
    /// The assertion alone.
    Assertion,
}

impl From<Signed> for SignedParts {
    fn from(signed: Signed) -> Self {
        match signed {
            Signed::Both => Self::Both,
            Signed::Response => Self::Response,
            Signed::Assertion => Self::Assertion,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_asks_for_comes_before_what_is_set() {
        let set = NameIdRule::Email;
        assert_eq!(
            set.unless_asked(NameIdFormat::Unspecified),
            NameIdFormat::EmailAddress
        );
        assert_eq!(
            set.unless_asked(NameIdFormat::Persistent),
            NameIdFormat::Persistent
        );
    }
}
