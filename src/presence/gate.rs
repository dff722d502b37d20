//! Who may ask for a proof of presence: a pure decision over what was read from the connection.
//!
//! Every refusal looks the same from outside; the reasons here are for the log only.

use std::collections::VecDeque;

use selfsame_protocol::{
    CheckId, Nonce, Origin, PRESENCE_PATH, PublicKey, UnixMillis, VERSION, jws,
    message::{Challenge, Channel, PresenceRequest},
};
use thiserror::Error;

use super::http::Head;

/// How many answered challenges are remembered; far more than can be fresh at once.
const REMEMBERED: usize = 256;

/// Why a request was not answered.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Not the one path.
    #[error("another path")]
    Path,
    /// Neither POST nor a preflight.
    #[error("another method")]
    Method,
    /// The `Host` header is not exactly this address and port: DNS rebinding.
    #[error("the Host header names another host")]
    Host,
    /// The `Origin` header is not exactly the pinned origin.
    #[error("the page is not the identity provider's own")]
    Origin,
    /// The body is not declared as JSON.
    #[error("the body is not declared as JSON")]
    ContentType,
    /// The body is not the expected message.
    #[error("the body is not a presence request")]
    Body,
    /// The challenge is not signed by a pinned key, or is malformed.
    #[error("the challenge is not the identity provider's: {0}")]
    Challenge(selfsame_protocol::Error),
    /// The challenge is for another origin or not fresh.
    #[error("the challenge is stale or addressed to another")]
    NotForUs,
    /// The challenge was answered before.
    #[error("the challenge was answered before")]
    Replayed,
}

/// What was pinned when the device was enrolled.
#[derive(Debug, Clone, Copy)]
pub struct Pinned<'a> {
    /// The origin of the identity provider's pages.
    pub origin: &'a Origin,
    /// The challenge keys: current and next.
    pub keys: &'a [PublicKey; 2],
}

/// What an admissible head asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The browser asks whether the page may ask.
    Preflight,
    /// The page asks; a body follows.
    Proof,
}

/// Judges the head of a request to the `port` that the agent listens on.
///
/// # Errors
/// The reason, for the log.
pub fn admit_head(head: &Head, port: u16, pinned: &Origin) -> Result<Wanted, Refusal> {
    if head.path != PRESENCE_PATH {
        return Err(Refusal::Path);
    }
    let wanted = match head.method.as_str() {
        "OPTIONS" => Wanted::Preflight,
        "POST" => Wanted::Proof,
        _ => return Err(Refusal::Method),
    };
    if head.host.as_deref() != Some(&*format!("127.0.0.1:{port}")) {
        return Err(Refusal::Host);
    }
    admit_page(head.origin.as_deref(), pinned)?;
    if wanted == Wanted::Proof && !head.content_type.as_deref().is_some_and(is_json) {
        return Err(Refusal::ContentType);
    }
    Ok(wanted)
}

/// Judges the page that asks, by the origin that its browser names.
///
/// # Errors
/// [`Refusal::Origin`].
pub fn admit_page(origin: Option<&str>, pinned: &Origin) -> Result<(), Refusal> {
    (origin == Some(pinned.as_str()))
        .then_some(())
        .ok_or(Refusal::Origin)
}

/// The challenge in the body of a request.
///
/// # Errors
/// [`Refusal::Body`].
pub fn challenge_in(body: &[u8]) -> Result<String, Refusal> {
    let request: PresenceRequest = serde_json::from_slice(body).map_err(|_| Refusal::Body)?;
    (request.v == VERSION)
        .then_some(request.challenge)
        .ok_or(Refusal::Body)
}

/// Judges a challenge (compact JWS): whose it is, for whom, and how old.
///
/// # Errors
/// The reason, for the log.
pub fn admit_challenge(
    challenge: &str,
    pinned: Pinned<'_>,
    now: UnixMillis,
) -> Result<Challenge, Refusal> {
    let challenge: Challenge = jws::verify(pinned.keys, challenge).map_err(Refusal::Challenge)?;
    if challenge.is_for(pinned.origin, now) {
        Ok(challenge)
    } else {
        Err(Refusal::NotForUs)
    }
}

/// Which challenges were answered: each nonce once by each channel, and a verdict only for a check among them.
///
/// By each channel, because an answer can be lost on its way (a browser ends an extension's worker when it likes), and
/// the page then asks by the other one. Nothing is gained by a second proof: the check counts the first alone.
#[derive(Debug, Default)]
pub struct Proved {
    answered: VecDeque<Answered>,
}

#[derive(Debug, Clone, Copy)]
struct Answered {
    check: CheckId,
    nonce: Nonce,
    channel: Channel,
}

impl Proved {
    /// Takes a challenge for answering.
    ///
    /// # Errors
    /// [`Refusal::Replayed`] when its nonce was taken before by this channel.
    pub fn take(&mut self, challenge: &Challenge, channel: Channel) -> Result<(), Refusal> {
        let (check, nonce) = (challenge.check, challenge.nonce);
        if self
            .answered
            .iter()
            .any(|before| before.nonce == nonce && before.channel == channel)
        {
            return Err(Refusal::Replayed);
        }
        self.answered.truncate(REMEMBERED - 1);
        self.answered.push_front(Answered {
            check,
            nonce,
            channel,
        });
        Ok(())
    }

    /// Whether a page of this check was seen on this computer.
    pub fn covers(&self, check: CheckId, nonce: Nonce) -> bool {
        self.answered
            .iter()
            .any(|before| before.check == check && before.nonce == nonce)
    }
}

/// `application/json`, with or without parameters.
fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests;
