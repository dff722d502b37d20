//! Which address leads where. The check origin serves checks, sign-on and devices, nothing else.

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    middleware,
    routing::{get, post},
};

use crate::{App, enrol, hooks, hub, limits, scim, sign_in};

/// Everything on the check origin.
pub fn check_origin(app: App) -> Router {
    Router::new()
        .route("/v1/enrol", post(enrol::enrol))
        .route("/v1/link", get(hub::link::upgrade))
        .route(
            "/v1/hooks/okta",
            get(hooks::okta::verify).post(hooks::okta::receive),
        )
        .route("/healthz", get(health))
        .layer(middleware::from_fn(limits::size))
        .merge(sign_in::routes())
        .merge(scim::routes())
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES))
        .layer(middleware::from_fn(limits::time))
        .with_state(app)
}

/// Whether the server can do its work, which it cannot without its database.
async fn health(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.store.ping().await {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer\n",
        ),
    }
}
