//! What the identity provider gives the page to hand to the agent.

use serde::{Deserialize, Serialize};

use super::signed_message;
use crate::{CheckId, Nonce, Origin, UnixMillis};

/// The audience of every challenge: an agent, and nothing else.
pub const CHALLENGE_AUDIENCE: &str = "selfsame-agent";

/// How long a challenge may be answered, in milliseconds.
pub const CHALLENGE_LIFE_MS: i64 = 60_000;

/// A challenge, signed by a key that the device pinned at enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// Protocol version.
    pub v: u16,
    /// The identity provider's check origin; the page that asks must have exactly this origin.
    pub iss: Origin,
    /// Always [`CHALLENGE_AUDIENCE`].
    pub aud: String,
    /// The check that this is about.
    pub check: CheckId,
    /// The check's nonce.
    pub nonce: Nonce,
    /// The service the person is signing in to, in the words the page shows.
    pub service: String,
    /// When it was made.
    pub iat: UnixMillis,
    /// When it ends; at most [`CHALLENGE_LIFE_MS`] after `iat`.
    pub exp: UnixMillis,
}
signed_message!(Challenge, "selfsame-challenge+jwt");

impl Challenge {
    /// Whether it is addressed to an agent of `issuer` and fresh at `now` (server time).
    pub fn is_for(&self, issuer: &Origin, now: UnixMillis) -> bool {
        const CLOCK_TOLERANCE_MS: i64 = 5_000;
        self.aud == CHALLENGE_AUDIENCE
            && self.iss == *issuer
            && self.exp.0.saturating_sub(self.iat.0) <= CHALLENGE_LIFE_MS
            && now.within(self.iat.plus(-CLOCK_TOLERANCE_MS), self.exp)
    }
}
