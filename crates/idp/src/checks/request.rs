//! The sign-in request behind a check, whatever protocol it came by.

use std::sync::Arc;

use selfsame_protocol::check::Arrival;
use selfsame_saml::AuthnRequest;

use crate::{
    respond::reply::{Reply, SamlReply},
    services::KnownService,
    store::Login,
};

/// Whom the service expects, if it says so; never who is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Names that may be logins.
    Hints(Vec<String>),
    /// One person, vouched for by the service.
    Person(Login),
}

impl Expected {
    /// Whether it is certainly not this person. Of hints only those that have the form of an e-mail address are
    /// compared, and only with a login that has it too.
    pub fn is_another_than(&self, login: &Login) -> bool {
        match self {
            Self::Person(person) => !person.is_same_as(login),
            Self::Hints(hints) => are_about_another(hints, login.as_str()),
        }
    }
}

/// As much of a request as its answer needs.
#[derive(Debug)]
pub struct SignInRequest {
    /// Who asks.
    pub service: Arc<KnownService>,
    /// How the answer goes back.
    pub reply: Reply,
    /// Whether nobody may be asked to do anything.
    pub is_passive: bool,
    /// Whom the service expects.
    pub expected: Expected,
    /// The rule by which the answer is a refusal, whoever sits there.
    pub unanswerable: Option<&'static str>,
}

impl SignInRequest {
    /// Keeps what matters of a verified AuthnRequest.
    pub fn of_saml(service: Arc<KnownService>, request: AuthnRequest) -> Self {
        let subject = request.subject_hint.as_ref().map(|hint| hint.name.clone());
        let hints = subject.into_iter().chain(request.login_hint.clone());
        let settings = service.registered.settings.saml;
        Self {
            service,
            is_passive: request.is_passive,
            expected: Expected::Hints(hints.collect()),
            unanswerable: request.refusal().map(|_| "request-not-answerable"),
            reply: Reply::Saml(SamlReply::to(request, settings)),
        }
    }

    /// The rule by which no person and no device could change the answer.
    pub fn refused_at_once(&self, arrival: Arrival) -> Option<&'static str> {
        let needs_click = arrival == Arrival::Unattributed;
        let passive = (self.is_passive && needs_click).then_some("passive-needs-click");
        self.unanswerable.or(passive)
    }

    /// Whether the service names somebody who is certainly not this person.
    pub fn names_another(&self, login: &Login) -> bool {
        self.expected.is_another_than(login)
    }
}

fn are_about_another(hints: &[String], login: &str) -> bool {
    let mut comparable = hints.iter().filter(|hint| is_address(hint)).peekable();
    is_address(login)
        && comparable.peek().is_some()
        && !comparable.any(|hint| hint.eq_ignore_ascii_case(login))
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
