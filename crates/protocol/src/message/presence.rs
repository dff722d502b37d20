//! Proof that the browser showing the check page runs on the computer of an enrolled device.

use serde::{Deserialize, Serialize};

use super::signed_message;
use crate::{CheckId, DeviceId, Nonce, Origin, UnixMillis};

/// The way a proof of presence came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// The browser extension, by native messaging.
    Extension,
    /// The agent's responder on 127.0.0.1.
    Loopback,
}

/// "The page of this check is open in a browser on my computer, at this origin."
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presence {
    /// Protocol version.
    pub v: u16,
    /// The device that says so.
    pub device: DeviceId,
    /// The check.
    pub check: CheckId,
    /// The check's nonce.
    pub nonce: Nonce,
    /// The origin the browser named, checked again by the server.
    pub origin: Origin,
    /// How the browser reached the agent.
    pub channel: Channel,
    /// When, on the server's clock as the device knows it.
    pub iat: UnixMillis,
}
signed_message!(Presence, "selfsame-presence+jwt");

/// The body of `POST /v1/presence`, from the page to the agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PresenceRequest {
    /// Protocol version.
    pub v: u16,
    /// Compact JWS of a [`super::Challenge`].
    pub challenge: String,
}

/// The agent's answer to the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PresenceReply {
    /// Protocol version.
    pub v: u16,
    /// Compact JWS of a [`Presence`].
    pub proof: String,
}
