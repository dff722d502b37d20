//! What one request may cost: its size, and the time it takes.

use std::time::Duration;

use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header::CONTENT_LENGTH},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::refusal::Refusal;

/// The largest body a device, a browser or a provider sends; event hooks are the largest.
pub const BODY_BYTES: usize = 256 * 1024;
/// A check is decided within seconds; whatever takes longer is a body that does not come.
const WITHIN: Duration = Duration::from_secs(20);

/// Refuses a body that says it is too large before any of it is read. For callers that read JSON;
/// browsers get a page from the handler, which meets the same limit while it reads.
pub async fn size(request: Request, next: Next) -> Response {
    if announced(request.headers()).is_some_and(|bytes| bytes > BODY_BYTES as u64) {
        let message = "The body is larger than anything this server takes.";
        return Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message)
            .into_response();
    }
    next.run(request).await
}

/// Ends a request that takes too long.
pub async fn time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(WITHIN, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let message = "The request took too long to arrive. Send it again.";
            Refusal::new(StatusCode::REQUEST_TIMEOUT, "too_slow", message).into_response()
        }
    }
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
