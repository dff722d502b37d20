//! The browser's side of the check origin: its addresses, and what answers to services are made of.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use selfsame_protocol::Millis;
use selfsame_saml::Endpoints;

use crate::{
    App,
    checks::{proof, show, steps},
    clock::Clock,
    decide::{DemoBuilds, Policy},
    metadata,
    oidc::{self, codes::Codes, issuer_keys::Fetches},
    page::assets,
    policy::book::PolicyBook,
    respond,
    service_settings::{Asks, Mode},
    services::ServiceBook,
    settings::Settings,
    signing::{InUse, Signing},
    sso,
    store::Store,
    strangers::Strangers,
};

/// A request of 64 KiB as base64 in a form, every character of which may be percent-encoded.
const FORM_BYTES: usize = 3 * 90 * 1024;
/// A proof is one compact JWS in an object.
const JSON_BYTES: usize = 12 * 1024;

/// What every sign-in needs and no check changes.
#[derive(Debug)]
pub struct SignIn {
    /// The registered services.
    pub services: ServiceBook,
    /// What answers about whom must be worth.
    pub policies: PolicyBook,
    /// Signs answers.
    pub signing: InUse,
    /// Where requests arrive.
    pub endpoints: Endpoints,
    /// The authorization codes that wait to be redeemed.
    pub codes: Codes,
    /// When issuers' keys were last asked for.
    pub key_fetches: Fetches,
    demo: DemoBuilds,
    refusals: Strangers,
}

impl SignIn {
    /// Puts together what this server signs in with.
    pub fn new(settings: &Settings, signing: Signing, store: &Store, clock: Clock) -> Self {
        let demo = if settings.demo {
            DemoBuilds::Accepted
        } else {
            DemoBuilds::Refused
        };
        Self {
            services: ServiceBook::new(store.clone(), clock),
            policies: PolicyBook::new(store.clone(), clock),
            signing: InUse::new(signing),
            endpoints: metadata::endpoints(&settings.origin),
            codes: Codes::default(),
            key_fetches: Fetches::default(),
            demo,
            refusals: Strangers::default(),
        }
    }

    /// What is asked of an answer on this server by what was set for whoever asks, before any rule.
    pub fn own_policy(&self, mode: Mode, asks: &Asks) -> Policy {
        asks.policy(mode, self.demo)
    }

    /// Whether answers of demonstration builds count.
    pub const fn demo(&self) -> DemoBuilds {
        self.demo
    }

    /// Whether a refusal with this code is to be written down: each kind every ten seconds at
    /// most, with the number left out before.
    pub fn note_refusal(&self, code: &'static str, now: Millis) -> Option<u64> {
        self.refusals.note(code, now)
    }
}

/// Everything a browser is led to.
pub fn routes() -> Router<App> {
    let forms = Router::new()
        .route("/saml/sso", get(sso::redirect).post(sso::post))
        .layer(DefaultBodyLimit::max(FORM_BYTES));
    let checks = Router::new()
        .route("/check/{id}", get(show::show))
        .route("/check/{id}/begin", post(steps::begin))
        .route("/check/{id}/ask", post(steps::ask))
        .route("/check/{id}/proof", post(proof::proof))
        .route("/check/{id}/respond", post(respond::respond))
        .route("/check/{id}/other", post(respond::other))
        .layer(DefaultBodyLimit::max(JSON_BYTES));
    Router::new()
        .route("/metadata", get(sso::metadata))
        .route("/assets/{name}", get(assets::serve))
        .merge(forms)
        .merge(oidc::routes())
        .merge(checks)
}
