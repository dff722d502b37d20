//! The pages that a person sees on the check origin. They work without JavaScript as far as the
//! other factor, fetch nothing from elsewhere, and show nothing that was not asked for.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;

pub mod answer;
pub mod assets;
pub mod check;
pub mod headers;
pub mod refused;

use headers::Csp;

/// Renders a page under its content security policy.
fn render(template: &impl Template, status: StatusCode, csp: Csp<'_>) -> Response {
    match template.render() {
        Ok(html) => headers::secure((status, Html(html)).into_response(), csp),
        Err(error) => {
            // Rendering into memory fails in no way that a template could cause.
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
