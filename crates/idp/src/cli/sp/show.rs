//! `sp show`: one service in full.

use std::fmt::Write;

use clap::Args;
use serde_json::json;

use super::{super::Place, registered};
use crate::{
    date,
    service_settings::word,
    services::Party,
    store::{Judged, Protocol, Service},
};

/// Show one service.
#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    place: Place,
    /// Its entity id, as `sp list` shows it
    entity_id: String,
}

impl Show {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.place.open().await?.0;
        let service = registered(&store, &self.entity_id).await?;
        let tests = store.judged_tests(&self.entity_id).await?;
        let value = json!({
            "entity_id": service.entity_id,
            "name": service.name,
            "posts_from": service.post_origins,
            "answers_to": answered_at(&service)?,
            "signs_requests_with": request_keys(&service)?,
            "added": date::rfc3339(service.added),
            "settings": service.settings,
            "tests": tests.iter().map(test_value).collect::<Vec<_>>(),
        });
        self.place.say(&value, text(&service, &tests)?)
    }
}

/// Where a SAML service takes answers; nothing of others.
fn answered_at(service: &Service) -> anyhow::Result<Vec<String>> {
    Ok(match Party::parse(service)? {
        Party::Saml(provider) => {
            let consumers = provider.assertion_consumers.iter();
            consumers
                .map(|consumer| consumer.url.as_str().to_owned())
                .collect()
        }
        Party::Oidc(_) => Vec::new(),
    })
}

/// The SHA-256 fingerprints of the certificates that a SAML service signs its requests with.
fn request_keys(service: &Service) -> anyhow::Result<Vec<String>> {
    Ok(match Party::parse(service)? {
        Party::Saml(provider) => {
            let certificates = provider.signing_certificates.iter();
            certificates
                .map(selfsame_saml::Certificate::fingerprint)
                .collect()
        }
        Party::Oidc(_) => Vec::new(),
    })
}

fn test_value(test: &Judged) -> serde_json::Value {
    json!({
        "test": test.kind.as_str(),
        "result": test.result.as_str(),
        "answered": date::rfc3339(test.answered),
    })
}

fn text(service: &Service, tests: &[Judged]) -> anyhow::Result<String> {
    let settings = &service.settings;
    let mut text = format!(
        "{} ({})\nRequests come from: {}\nMetadata of: {}\nMode: {}\nRequests by link: {}\nAsks: {}\n",
        service.name,
        service.entity_id,
        service.post_origins.join(", "),
        date::rfc3339(service.added),
        word(settings.mode),
        word(settings.redirect),
        settings.asks,
    );
    for address in answered_at(service)? {
        writeln!(text, "Answers go to: {address}")?;
    }
    for fingerprint in request_keys(service)? {
        writeln!(text, "Signs requests with: {fingerprint}")?;
    }
    if service.protocol == Protocol::Saml {
        writeln!(text, "SAML answers: {}", settings.saml)?;
    }
    for test in tests {
        let (kind, result) = (test.kind.as_str(), test.result.as_str());
        writeln!(
            text,
            "Test {kind}: {result} ({})",
            date::rfc3339(test.answered)
        )?;
    }
    Ok(text)
}
