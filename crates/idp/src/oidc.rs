//! The OpenID Connect front: what relying parties read about us, and where they send people. The check that follows is
//! the same as for SAML, and so are policy and audit.

use axum::{Router, routing::get};

use crate::App;

pub mod client;
pub mod discovery;
pub mod jwks;
pub mod jwt;

/// Everything that relying parties and the browsers they send are led to.
pub fn routes() -> Router<App> {
    Router::new()
        .route(discovery::PATH, get(discovery::show))
        .route(jwks::PATH, get(jwks::show))
}
