//! RADIUS packets (RFC 2865, RFC 2869, RFC 5997): what a server reads and answers, and what a proxy asks further on.
//!
//! Bytes in, bytes out: this crate reads no clock, opens no file and no socket, and draws no random number.

pub mod attribute;

mod answer;
mod enquiry;
mod error;
mod integrity;
mod packet;
mod password;
mod reply;
mod request;
mod secret;

pub use answer::{Answer, Verdict};
pub use attribute::{Attribute, Kind};
pub use enquiry::Enquiry;
pub use error::Error;
pub use integrity::Authenticator;
pub use packet::{MOST_OCTETS, Packet};
pub use password::Password;
pub use reply::{Prompt, Reply};
pub use request::{Credentials, IntegrityRule, Purpose, Request};
pub use secret::SharedSecret;
