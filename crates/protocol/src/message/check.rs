//! The question that the identity provider puts to a device on its websocket.

use selfsame_behaviour::Level;
use serde::{Deserialize, Serialize};

use super::signed_message;
use crate::{CheckId, DeviceId, Nonce, Origin, UnixMillis};

/// "Is it still them?", signed by a pinned key and addressed to one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRequest {
    /// Protocol version.
    pub v: u16,
    /// The identity provider's check origin.
    pub iss: Origin,
    /// The device that is asked.
    pub device: DeviceId,
    /// The check.
    pub check: CheckId,
    /// The check's nonce, the same as in the challenge.
    pub nonce: Nonce,
    /// The service the person is signing in to.
    pub service: String,
    /// The level that the policy asks for.
    pub level: Level,
    /// The oldest evidence that the policy accepts, in seconds.
    pub max_evidence_age_s: u32,
    /// When the sign-in request arrived, in milliseconds before `iat`: injected input since then
    /// means the other factor.
    pub arrived_ms_ago: u32,
    /// When it was asked.
    pub iat: UnixMillis,
    /// When the answer is worth nothing any more.
    pub exp: UnixMillis,
}
signed_message!(CheckRequest, "selfsame-check+jwt");
