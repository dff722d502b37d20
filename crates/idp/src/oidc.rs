//! The OpenID Connect front: what relying parties read about us, where they send people, and how they redeem codes. The
//! check between is the same as for SAML, and so are policy and audit.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

use crate::App;

pub mod answer;
pub mod authorize;
pub mod challenge;
pub mod claims;
pub mod client;
pub mod code_request;
pub mod codes;
pub mod discovery;
pub mod entra_request;
pub mod fetch;
pub mod guid;
pub mod hint;
pub mod id_token;
pub mod issuer_keys;
pub mod json;
pub mod jwks;
pub mod jws;
pub mod jwt;
pub mod key_set;
pub mod methods;
pub mod parameters;
pub mod problem;
pub mod token;
pub mod way_back;

/// The largest request: a hint of 16 KiB and claims of 8, every character of which may be percent-encoded.
const FORM_BYTES: usize = 3 * 28 * 1024;

/// Everything that relying parties and the browsers they send are led to.
pub fn routes() -> Router<App> {
    Router::new()
        .route(discovery::PATH, get(discovery::show))
        .route(jwks::PATH, get(jwks::show))
        .route(authorize::PATH, get(authorize::get).post(authorize::post))
        .route(token::PATH, post(token::redeem))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
}
