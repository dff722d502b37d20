//! What a device says of itself: never anything about behaviour.

use selfsame_behaviour::GenerationId;
use serde::{Deserialize, Serialize};

use super::signed_message;
use crate::{DeviceId, UnixMillis};

/// What the agent is doing, as an administrator may know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AgentState {
    /// The profile is being learnt, or its generation is not trusted yet.
    Learning,
    /// It answers checks.
    Active,
    /// The person paused it.
    Paused,
    /// It cannot see input.
    NeedsPermission,
}

/// A device reports its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceState {
    /// Protocol version.
    pub v: u16,
    /// The device.
    pub device: DeviceId,
    /// What it is doing.
    pub state: AgentState,
    /// The generation of the profile now in use.
    pub generation: GenerationId,
    /// When, on the server's clock as the device knows it.
    pub iat: UnixMillis,
}
signed_message!(DeviceState, "selfsame-state+jwt");
