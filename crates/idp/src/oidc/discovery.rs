//! `GET /.well-known/openid-configuration` (OpenID Connect Discovery §3): our name, our addresses and what we can do.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use selfsame_protocol::Origin;
use serde_json::{Value, json};

use super::jwks;
use crate::App;

/// Where the document is. Our issuer is the origin alone, so that nothing has to be cut off to compare the two.
pub const PATH: &str = "/.well-known/openid-configuration";

/// Shows the document, with its length: Entra ID takes none in chunks.
pub async fn show(State(app): State<App>) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, document(&app.settings.origin).to_string()).into_response()
}

fn document(origin: &Origin) -> Value {
    json!({
        "issuer": origin,
        "jwks_uri": format!("{origin}{}", jwks::PATH),
        "scopes_supported": ["openid"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claim_types_supported": ["normal"],
    })
}
