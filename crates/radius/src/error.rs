//! What can be wrong with a packet, and who is to blame for it.

use thiserror::Error;

use crate::Kind;

/// Why a packet was not read or not written. A server drops what it could not read, without an answer (RFC 2865
/// section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Error {
    /// Shorter than the header, or than it says.
    #[error("the peer sent a packet of {0} octets, which is shorter than it must be")]
    TooShort(usize),
    /// Longer than a packet may be.
    #[error("the packet has {0} octets, and none may have more than 4096")]
    TooLong(usize),
    /// An attribute that does not fit into the packet, or is shorter than its own head.
    #[error("the peer sent an attribute of impossible length at octet {0}")]
    AttributeLength(usize),
    /// A packet of a kind that nobody expects here.
    #[error("the peer sent a packet of code {0}, which has no place here")]
    UnexpectedCode(u8),
    /// An attribute that may be there once came again.
    #[error("the peer sent {0} more than once")]
    Repeated(Kind),
    /// An attribute whose value has a form that it cannot have.
    #[error("the peer sent {0} with a value that it cannot have")]
    BadValue(Kind),
    /// Two ways of proving a password at once.
    #[error("the peer sent more than one kind of password")]
    SeveralCredentials,
    /// Nothing shows that the packet comes from whoever knows the secret.
    #[error(
        "the peer sent no Message-Authenticator; turn it on there, or see CVE-2024-3596 before you do without"
    )]
    NoMessageAuthenticator,
    /// Another secret, or another packet.
    #[error("the Message-Authenticator is wrong: the secrets differ, or the packet was altered")]
    WrongMessageAuthenticator,
    /// Another secret, or another answer.
    #[error("the Response Authenticator is wrong: the secrets differ, or the answer was altered")]
    WrongResponseAuthenticator,
    /// An answer to another question.
    #[error("the answer is to another request")]
    OtherIdentifier,
    /// What an attack on MD5 needs, in a packet that nothing protects.
    #[error("the peer sent Proxy-State without Message-Authenticator, as CVE-2024-3596 does")]
    UnprotectedProxyState,
    /// Our caller's: a value that no attribute can hold.
    #[error("{0} holds at most 253 octets")]
    ValueTooLong(Kind),
    /// Our caller's: a password beyond what can be sent.
    #[error("a password has at most 128 octets")]
    PasswordTooLong,
    /// Our caller's: no secret at all.
    #[error("a shared secret has at least one octet")]
    NoSecret,
}
