//! What is dropped without an answer, and the line that says so: at most one for each cause in ten seconds.

use std::net::IpAddr;

use selfsame_radius::Error;
use serde_json::json;

use crate::{
    App,
    audit::{Action, Record},
};

/// Nobody is registered at the address.
pub const UNKNOWN_CLIENT: &str = "radius-unknown-client";
/// The client asks too often.
pub const TOO_MANY: &str = "radius-too-many-for-client";
/// So many requests are being answered that no more are taken.
pub const BUSY: &str = "radius-busy";

/// The cause in a word, for the audit log.
pub const fn cause(error: Error) -> &'static str {
    match error {
        Error::TooShort(_)
        | Error::TooLong(_)
        | Error::AttributeLength(_)
        | Error::Repeated(_)
        | Error::BadValue(_)
        | Error::SeveralCredentials
        | Error::ValueTooLong(_)
        | Error::PasswordTooLong
        | Error::NoSecret => "radius-malformed",
        Error::UnexpectedCode(_) | Error::OtherIdentifier => "radius-unexpected-code",
        Error::NoMessageAuthenticator => "radius-no-message-authenticator",
        Error::WrongMessageAuthenticator | Error::WrongResponseAuthenticator => {
            "radius-wrong-secret"
        }
        Error::UnprotectedProxyState => "radius-unprotected-proxy-state",
    }
}

/// Writes down that something from an address was dropped.
pub async fn note(app: &App, from: IpAddr, client: Option<&str>, cause: &'static str, why: &str) {
    let Some(left_out) = app.radius.refused.note(cause, app.clock.now()) else {
        return;
    };
    tracing::warn!(%from, client, cause, why, "a RADIUS packet was dropped");
    let record = Record::new("nobody", Action::RequestRefused, client.unwrap_or("radius")).with(
        json!({ "cause": cause, "why": why, "from": from.to_string(), "left_out": left_out }),
    );
    if let Err(error) = app.store.append_audit(record, app.clock.wall()).await {
        tracing::error!(%error, "a refusal could not be written down");
    }
}
