//! What must hold beside a verdict when a VPN gateway asks: there is no browser whose computer could be known.

use selfsame_protocol::message::CONNECTION_WITHIN_MS;
use serde::{Deserialize, Serialize};

use super::Rule;

/// What is known beside a verdict when a gateway asks, where no browser shows anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayFacts {
    /// Whether the password was seen to be right, by the gateway or by the site's own server.
    pub first_factor: FirstFactor,
    /// The person's connected devices at which somebody may sit, with those that did not say.
    pub open_desks: usize,
    /// How long ago the device's connection to the gateway was not there yet, in milliseconds; `None` without one.
    pub connection_age_ms: Option<u32>,
    /// Whether the caller is where the device is.
    pub caller: Caller,
    /// Whether anybody else lately wanted in as this person.
    pub rivals: Rivals,
}

/// Whether the first factor was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FirstFactor {
    /// It passed.
    Passed,
    /// Nobody says so.
    NotSeen,
}

/// The caller's address, in the gateway's words, beside the one that the device's link comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Caller {
    /// The same public address.
    SameAddress,
    /// The gateway names no public address.
    NotTold,
    /// Another public address.
    Elsewhere,
}

/// Other requests in the same person's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rivals {
    /// There was none lately.
    None,
    /// There was one, and which of them is the person's cannot be told.
    Some,
}

impl GatewayFacts {
    /// The first rule that these facts break, before any verdict is looked at.
    pub fn broken_rule(&self) -> Option<Rule> {
        let broken = self.broken_even_with_a_code();
        broken.or(match (self.open_desks, self.connection_age_ms) {
            (0, _) => Some(Rule::NoOpenDesk),
            (2.., _) => Some(Rule::SeveralOpenDesks),
            (1, Some(age)) if age <= CONNECTION_WITHIN_MS => {
                (self.rivals == Rivals::Some).then_some(Rule::RivalRequest)
            }
            (1, _) => Some(Rule::NoConnection),
        })
    }

    /// What no code can stand in for.
    pub(super) fn broken_even_with_a_code(&self) -> Option<Rule> {
        if self.first_factor == FirstFactor::NotSeen {
            return Some(Rule::FirstFactorNotSeen);
        }
        (self.caller == Caller::Elsewhere).then_some(Rule::CallerElsewhere)
    }
}
