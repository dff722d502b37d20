//! The files that the console's pages load.

use axum::{Router, http::header, response::IntoResponse, routing::get};

use crate::App;

/// Where they are.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/console.css", get(stylesheet))
        .route("/mark.svg", get(mark))
}

async fn stylesheet() -> impl IntoResponse {
    let text = include_str!("../../assets/console.css");
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], text)
}

async fn mark() -> impl IntoResponse {
    let text = include_str!("../../assets/mark.svg");
    ([(header::CONTENT_TYPE, "image/svg+xml")], text)
}
