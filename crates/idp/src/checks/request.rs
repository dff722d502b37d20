//! The sign-in request behind a check.

use std::sync::Arc;

use selfsame_saml::{AuthnRequest, NameIdFormat, RelayState, ReplyTo, response::Attribute};

use crate::services::KnownService;

/// As much of a request as its answer needs.
#[derive(Debug)]
pub struct SignInRequest {
    /// Who asks.
    pub service: Arc<KnownService>,
    /// What the answer must name.
    pub reply_to: ReplyTo,
    /// To be returned byte for byte.
    pub relay_state: Option<RelayState>,
    /// How to name the person.
    pub name_id_format: NameIdFormat,
    /// Whether nobody may be asked to do anything.
    pub is_passive: bool,
    /// Whom the service expects, if it says so; never who is asked.
    pub hints: Vec<String>,
    /// What the service wants echoed.
    pub echo: Vec<Attribute>,
}

impl SignInRequest {
    /// Keeps what matters of a verified request.
    pub fn new(service: Arc<KnownService>, request: AuthnRequest) -> Self {
        let echo = request.app_context.as_ref().map(Attribute::echo);
        let subject = request.subject_hint.as_ref().map(|hint| hint.name.clone());
        Self {
            service,
            reply_to: request.reply_to(),
            name_id_format: request.name_id_format(),
            is_passive: request.is_passive,
            hints: subject.into_iter().chain(request.login_hint).collect(),
            echo: echo.and_then(Result::ok).unwrap_or_default(),
            relay_state: request.relay_state,
        }
    }

    /// Whether the service names somebody who is certainly not this person: both names have the
    /// form of an e-mail address, and no such hint is the login.
    pub fn names_another(&self, login: &str) -> bool {
        let mut comparable = self.hints.iter().filter(|hint| is_address(hint)).peekable();
        is_address(login)
            && comparable.peek().is_some()
            && !comparable.any(|hint| hint.eq_ignore_ascii_case(login))
    }
}

fn is_address(name: &str) -> bool {
    name.split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn only_addresses_are_compared_with_logins() {
        assert!(is_address("ada@example.test"));
        assert!(!is_address("ada"));
        assert!(!is_address("@example.test"));
        assert!(!is_address("ada@localhost"));
    }
}
