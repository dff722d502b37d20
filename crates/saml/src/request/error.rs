//! Why a request is refused: one variant per reason, with a name for the audit trail and a sentence for people.

use crate::signature::AlgorithmRefused;
use crate::xml::XmlError;

/// Why a request is refused. Shown on a page of our own, never sent to an address that the request names.
///
/// Unless a sentence says otherwise, the service that sent the request is to blame and its administrator has to act.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// A parameter that may stand once stands there again.
    #[error(
        "the sign-in request carries {0} twice, as forged requests do. Go back to the service and start again"
    )]
    DuplicateParameter(&'static str),
    /// A parameter that must be there is not.
    #[error("the sign-in request carries no {0}. Start at the service, not at this address")]
    MissingParameter(&'static str),
    /// `SAMLResponse` beside or in place of the request.
    #[error(
        "a response was sent where a request belongs. The service has to send responses elsewhere"
    )]
    ResponseInRequest,
    /// The query or form field is wrongly escaped.
    #[error(
        "the sign-in request is wrongly percent-encoded. The service's administrator has to mend it"
    )]
    MalformedQuery,
    /// Not base64.
    #[error("the sign-in request is no plain base64. The service's administrator has to mend it")]
    MalformedBase64,
    /// Not DEFLATE.
    #[error(
        "the sign-in request is not compressed as HTTP-Redirect demands. The service's administrator has to mend it"
    )]
    MalformedDeflate,
    /// An encoding other than DEFLATE.
    #[error(
        "the sign-in request is in an encoding other than DEFLATE. The service's administrator has to change it"
    )]
    UnknownEncoding,
    /// More than the limit once inflated.
    #[error(
        "the sign-in request grows beyond 64 KiB when it is decompressed, as attacks do. The service's administrator should look into it"
    )]
    InflateCap,
    /// Octets after the compressed message.
    #[error(
        "the sign-in request has something hidden after its end, as forged requests do. The service's administrator should look into it"
    )]
    TrailingData,
    /// More than the limit as sent.
    #[error(
        "the sign-in request is larger than 64 KiB. The service's administrator has to make it smaller"
    )]
    TooLarge,
    /// More than 4096 octets of relay state.
    #[error(
        "the service's relay state is longer than 4096 octets. The service's administrator has to make it shorter"
    )]
    RelayStateTooLong,
    /// The XML is of a kind that is never accepted.
    #[error("the sign-in request is refused: {0}. The service's administrator should look into it")]
    Xml(#[from] XmlError),
    /// Another message, or no SAML at all.
    #[error(
        "what the service sent is no SAML 2.0 AuthnRequest. The service's administrator has to mend it"
    )]
    NotAuthnRequest,
    /// Another version of SAML.
    #[error(
        "the sign-in request is not of SAML version 2.0. The service's administrator has to change that"
    )]
    WrongVersion,
    /// Something in the request that cannot be read.
    #[error("the sign-in request is malformed: {0}. The service's administrator has to mend it")]
    Malformed(&'static str),
    /// No service of this name is registered here.
    #[error(
        "no service of this name is registered here. The administrator of this identity provider has to add its metadata"
    )]
    UnknownService,
    /// The issuer is not the service whose settings were used.
    #[error(
        "the sign-in request names another service than the one it was checked for. The service's administrator should look into it"
    )]
    WrongIssuer,
    /// The service signs, and this request is not signed.
    #[error(
        "the sign-in request is not signed, and this service's requests have to be. Somebody else may have made it; else the service's administrator has to turn signing on"
    )]
    Unsigned,
    /// Signed, and no key is registered.
    #[error(
        "the sign-in request is signed, and no key is registered for this service. The administrator of this identity provider has to import metadata with its certificate"
    )]
    NoSigningKey,
    /// SHA-1 or MD5.
    #[error(
        "the sign-in request is signed with SHA-1 or MD5, which can be forged. The service's administrator has to choose RSA with SHA-256"
    )]
    Sha1,
    /// Any other algorithm off the list.
    #[error(
        "the sign-in request is signed with an algorithm that is not accepted. The service's administrator has to choose RSA or ECDSA with SHA-256"
    )]
    AlgorithmRefused,
    /// A signature of a shape that SAML does not allow.
    #[error(
        "the signature of the sign-in request has a shape that SAML does not allow ({0}). The service's administrator should look into it"
    )]
    SignatureShape(&'static str),
    /// A signature that covers something other than the request.
    #[error(
        "the signature belongs to something else than this sign-in request, which is how requests are forged. The service's administrator should look into it"
    )]
    SignatureWrapping,
    /// The signature does not fit.
    #[error(
        "the signature of the sign-in request does not fit the service's registered key. Either it was changed on the way, or the service has a new key and the administrator of this identity provider has to import its metadata again"
    )]
    SignatureInvalid,
    /// `Destination` is not the address it arrived at.
    #[error(
        "the sign-in request was meant for another address than this one. The service's administrator has to enter our sign-on address as our metadata gives it"
    )]
    WrongDestination,
    /// Signed, and no `Destination`.
    #[error(
        "the sign-in request is signed but does not say for whom it is meant. The service's administrator has to turn on sending the destination"
    )]
    MissingDestination,
    /// `IssueInstant` too far from now.
    #[error(
        "the sign-in request is older than 3 minutes or from the future. Start again at the service; if that does not help, one of the two clocks is wrong"
    )]
    Stale,
    /// `ID` is not acceptable.
    #[error(
        "the identifier of the sign-in request is no XML name of at most 256 characters. The service's administrator has to mend it"
    )]
    BadId,
    /// An assertion consumer that is not registered.
    #[error(
        "the sign-in request wants the answer at an address that is not registered for this service. Either it is forged, or the administrator of this identity provider has to import the service's metadata again"
    )]
    UnregisteredAcs,
    /// An answer by something other than HTTP-POST.
    #[error(
        "the service wants the answer by another way than HTTP-POST, which is the only one. The service's administrator has to change that"
    )]
    ProtocolBinding,
}

impl RequestError {
    /// A name for the audit trail that stays the same.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::DuplicateParameter(_) => "duplicate-parameter",
            Self::MissingParameter(_) => "missing-parameter",
            Self::ResponseInRequest => "response-in-request",
            Self::MalformedQuery => "malformed-query",
            Self::MalformedBase64 => "malformed-base64",
            Self::MalformedDeflate => "malformed-deflate",
            Self::UnknownEncoding => "unknown-encoding",
            Self::InflateCap => "inflate-cap",
            Self::TrailingData => "trailing-data",
            Self::TooLarge => "too-large",
            Self::RelayStateTooLong => "relay-state-too-long",
            Self::Xml(error) => xml_code(error),
            Self::NotAuthnRequest => "not-an-authn-request",
            Self::WrongVersion => "wrong-version",
            Self::Malformed(_) => "malformed-request",
            Self::UnknownService => "unknown-service",
            Self::WrongIssuer => "wrong-issuer",
            Self::Unsigned => "unsigned-request",
            Self::NoSigningKey => "no-signing-key",
            Self::Sha1 => "sha1-refused",
            Self::AlgorithmRefused => "algorithm-refused",
            Self::SignatureShape(_) => "signature-malformed",
            Self::SignatureWrapping => "signature-wrapping",
            Self::SignatureInvalid => "signature-invalid",
            Self::WrongDestination => "wrong-destination",
            Self::MissingDestination => "missing-destination",
            Self::Stale => "stale-request",
            Self::BadId => "bad-request-id",
            Self::UnregisteredAcs => "unregistered-acs",
            Self::ProtocolBinding => "protocol-binding-refused",
        }
    }
}

fn xml_code(error: &XmlError) -> &'static str {
    match error {
        XmlError::TooLarge { .. } => "too-large",
        XmlError::NotUtf8 => "not-utf8",
        XmlError::Doctype => "doctype-refused",
        XmlError::Entity => "entity-refused",
        XmlError::ProcessingInstruction => "processing-instruction-refused",
        XmlError::CdataSection => "cdata-refused",
        XmlError::CommentInText => "comment-in-text",
        XmlError::LineBreakInAttribute => "line-break-in-attribute",
        XmlError::TooDeep { .. } => "too-deep",
        XmlError::TooManyAttributes { .. } => "too-many-attributes",
        XmlError::DuplicateId => "duplicate-id",
        XmlError::Malformed => "malformed-xml",
        XmlError::Repeated(_) | XmlError::NotText(_) => "malformed-request",
    }
}

impl From<AlgorithmRefused> for RequestError {
    fn from(refused: AlgorithmRefused) -> Self {
        match refused {
            AlgorithmRefused::Broken => Self::Sha1,
            AlgorithmRefused::Unlisted => Self::AlgorithmRefused,
        }
    }
}
