//! Why a request by OpenID Connect is not taken up: a code for the audit log, the standard's word for the relying party,
//! and a sentence for people.

use thiserror::Error;

use super::hint::HintError;

/// Why a request is not taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Problem {
    /// No form, or no text.
    #[error("the request cannot be read. A relying party sends a query or a form")]
    Unreadable,
    /// Larger than any.
    #[error("the request is larger than any that relying parties send")]
    TooLarge,
    /// A parameter is longer than any.
    #[error("the parameter {0} is longer than any that relying parties send")]
    TooLong(&'static str),
    /// A parameter stands twice.
    #[error("the parameter {0} stands twice. Two readers could take it for two requests")]
    Duplicate(&'static str),
    /// A parameter is not there.
    #[error("the parameter {0} is missing")]
    Missing(&'static str),
    /// Nobody registered this client.
    #[error("the client is not registered here. Register it with `oidc client add`")]
    UnknownClient,
    /// Nobody registered this redirect URI for the client.
    #[error(
        "the answer would go to an address that is not registered for the client. Register it with `oidc client add`, character by character"
    )]
    UnregisteredRedirectUri,
    /// A request that must come by form came as a link.
    #[error("the request came as a link, and requests of this kind are posted")]
    NotPosted,
    /// Another flow.
    #[error("the response type is not the one that the client was registered for")]
    ResponseType,
    /// Another way back.
    #[error("the response mode is not one that this server answers by")]
    ResponseMode,
    /// No OpenID Connect.
    #[error("the scope does not hold openid")]
    Scope,
    /// `prompt=none` beside another word.
    #[error("the parameter prompt says none and something else")]
    Prompt,
    /// No proof of who asks.
    #[error(
        "the request has no code challenge. Switch PKCE with S256 on at the relying party, or register the client with --pkce-optional"
    )]
    NoChallenge,
    /// Not S256.
    #[error("the code challenge is not made by S256")]
    Challenge,
    /// `claims` cannot be read.
    #[error("the parameter claims is not the JSON that the standard describes")]
    Claims,
    /// `request`.
    #[error("the request is inside a signed object, which this server does not take")]
    RequestObject,
    /// `request_uri`.
    #[error("the request is behind an address, and this server fetches none")]
    RequestUri,
    /// The token that says who is meant.
    #[error("the id_token_hint is refused: {0}")]
    Hint(#[from] HintError),
}

impl Problem {
    /// A stable code for audit records and help desks.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "oidc-unreadable",
            Self::TooLarge | Self::TooLong(_) => "oidc-too-large",
            Self::Duplicate(_) => "oidc-duplicate-parameter",
            Self::Missing(_) => "oidc-missing-parameter",
            Self::UnknownClient => "oidc-unknown-client",
            Self::UnregisteredRedirectUri => "oidc-unregistered-redirect-uri",
            Self::NotPosted => "oidc-not-posted",
            Self::ResponseType => "oidc-response-type",
            Self::ResponseMode => "oidc-response-mode",
            Self::Scope => "oidc-scope",
            Self::Prompt => "oidc-prompt",
            Self::NoChallenge => "oidc-no-challenge",
            Self::Challenge => "oidc-challenge",
            Self::Claims => "oidc-claims",
            Self::RequestObject => "oidc-request-object",
            Self::RequestUri => "oidc-request-uri",
            Self::Hint(error) => error.code(),
        }
    }

    /// The word that the standard has for it (RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6).
    pub const fn error(&self) -> &'static str {
        match self {
            Self::ResponseType => "unsupported_response_type",
            Self::Scope => "invalid_scope",
            Self::RequestObject => "request_not_supported",
            Self::RequestUri => "request_uri_not_supported",
            _ => "invalid_request",
        }
    }
}
