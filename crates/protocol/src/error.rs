//! What can be wrong with a message, and who is to blame for it.

use thiserror::Error;

/// Why a message was refused. The peer is to blame for every one of these.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// The text is not a compact JWS of three base64url parts.
    #[error("the peer sent something that is not a compact JWS; it must be refused")]
    NotCompact,
    /// The header names another algorithm, another type, or fields that this version does not know.
    #[error("the peer signed a `{found}` where `{expected}` was due")]
    WrongType {
        /// The type this place accepts.
        expected: &'static str,
        /// What the header said, cut to a length fit for a log.
        found: String,
    },
    /// The JWS header is not exactly {alg: ES256, typ, kid?}.
    #[error("the peer's signature header is not the one this protocol allows")]
    BadHeader,
    /// The signature does not verify under the key this message is expected from.
    #[error("the signature does not verify: the message was altered or signed with another key")]
    BadSignature,
    /// The payload is not the strict JSON this type requires (unknown, missing or repeated fields).
    #[error("the peer's message does not have the expected form: {0}")]
    BadPayload(String),
    /// The message carries a version that this program does not speak.
    #[error("the peer speaks protocol version {0}; update the older of the two programs")]
    UnknownVersion(u16),
    /// A key is not a point on P-256.
    #[error("the key is not a P-256 public key")]
    BadKey,
    /// An identifier is not base64url of the right length.
    #[error("`{0}` is not a valid identifier")]
    BadIdentifier(&'static str),
    /// An origin is not `https://host[:port]`.
    #[error("`{0}` is not an https origin")]
    BadOrigin(String),
}
