//! `GET /oidc/jwks` (RFC 7517): the keys that ID tokens are signed with, or may be soon. They are those of the
//! certificates that services are given, so one change of certificate is a change of key here too.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use rsa::{RsaPublicKey, pkcs1::DecodeRsaPublicKey, traits::PublicKeyParts};
use selfsame_saml::Certificate;
use serde_json::{Value, json};

use crate::App;

/// Where the set is.
pub const PATH: &str = "/oidc/jwks";

/// Shows the set, the key that signs first.
pub async fn show(State(app): State<App>) -> Response {
    let signing = app.sign_in.signing.now();
    let keys: Vec<_> = signing.certificates.iter().filter_map(key).collect();
    let headers = [
        (CONTENT_TYPE, "application/jwk-set+json"),
        (CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, json!({ "keys": keys }).to_string()).into_response()
}

/// The name of a certificate's key in tokens and in the set: the SHA-256 of the certificate.
pub fn key_id(certificate: &Certificate) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, certificate.der()))
}

/// `None` for a key that is not RSA, which ours never are. Entra ID demands `x5c`, and names keys by `x5t`.
fn key(certificate: &Certificate) -> Option<Value> {
    let key = RsaPublicKey::from_pkcs1_der(certificate.rsa_public_key_der()?).ok()?;
    let thumbprint = digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate.der());
    Some(json!({
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "kid": key_id(certificate),
        "n": URL_SAFE_NO_PAD.encode(key.n().to_bytes_be()),
        "e": URL_SAFE_NO_PAD.encode(key.e().to_bytes_be()),
        "x5c": [certificate.to_base64()],
        "x5t": URL_SAFE_NO_PAD.encode(thumbprint),
        "x5t#S256": key_id(certificate),
    }))
}
