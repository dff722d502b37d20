//! What is asked and said when somebody wants in at a VPN gateway, where no browser can show on which computer they sit.
//!
//! The device says what it saw of its own computer's connections; it gives a verdict only beside a connection it saw, or
//! beside a code that it showed.

use core::net::SocketAddr;

use selfsame_behaviour::Level;
use serde::{Deserialize, Serialize};

use super::signed_message;
use crate::{CheckId, DeviceId, Nonce, Origin, UnixMillis};

/// How old a connection to a gateway may be when it stands for presence, in milliseconds.
pub const CONNECTION_WITHIN_MS: u32 = 15_000;
/// How long a code may be typed, in milliseconds.
pub const CODE_LIFE_MS: i64 = 60_000;
/// The digits of a code.
pub const CODE_DIGITS: usize = 6;

/// What must tie the person to this computer before the device may say who types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GatewayTie {
    /// A VPN program of this computer has just connected to the gateway.
    Connection,
    /// The code that this device showed for this check was typed at the gateway.
    Code,
}

/// "Somebody wants in at this gateway in your person's name." Signed by a pinned key, addressed to one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayQuestion {
    /// Protocol version.
    pub v: u16,
    /// The identity provider's check origin.
    pub iss: Origin,
    /// The device that is asked.
    pub device: DeviceId,
    /// The check.
    pub check: CheckId,
    /// The check's nonce.
    pub nonce: Nonce,
    /// The gateway's name, as the person is shown it.
    pub service: String,
    /// What the verdict hangs on.
    pub tie: GatewayTie,
    /// Where the gateway takes connections.
    pub gateways: Vec<SocketAddr>,
    /// The level that the policy asks for.
    pub level: Level,
    /// The oldest evidence that the policy accepts, in seconds.
    pub max_evidence_age_s: u32,
    /// When the request arrived, in milliseconds before `iat`: injected input since then means the other factor.
    pub arrived_ms_ago: u32,
    /// When it was asked.
    pub iat: UnixMillis,
    /// When the answer is worth nothing any more.
    pub exp: UnixMillis,
}
signed_message!(GatewayQuestion, "selfsame-gateway-question+jwt");

/// A connection that the device saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayConnection {
    /// To which of the addresses asked for.
    pub gateway: SocketAddr,
    /// At most so many milliseconds ago it was not there yet.
    pub opened_within_ms: u32,
    /// The VPN program that holds it.
    pub program: String,
}

/// Whether somebody may be at the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Desk {
    /// The screen is unlocked.
    Open,
    /// Locked: nobody signs in from here.
    Closed,
}

/// What the device saw, signed by it. Its own kind of message: nothing said for a browser can pass for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayStatement {
    /// Protocol version.
    pub v: u16,
    /// The device that says so.
    pub device: DeviceId,
    /// The check.
    pub check: CheckId,
    /// The check's nonce.
    pub nonce: Nonce,
    /// Whether somebody may be there.
    pub desk: Desk,
    /// The connection, if there is one that no earlier check was told of.
    pub connection: Option<GatewayConnection>,
    /// When, on the server's clock as the device knows it.
    pub iat: UnixMillis,
}
signed_message!(GatewayStatement, "selfsame-gateway-statement+jwt");

/// A code to be shown to the person, who types it where the gateway asks for it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayCode {
    /// Protocol version.
    pub v: u16,
    /// The identity provider's check origin.
    pub iss: Origin,
    /// The device that shows it.
    pub device: DeviceId,
    /// The check.
    pub check: CheckId,
    /// The gateway's name.
    pub service: String,
    /// The digits.
    pub code: String,
    /// When it was made.
    pub iat: UnixMillis,
    /// When it ends; at most [`CODE_LIFE_MS`] after `iat`.
    pub exp: UnixMillis,
}
signed_message!(GatewayCode, "selfsame-gateway-code+jwt");

impl std::fmt::Debug for GatewayCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GatewayCode")
            .field("check", &self.check)
            .field("code", &"[redacted]")
            .finish_non_exhaustive()
    }
}

/// The gateways that a device looks out for: a connection's age can only be told of one that was watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayList {
    /// Protocol version.
    pub v: u16,
    /// The identity provider's check origin.
    pub iss: Origin,
    /// The device.
    pub device: DeviceId,
    /// Where gateways take connections.
    pub gateways: Vec<SocketAddr>,
    /// When it was said.
    pub iat: UnixMillis,
}
signed_message!(GatewayList, "selfsame-gateway-list+jwt");
