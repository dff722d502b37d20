//! How an answer goes back to whoever asked, by protocol. A check is the same for all of them.

use crate::store::{NewCheck, ReplyKind};

mod oidc;
mod saml;

pub use oidc::{CodeReply, FormReply};
pub use saml::SamlReply;

/// How an answer goes back.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A signed response, posted to the assertion consumer service.
    Saml(SamlReply),
    /// An authorization code, taken to the redirect URI by the browser.
    OidcCode(CodeReply),
    /// An ID token, posted to the redirect URI.
    OidcForm(FormReply),
}

impl Reply {
    /// For the check's row.
    pub fn kind(&self) -> ReplyKind {
        match self {
            Self::Saml(_) => ReplyKind::Saml,
            Self::OidcCode(_) => ReplyKind::OidcCode,
            Self::OidcForm(_) => ReplyKind::OidcForm,
        }
    }

    /// What the request is called: the same for a request that comes again, and for no other of its service.
    pub fn request_id(&self) -> &str {
        match self {
            Self::Saml(reply) => reply.reply_to.in_response_to.as_str(),
            Self::OidcCode(reply) => &reply.request_id,
            Self::OidcForm(reply) => &reply.request_id,
        }
    }

    /// Where the answer goes.
    pub fn address(&self) -> &str {
        match self {
            Self::Saml(reply) => reply.reply_to.acs.as_str(),
            Self::OidcCode(CodeReply { way, .. }) | Self::OidcForm(FormReply { way, .. }) => {
                way.redirect_uri.as_str()
            }
        }
    }

    /// The origin of that.
    pub fn origin(&self) -> &str {
        match self {
            Self::Saml(reply) => reply.reply_to.acs.origin(),
            Self::OidcCode(CodeReply { way, .. }) | Self::OidcForm(FormReply { way, .. }) => {
                way.redirect_uri.origin()
            }
        }
    }

    /// What the service wants back byte for byte.
    pub fn state(&self) -> Option<&str> {
        match self {
            Self::Saml(reply) => reply.relay_state.as_ref().map(|state| state.as_str()),
            Self::OidcCode(CodeReply { way, .. }) | Self::OidcForm(FormReply { way, .. }) => {
                way.state.as_deref()
            }
        }
    }

    /// The form of name that a SAML service asked for, if it asked.
    pub fn name_id_format(&self) -> Option<String> {
        match self {
            Self::Saml(reply) => reply.asked_format(),
            Self::OidcCode(_) | Self::OidcForm(_) => None,
        }
    }

    /// The reply of a request that was stored; enough to refuse it.
    pub fn of_stored(stored: &NewCheck) -> Option<Self> {
        match stored.reply {
            ReplyKind::Saml => SamlReply::of_stored(stored).map(Self::Saml),
            ReplyKind::OidcCode => CodeReply::of_stored(stored).map(Self::OidcCode),
            ReplyKind::OidcForm => FormReply::of_stored(stored).map(Self::OidcForm),
            ReplyKind::Radius => None,
        }
    }
}
