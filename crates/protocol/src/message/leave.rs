//! The person erased their profile and leaves.

use serde::{Deserialize, Serialize};

use super::signed_message;
use crate::{DeviceId, Origin, UnixMillis};

/// Ends the enrolment at the identity provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// Protocol version.
    pub v: u16,
    /// The device that leaves.
    pub device: DeviceId,
    /// The identity provider it leaves.
    pub aud: Origin,
    /// When, on the server's clock as the device knows it.
    pub iat: UnixMillis,
}
signed_message!(Leave, "selfsame-leave+jwt");
