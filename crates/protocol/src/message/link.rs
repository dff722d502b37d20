//! How a device shows on the websocket that it is the enrolled one.

use serde::{Deserialize, Serialize};

use super::signed_message;
use crate::{DeviceId, Nonce, Origin, UnixMillis};

/// The device signs the server's nonce.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkAuth {
    /// Protocol version.
    pub v: u16,
    /// The device.
    pub device: DeviceId,
    /// The check origin it believes it speaks to.
    pub aud: Origin,
    /// The nonce of the hello.
    pub nonce: Nonce,
    /// Grows with every link; one that goes back means a copied key.
    pub counter: u64,
    /// The agent's version.
    pub agent_version: String,
    /// Whether this is a demonstration build.
    pub demo: bool,
    /// When, on the device's own clock: the server records the difference.
    pub iat: UnixMillis,
}
signed_message!(LinkAuth, "selfsame-link+jwt");
