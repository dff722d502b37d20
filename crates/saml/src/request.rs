//! AuthnRequests: from what the browser brought to a request that has been checked in full.
//!
//! Two steps, so that the caller can look up the service in between:
//! 1. [`RedirectMessage::parse`] or [`PostMessage::parse`]: limits, encoding, structure. Nothing is believed yet but
//!    [`issuer`](RedirectMessage::issuer), and that only to find the registered service.
//! 2. `verify`: signature with the registered keys, then destination, time, assertion consumer and the rest.
//!
//! What this module does not do: remember message IDs. Refusing one that was seen before is the caller's, who has storage.

mod claims;
mod enveloped;
mod error;
mod inflate;
mod post;
mod query;
mod redirect;
mod validate;

pub use error::RequestError;
pub use post::PostMessage;
pub use redirect::RedirectMessage;

use crate::names::{AcsUrl, EntityId, MessageId, NameIdFormat, RelayState};
use crate::response::{Refusal, ReplyTo};
use crate::timestamp::Timestamp;

/// No encoded or decoded message is larger than this; real ones stay under 10 KiB.
const MAX_OCTETS: usize = 64 * 1024;

/// Our own addresses, as our metadata names them. A request's `Destination` must equal the one it arrived at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Where requests by HTTP-Redirect arrive.
    pub redirect: String,
    /// Where requests by HTTP-POST arrive.
    pub post: String,
}

/// How a request arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// In the query of a GET.
    HttpRedirect,
    /// In a form that the browser posted.
    HttpPost,
}

/// Whether the service's key vouches for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authenticity {
    /// Signed with a registered key.
    Signed,
    /// Not signed, by a service whose metadata allows that.
    Unsigned,
}

/// A request that passed every check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthnRequest {
    /// Its identifier; refuse one that this service used before.
    pub id: MessageId,
    /// The service that asks.
    pub issuer: EntityId,
    /// Where the answer goes; one of the service's registered addresses.
    pub acs: AcsUrl,
    /// When the service wrote it.
    pub issue_instant: Timestamp,
    /// The address it was meant for; ours, where it is given.
    pub destination: Option<String>,
    /// Whether a fresh judgement is demanded.
    pub force_authn: bool,
    /// Whether the person must not be asked anything.
    pub is_passive: bool,
    /// How the service wants the person named.
    pub name_id_policy: Option<NameIdPolicy>,
    /// Whom the service expects. A hint: it never decides who is asked.
    pub subject_hint: Option<SubjectHint>,
    /// `login_hint` of the query, not covered by any signature. A hint as well.
    pub login_hint: Option<String>,
    /// Which kind of authentication the service demands.
    pub requested_authn_context: Option<RequestedAuthnContext>,
    /// The application behind an Okta org, where it sends that.
    pub app_context: Option<AppContext>,
    /// What the service wants back with the answer.
    pub relay_state: Option<RelayState>,
    /// How it arrived.
    pub binding: Binding,
    /// Whether it was signed.
    pub authenticity: Authenticity,
}

/// `samlp:NameIDPolicy`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameIdPolicy {
    /// The format asked for.
    pub format: Option<NameIdFormat>,
    /// Whether a new name may be made.
    pub allow_create: bool,
}

/// `saml:Subject/saml:NameID` of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectHint {
    /// In which format the person is named.
    pub format: Option<NameIdFormat>,
    /// The name.
    pub name: String,
}

/// How the classes of a [`RequestedAuthnContext`] are meant (SAML core §3.3.2.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// One of them and no other; the default.
    Exact,
    /// One of them or something stronger.
    Minimum,
    /// At most as strong as one of them.
    Maximum,
    /// Stronger than each of them.
    Better,
}

/// `samlp:RequestedAuthnContext`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedAuthnContext {
    /// How the classes are meant.
    pub comparison: Comparison,
    /// The classes, by URI.
    pub class_refs: Vec<String>,
}

/// What Okta tells about the application that a person signs in to, and wants echoed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppContext {
    /// `OktaAppInstanceId`.
    pub instance_id: String,
    /// `OktaAppName`.
    pub name: Option<String>,
}

/// The one class that we state: how a behavioural factor works is in no list.
pub(crate) const UNSPECIFIED_CONTEXT: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified";

impl AuthnRequest {
    /// What an answer has to name.
    #[must_use]
    pub fn reply_to(&self) -> ReplyTo {
        ReplyTo {
            in_response_to: self.id.clone(),
            acs: self.acs.clone(),
            service: self.issuer.clone(),
        }
    }

    /// The format in which to name the person: the one asked for, else unspecified.
    #[must_use]
    pub fn name_id_format(&self) -> NameIdFormat {
        let policy = self.name_id_policy.as_ref();
        policy
            .and_then(|policy| policy.format.clone())
            .unwrap_or(NameIdFormat::Unspecified)
    }

    /// What makes a request one that can only be refused, whoever the person is: a name format or an exact class of
    /// authentication that we never state.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        if !self.name_id_format().is_answerable() {
            return Some(Refusal::InvalidNameIdPolicy);
        }
        let context = self.requested_authn_context.as_ref()?;
        let exact = context.comparison == Comparison::Exact;
        let ours = context
            .class_refs
            .iter()
            .any(|class| class == UNSPECIFIED_CONTEXT);
        (exact && !ours && !context.class_refs.is_empty()).then_some(Refusal::NoAuthnContext)
    }
}
