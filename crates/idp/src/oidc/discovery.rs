//! `GET /.well-known/openid-configuration` (OpenID Connect Discovery §3): our name, our addresses and what we can do.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use selfsame_protocol::Origin;
use serde_json::{Value, json};

use super::{authorize, jwks, methods, token};
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
        "authorization_endpoint": format!("{origin}{}", authorize::PATH),
        "token_endpoint": format!("{origin}{}", token::PATH),
        "jwks_uri": format!("{origin}{}", jwks::PATH),
        "scopes_supported": ["openid"],
        "response_types_supported": ["code", "id_token"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": ["authorization_code", "implicit"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": [
            "iss", "aud", "sub", "iat", "exp", "auth_time", "nonce", "acr", "amr", "preferred_username",
        ],
        "acr_values_supported": methods::all_acrs(),
        "claims_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claim_types_supported": ["normal"],
    })
}
