//! Okta's event hooks: `user.authentication.auth_via_mfa` says that a person gave a factor.
//!
//! Okta sends an event again when it hears nothing, and may send it twice: an event counts once.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    App,
    audit::{Action, Record},
    date,
    hard_factor::{self, Seen},
    refusal::Refusal,
    store::Login,
};

const CHALLENGE: &str = "x-okta-verification-challenge";
const MFA: &str = "user.authentication.auth_via_mfa";

/// The factors that prove possession by themselves, in the words of Okta's system log. Text
/// messages, calls, mail and questions are left out, and so is anything an identity provider said:
/// our own answers come back as that.
const HARD: [&str; 14] = [
    "fido2_webauthn",
    "fido_u2f",
    "fido_webauthn",
    "google_auth",
    "okta_soft_token",
    "okta_verify_push",
    "push",
    "signed_nonce",
    "token",
    "token:hardware",
    "token:hotp",
    "token:software:totp",
    "webauthn",
    "yubikey_otp_token",
];

/// `GET /v1/hooks/okta`: Okta asks once whether this address is ours.
///
/// # Errors
/// A [`Refusal`] when there is nothing to verify.
pub async fn verify(headers: HeaderMap) -> Result<Json<Value>, Refusal> {
    let challenge = headers.get(CHALLENGE).and_then(|value| value.to_str().ok());
    challenge.map(|challenge| Json(json!({ "verification": challenge }))).ok_or_else(|| {
        let message = "This address is for Okta's event hooks; it was called without a verification challenge.";
        Refusal::new(StatusCode::BAD_REQUEST, "no_challenge", message)
    })
}

/// `POST /v1/hooks/okta`: events, shown with our secret as the whole `Authorization` header.
///
/// # Errors
/// A [`Refusal`] for a wrong secret, for anything that is not an event hook's call, and when the
/// store fails, so that Okta sends the events again.
pub async fn receive(
    State(app): State<App>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Json<Value>, Refusal> {
    if !shows_secret(&app, &headers) {
        return Err(refuse(&app).await);
    }
    let call: Call = serde_json::from_slice(&body).map_err(|error| {
        let message = format!("This is not an Okta event hook's call: {error}");
        Refusal::new(StatusCode::BAD_REQUEST, "bad_event", message)
    })?;
    let mut counted = 0;
    for seen in call
        .data
        .events
        .into_iter()
        .filter_map(Event::into_hard_factor)
    {
        counted += u32::from(hard_factor::note(&app, &seen).await?);
    }
    Ok(Json(json!({ "counted": counted })))
}

fn shows_secret(app: &App, headers: &HeaderMap) -> bool {
    let shown = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    shown.is_some_and(|shown| app.keys.hook.hash().is_of(shown))
}

async fn refuse(app: &App) -> Refusal {
    if let Some(left_out) = app.strangers.note("wrong_secret", app.clock.now()) {
        let record = Record::new("stranger", Action::HookRefused, "okta")
            .with(json!({ "why": "wrong-secret", "left_out_before": left_out }));
        if let Err(error) = app.store.append_audit(record, app.clock.wall()).await {
            tracing::error!(%error, "a refused event hook could not be written down");
        }
    }
    let message = "The Authorization header is not this server's hook secret; `selfsame-idp hook show` prints it.";
    Refusal::new(StatusCode::UNAUTHORIZED, "wrong_secret", message)
}

#[derive(Deserialize)]
struct Call {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    events: Vec<Event>,
}

/// The few fields of a system log event that are looked at.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    uuid: String,
    published: String,
    event_type: String,
    actor: Option<Actor>,
    outcome: Option<Outcome>,
    debug_context: Option<DebugContext>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Actor {
    alternate_id: Option<String>,
}

#[derive(Deserialize)]
struct Outcome {
    result: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DebugContext {
    debug_data: Option<DebugData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DebugData {
    factor: Option<String>,
    factor_type: Option<String>,
}

impl Event {
    /// A hard factor that a person gave; `None` for every other event.
    fn into_hard_factor(self) -> Option<Seen> {
        let is_success = self.event_type == MFA && self.outcome?.result == "SUCCESS";
        let debug = self.debug_context?.debug_data?;
        let factor = debug.factor.or(debug.factor_type)?.to_ascii_lowercase();
        let is_hard = HARD.contains(&factor.as_str());
        let is_sane = (1..=128).contains(&self.uuid.len());
        (is_success && is_hard && is_sane).then_some(())?;
        Some(Seen {
            event: self.uuid,
            login: Login::parse(&self.actor?.alternate_id?)?,
            at: date::parse_rfc3339(&self.published)?,
            factor,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(change: impl FnOnce(&mut Value)) -> Option<Seen> {
        let mut event = json!({
            "uuid": "e-1", "published": "2026-11-25T08:15:30.123Z", "eventType": MFA,
            "actor": { "id": "00u1", "type": "User", "alternateId": "ada@example.com" },
            "outcome": { "result": "SUCCESS", "reason": null },
            "debugContext": { "debugData": { "factor": "OKTA_SOFT_TOKEN", "requestId": "r" } },
            "severity": "INFO"
        });
        change(&mut event);
        serde_json::from_value::<Event>(event)
            .expect("an event")
            .into_hard_factor()
    }

    #[test]
    fn a_one_time_password_is_a_hard_factor() {
        let seen = event(|_| {}).expect("counted");
        assert_eq!(seen.login.as_str(), "ada@example.com");
        assert_eq!(seen.factor, "okta_soft_token");
    }

    #[test]
    fn our_own_answer_reported_back_is_none() {
        for own in [
            "CUSTOM_CLAIMS_PROVIDER",
            "claims_provider",
            "IDP",
            "GENERIC_SAML",
        ] {
            let seen = event(|event| event["debugContext"]["debugData"]["factor"] = json!(own));
            assert!(seen.is_none(), "{own}");
        }
    }

    #[test]
    fn a_text_message_or_a_failure_or_another_event_is_none() {
        assert!(
            event(|e| e["debugContext"]["debugData"]["factor"] = json!("SMS_FACTOR")).is_none()
        );
        assert!(event(|e| e["outcome"]["result"] = json!("FAILURE")).is_none());
        assert!(event(|e| e["eventType"] = json!("user.session.start")).is_none());
        assert!(event(|e| e["debugContext"] = Value::Null).is_none());
    }
}
