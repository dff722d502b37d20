//! Where an answer goes, and what it must name.

use selfsame_protocol::CheckId;
use selfsame_saml::{
    AcsUrl, EntityId, MessageId, NameIdFormat, Refusal, RelayState, ReplyTo, response::Attribute,
};

use crate::{checks::request::SignInRequest, page::refused::Back, store::NewCheck};

/// Everything about a request that its answer needs.
#[derive(Debug, Clone)]
pub struct Target {
    /// The check.
    pub check: CheckId,
    /// What the answer names.
    pub reply_to: ReplyTo,
    /// Returned byte for byte.
    pub relay_state: Option<RelayState>,
    /// How to name the person.
    pub name_id_format: NameIdFormat,
    /// What the service wants echoed.
    pub echo: Vec<Attribute>,
    /// Where the form may lead, redirects after it included.
    pub form_origins: Vec<String>,
    /// What people call the service.
    pub service_name: String,
    /// The status of a refusal.
    pub refused_with: Refusal,
}

impl Target {
    /// The target of a request that is still in memory.
    pub fn of(check: CheckId, request: &SignInRequest) -> Self {
        Self {
            check,
            reply_to: request.reply_to.clone(),
            relay_state: request.relay_state.clone(),
            name_id_format: request.name_id_format.clone(),
            echo: request.echo.clone(),
            form_origins: request.service.origins.clone(),
            service_name: request.service.name().to_owned(),
            refused_with: if request.is_passive {
                Refusal::NoPassive
            } else {
                Refusal::AuthnFailed
            },
        }
    }

    /// Where the person can start again.
    pub fn back(&self) -> Back {
        Back {
            service: self.service_name.clone(),
            origin: self.reply_to.acs.origin().to_owned(),
        }
    }

    /// The target of a request that was stored; enough to refuse it.
    pub fn of_stored(stored: &NewCheck, service_name: String) -> Option<Self> {
        let acs = AcsUrl::parse(&stored.acs).ok()?;
        let relay_state = stored.relay_state.as_deref().map(RelayState::parse);
        Some(Self {
            check: stored.id,
            form_origins: vec![acs.origin().to_owned()],
            reply_to: ReplyTo {
                in_response_to: MessageId::parse(&stored.request_id).ok()?,
                acs,
                service: EntityId::parse(&stored.service).ok()?,
            },
            relay_state: relay_state.transpose().ok()?,
            name_id_format: NameIdFormat::Unspecified,
            echo: Vec::new(),
            service_name,
            refused_with: Refusal::AuthnFailed,
        })
    }
}
