//! What a device and the identity provider say to each other, how it is signed, and both sides'
//! life cycles as pure state machines.
//!
//! This crate never reads a clock, opens a file or a socket: time and bytes go in, commands come out.

pub mod check;
pub mod ident;
pub mod jws;
pub mod key;
pub mod link;
pub mod message;
pub mod time;

mod error;

pub use error::Error;
pub use ident::{CheckId, DeviceId, Nonce, Origin};
pub use key::{PublicKey, Signer, SoftwareKey};
pub use selfsame_behaviour::{GenerationId, Level, Reason, Verdict};
pub use time::{Millis, UnixMillis};

/// The version that every message of this protocol carries.
pub const VERSION: u16 = 1;

/// The fixed list of loopback ports an agent may answer presence on; it takes the first free one.
///
/// Chosen from the IANA dynamic range (RFC 6335 section 6), where none can be registered.
pub const PRESENCE_PORTS: [u16; 8] = [
    61_731, 61_732, 61_733, 61_734, 61_735, 61_736, 61_737, 61_738,
];

/// The one path an agent answers on loopback.
pub const PRESENCE_PATH: &str = "/v1/presence";

/// The largest websocket message either side accepts, in bytes.
pub const MAX_FRAME_BYTES: usize = 16 * 1024;
