//! The websocket between a device and the identity provider, from both ends, without any I/O.

mod backoff;
mod device;
mod server;

pub use device::{DeviceCommand, DeviceIdentity, DeviceLink, LinkStatus, Offline};
pub use server::{LinkedDevice, ServerCommand, ServerLink};

/// A side that has heard nothing for this long asks for a sign of life.
pub const QUIET_MS: u64 = 45_000;
/// A ping that is not answered within this time ends the link.
pub const PONG_WITHIN_MS: u64 = 10_000;
/// A step of the opening exchange may take this long.
pub const STEP_WITHIN_MS: u64 = 10_000;
