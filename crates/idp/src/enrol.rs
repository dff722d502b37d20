//! `POST /v1/enrol`: a one-time token and a fresh key become a device.

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::StatusCode,
};
use selfsame_protocol::{
    VERSION, jws,
    message::{Enrolled, Enrolment},
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    App,
    audit::{Action, Record},
    random,
    refusal::Refusal,
    secret::SecretHash,
    store::{DeviceCaps, Login, NewDevice, Redeemed},
};

/// A label is for people to recognise a computer by; longer ones only fill screens.
const LABEL_CHARS: usize = 80;

/// The body of the call.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    v: u16,
    enrolment: String,
}

/// Enrols a device, or says why not.
///
/// # Errors
/// A [`Refusal`] with a code of its own for each cause.
pub async fn enrol(
    State(app): State<App>,
    body: Result<Json<Body>, JsonRejection>,
) -> Result<Json<Enrolled>, Refusal> {
    let outcome = match body {
        Ok(Json(body)) => redeem(&app, &body).await,
        Err(error) => Err(bad_request(format!(
            "The body is not an enrolment: {error}"
        ))),
    };
    if let Err(refusal) = &outcome {
        note(&app, refusal).await;
    }
    outcome.map(Json)
}

async fn redeem(app: &App, body: &Body) -> Result<Enrolled, Refusal> {
    let enrolment = verify(body)?;
    if enrolment.server != app.settings.origin {
        let message = format!(
            "The agent meant to enrol at {}, but this server is {}; give it that address.",
            enrolment.server, app.settings.origin
        );
        return Err(Refusal::new(StatusCode::FORBIDDEN, "wrong_server", message));
    }
    if enrolment.demo && !app.settings.demo {
        let message = "This is a demonstration build of the agent, and the server takes none. Install a packaged agent.";
        return Err(Refusal::new(StatusCode::FORBIDDEN, "demo_refused", message));
    }
    let device = new_device(&enrolment)?;
    let hash = SecretHash::of(enrolment.token.expose());
    let now = app.clock.wall();
    let redeemed = app.store.redeem(hash, &device, caps(app), now).await?;
    let login = admitted(redeemed, caps(app))?;
    tracing::info!(device = %device.id, "device enrolled");
    Ok(Enrolled {
        v: VERSION,
        device: device.id,
        person: login.to_string(),
        origin: app.settings.origin.clone(),
        challenge_keys: app.keys.challenge.public(),
        time: now,
    })
}

fn caps(app: &App) -> DeviceCaps {
    DeviceCaps {
        at_once: app.settings.device_cap,
        in_a_day: app.settings.limits.enrolments_per_person,
    }
}

/// Whoever asks must hold the very key that is to be enrolled.
fn verify(body: &Body) -> Result<Enrolment, Refusal> {
    if body.v != VERSION {
        let message = format!(
            "The agent speaks version {} of the protocol, this server {VERSION}; update the older one.",
            body.v
        );
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "unknown_version",
            message,
        ));
    }
    let named = jws::read_unverified::<Enrolment>(&body.enrolment).map_err(unverified)?;
    jws::verify::<Enrolment>(&[named.key], &body.enrolment).map_err(unverified)
}

fn new_device(enrolment: &Enrolment) -> Result<NewDevice, Refusal> {
    if !["linux", "windows", "macos"].contains(&enrolment.os.as_str()) {
        return Err(bad_request(
            "The agent names an operating system that nobody knows.".to_owned(),
        ));
    }
    Ok(NewDevice {
        id: random::device_id(),
        key: enrolment.key,
        key_storage: enrolment.key_storage,
        host_label: label(&enrolment.host_label),
        os: enrolment.os.clone(),
        agent_version: label(&enrolment.agent_version),
        demo: enrolment.demo,
    })
}

fn label(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(LABEL_CHARS)
        .collect()
}

fn admitted(redeemed: Redeemed, caps: DeviceCaps) -> Result<Login, Refusal> {
    let (code, message) = match redeemed {
        Redeemed::Enrolled(login) => return Ok(login),
        Redeemed::Unknown => (
            "token_unknown",
            "The server never made this token. See that it was copied whole, and that it is for this server.".to_owned(),
        ),
        Redeemed::Used => (
            "token_used",
            "The token was used before. Ask an administrator for another one, and say if the first use was not you.".to_owned(),
        ),
        Redeemed::Expired => (
            "token_expired",
            "The token has expired. Ask an administrator for another one.".to_owned(),
        ),
        Redeemed::PersonLeft => (
            "person_left",
            "The organisation's directory says that this person has left. If that is wrong, it must be put right there.".to_owned(),
        ),
        Redeemed::TooManyDevices => (
            "too_many_devices",
            format!("This person has {} devices, and no more are allowed. An administrator can end one with `selfsame-idp device revoke`.", caps.at_once),
        ),
        Redeemed::TooManyToday => (
            "too_many_enrolments",
            format!("{} devices were enrolled for this person in the last 24 hours, and no more are let in. Try again tomorrow, and tell an administrator if they were not all yours.", caps.in_a_day),
        ),
        Redeemed::KeyKnown => (
            "key_known",
            "The agent's key was enrolled before. Make a new key and enrol again.".to_owned(),
        ),
    };
    Err(Refusal::new(StatusCode::FORBIDDEN, code, message))
}

fn bad_request(message: String) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "bad_request", message)
}

fn unverified(error: selfsame_protocol::Error) -> Refusal {
    use selfsame_protocol::Error::{BadSignature, UnknownVersion};
    let code = match error {
        BadSignature => "bad_signature",
        UnknownVersion(_) => "unknown_version",
        _ => return bad_request(format!("The agent's enrolment was refused: {error}")),
    };
    let message = format!("The agent's enrolment was refused: {error}");
    Refusal::new(StatusCode::BAD_REQUEST, code, message)
}

async fn note(app: &App, refusal: &Refusal) {
    tracing::warn!(code = refusal.code, "an enrolment was refused");
    let Some(left_out) = app.strangers.note(refusal.code, app.clock.now()) else {
        return;
    };
    let record = Record::new("stranger", Action::EnrolmentRefused, "enrolment")
        .with(json!({ "why": refusal.code, "left_out_before": left_out }));
    if let Err(error) = app.store.append_audit(record, app.clock.wall()).await {
        tracing::error!(%error, "a refused enrolment could not be written down");
    }
}
