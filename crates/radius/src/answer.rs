//! What another server answered, after it was verified.

use crate::{Error, Kind, Packet, packet::code};

/// What it decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Access-Accept.
    Accept,
    /// Access-Reject.
    Reject,
    /// Access-Challenge.
    Challenge,
}

/// A verified answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What was decided.
    pub verdict: Verdict,
    /// What the next request must return.
    pub state: Option<Vec<u8>>,
    /// What a proxy hands on: kinds and values, in order.
    pub others: Vec<(Kind, Vec<u8>)>,
}

impl Answer {
    pub(crate) fn read(packet: &Packet<'_>) -> Result<Self, Error> {
        let verdict = match packet.code() {
            code::ACCESS_ACCEPT => Verdict::Accept,
            code::ACCESS_REJECT => Verdict::Reject,
            code::ACCESS_CHALLENGE => Verdict::Challenge,
            other => return Err(Error::UnexpectedCode(other)),
        };
        let others = packet
            .attributes()
            .filter(|attribute| is_for_others(attribute.kind, attribute.value))
            .map(|attribute| (attribute.kind, attribute.value.to_vec()));
        Ok(Self {
            verdict,
            state: packet.sole(Kind::STATE)?.map(<[u8]>::to_vec),
            others: others.collect(),
        })
    }
}

/// Whether an attribute means the same to whoever asked us: not what belongs to this hop, nor what is hidden under its
/// secret (RFC 2868 section 3.5, RFC 2548 section 2.4).
fn is_for_others(kind: Kind, value: &[u8]) -> bool {
    const MICROSOFT: [u8; 4] = 311_u32.to_be_bytes();
    const MPPE_KEYS: [u8; 3] = [12, 16, 17];
    match kind {
        Kind::STATE
        | Kind::PROXY_STATE
        | Kind::MESSAGE_AUTHENTICATOR
        | Kind::EAP_MESSAGE
        | Kind::TUNNEL_PASSWORD => false,
        Kind::VENDOR_SPECIFIC => {
            !(value.starts_with(&MICROSOFT)
                && value.get(4).is_some_and(|kind| MPPE_KEYS.contains(kind)))
        }
        _ => true,
    }
}
