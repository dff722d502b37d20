//! Where an answer goes, and what it must name.

use selfsame_protocol::CheckId;

use super::reply::Reply;
use crate::{checks::request::SignInRequest, page::refused::Back, store::NewCheck};

/// Whatever Entra ID's own answer leads to: any application of the tenant, by a redirect that browsers count as part of
/// the form's way. The form itself has one fixed address.
const ANYWHERE: &str = "https:";

/// Everything about a request that its answer needs.
#[derive(Debug, Clone)]
pub struct Target {
    /// The check.
    pub check: CheckId,
    /// The service's entity id or client id.
    pub service: String,
    /// What people call it.
    pub service_name: String,
    /// Where the form may lead, redirects after it included.
    pub form_origins: Vec<String>,
    /// How the answer goes back.
    pub reply: Reply,
}

impl Target {
    /// The target of a request that is still in memory.
    pub fn of(check: CheckId, request: &SignInRequest) -> Self {
        let form_origins = match &request.reply {
            Reply::OidcForm(_) => vec![ANYWHERE.to_owned()],
            Reply::Saml(_) | Reply::OidcCode(_) => request.service.origins.clone(),
        };
        Self {
            check,
            service: request.service.registered.entity_id.clone(),
            service_name: request.service.name().to_owned(),
            form_origins,
            reply: request.reply.clone(),
        }
    }

    /// Where the person can start again.
    pub fn back(&self) -> Back {
        Back {
            service: self.service_name.clone(),
            origin: self.reply.origin().to_owned(),
        }
    }

    /// The target of a request that was stored; enough to refuse it.
    pub fn of_stored(stored: &NewCheck, service_name: String) -> Option<Self> {
        let reply = Reply::of_stored(stored)?;
        let form_origin = match &reply {
            Reply::OidcForm(_) => ANYWHERE,
            Reply::Saml(_) | Reply::OidcCode(_) => reply.origin(),
        };
        Some(Self {
            check: stored.id,
            service: stored.service.clone(),
            service_name,
            form_origins: vec![form_origin.to_owned()],
            reply,
        })
    }
}
