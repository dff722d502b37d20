//! Every message of the protocol, one file each. Unknown fields are refused; the version says more.

mod challenge;
mod check;
mod confirmed;
mod enrol;
mod frame;
mod gateway;
mod leave;
mod link;
mod presence;
mod state;
mod verdict;

pub use challenge::{CHALLENGE_AUDIENCE, CHALLENGE_LIFE_MS, Challenge};
pub use check::CheckRequest;
pub use confirmed::{Confirmed, Window};
pub use enrol::{Enrolled, Enrolment, EnrolmentToken, KeyStorage};
pub use frame::{Closing, DeviceFrame, ServerFrame};
pub use gateway::{
    CODE_DIGITS, CODE_LIFE_MS, CONNECTION_WITHIN_MS, Desk, GatewayCode, GatewayConnection,
    GatewayList, GatewayQuestion, GatewayStatement, GatewayTie,
};
pub use leave::Leave;
pub use link::LinkAuth;
pub use presence::{Channel, Presence, PresenceReply, PresenceRequest};
pub use state::{AgentState, DeviceState};
pub use verdict::{EvidenceAge, VerdictMessage};

/// Implements [`crate::jws::Message`] for a type with a field `v`.
macro_rules! signed_message {
    ($name:ty, $typ:literal) => {
        impl $crate::jws::Message for $name {
            const TYP: &'static str = $typ;

            fn version(&self) -> u16 {
                self.v
            }
        }
    };
}
use signed_message;
