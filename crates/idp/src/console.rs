//! The console: what administrators see and do, on an origin of its own.
//!
//! Every page is made here and works without JavaScript; none shows what a person does, or since when they do nothing.

use axum::{
    Router, middleware,
    routing::{get, post},
};

use crate::{App, limits};

mod access;
mod assets;
mod audit_log;
mod certificates;
mod chart;
mod condition;
mod device_acts;
mod devices;
mod events;
mod fleet;
mod form;
mod frame;
mod harden;
mod health;
mod notice;
mod overview;
mod people;
mod rights;
mod service_acts;
mod services;
mod session;
mod sign_in;
mod tally;
mod token_acts;
mod tokens;
mod words;

pub use sign_in::make_link;

/// Everything on the console's origin.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/", get(overview::show))
        .route("/people", get(people::list))
        .route("/people/{number}", get(people::one))
        .route("/devices", get(devices::list))
        .route("/devices/{id}", get(devices::one))
        .route(
            "/devices/{id}/{act}",
            get(device_acts::ask).post(device_acts::act),
        )
        .route("/services", get(services::list))
        .route("/service", get(services::one))
        .route(
            "/service/observe",
            get(service_acts::ask).post(service_acts::observe),
        )
        .route("/events", get(events::list))
        .route("/events/{seq}", get(events::one))
        .route("/audit", get(audit_log::list))
        .route("/tokens", get(tokens::list))
        .route(
            "/tokens/new",
            get(token_acts::ask_new).post(token_acts::make),
        )
        .route(
            "/tokens/{name}/end",
            get(token_acts::ask_end).post(token_acts::end),
        )
        .route("/access", get(access::list).post(access::put))
        .route("/access/{id}/link", post(access::link))
        .route(
            "/access/{id}/remove",
            get(access::ask_remove).post(access::remove),
        )
        .route("/certificates", get(certificates::list))
        .route("/health", get(health::show))
        .merge(sign_in::routes())
        .merge(assets::routes())
        .fallback(notice::not_found)
        .layer(middleware::from_fn(limits::time))
        .layer(middleware::map_response(harden::harden))
        .with_state(app)
}
