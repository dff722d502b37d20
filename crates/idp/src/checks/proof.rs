//! `POST /check/{id}/proof`: the page brings an agent's proof of presence, and waits here for the
//! verdict that the device sends on its websocket.

use std::net::{IpAddr, SocketAddr};

use axum::{
    Json,
    extract::{ConnectInfo, Path, State, rejection::JsonRejection},
};
use http::{HeaderMap, StatusCode};
use selfsame_protocol::{
    DeviceId, PublicKey, UnixMillis, VERSION,
    check::Step,
    jws,
    message::{CheckRequest, Presence},
};
use serde::Deserialize;
use thiserror::Error;

use super::{
    life::Stage,
    live::LiveCheck,
    steps::{Next, bad_body, require_own},
};
use crate::{
    App,
    policy::Asked,
    refusal::Refusal,
    store::{Device, Login, Standing, StoreError},
};

/// How long a device may take to answer on its websocket, in milliseconds.
const QUESTION_LIFE_MS: i64 = 5_000;
/// How old a proof may be, in milliseconds; the device keeps the server's time.
const PROOF_FRESH_MS: i64 = 60_000;
/// How far ahead a device's idea of our time may be, in milliseconds.
const AHEAD_MS: i64 = 5_000;

/// The body of the call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    proof: String,
}

/// Takes a proof. A proof that is worth nothing changes nothing: another port may still answer.
///
/// # Errors
/// A [`Refusal`] with a code of its own for each cause.
pub async fn proof(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Result<Json<Body>, JsonRejection>,
) -> Result<Json<Next>, Refusal> {
    let live = require_own(&app, &id, &headers)?;
    let Json(body) = body.map_err(bad_body)?;
    match live.stage() {
        Stage::Click => {
            return Err(unusable(
                "click_first",
                "The person must click before anything is asked.",
            ));
        }
        Stage::Over | Stage::Answered => return Ok(Json(Next::Respond)),
        Stage::Ask => {}
    }
    let (presence, device) = verify(&app, &body.proof).await?;
    count(&app, &live, (&presence, peer.ip()), &device).await?;
    live.ended().await;
    Ok(Json(Next::Respond))
}

/// The proof, under the key of the enrolled device that it names.
async fn verify(app: &App, proof: &str) -> Result<(Presence, Device), Refusal> {
    let named: Presence = jws::read_unverified(proof).map_err(NotBelieved::from)?;
    let device = app.store.device(named.device).await?;
    let device =
        device.ok_or_else(|| unusable("unknown_device", "No such device is enrolled here."))?;
    let presence = believe(proof, device.key, app.clock.wall())?;
    Ok((presence, device))
}

/// Why a proof is not believed. Whoever brought it is to blame.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum NotBelieved {
    /// It is not signed by the device that it names.
    #[error("{0}")]
    Unverified(#[from] selfsame_protocol::Error),
    /// It was kept, or comes from a clock that is far ahead.
    #[error("The proof was not made just now.")]
    Stale,
}

/// What a proof says, if the device's key signed it just now.
///
/// # Errors
/// [`NotBelieved`].
pub fn believe(proof: &str, key: PublicKey, now: UnixMillis) -> Result<Presence, NotBelieved> {
    let presence: Presence = jws::verify(&[key], proof)?;
    let is_fresh = presence
        .iat
        .within(now.plus(-PROOF_FRESH_MS), now.plus(AHEAD_MS));
    is_fresh.then_some(presence).ok_or(NotBelieved::Stale)
}

impl From<NotBelieved> for Refusal {
    fn from(why: NotBelieved) -> Self {
        let code = match why {
            NotBelieved::Unverified(_) => "bad_proof",
            NotBelieved::Stale => "stale_proof",
        };
        unusable(code, &why.to_string())
    }
}

/// Gives a verified proof to the check, and asks the device when the check says so.
async fn count(
    app: &App,
    live: &LiveCheck,
    (presence, from): (&Presence, IpAddr),
    device: &Device,
) -> Result<(), StoreError> {
    if let Some(rule) = barred(app, live, device) {
        live.end_by(rule);
        return Ok(());
    }
    let asked = ask_for(app, live, (&device.login, from)).await?;
    // A second device's proof ends the check, whatever would have been asked of it.
    let asked = live.asked.get_or_init(|| asked);
    let step = live.presence(app.clock.now(), app.clock.wall(), presence);
    if let Step::AskDevice(device) = step
        && app.hub.ask(&question(app, live, (device, asked))).is_err()
    {
        live.device_offline();
    }
    Ok(())
}

/// The rule by which a device is not asked.
fn barred(app: &App, live: &LiveCheck, device: &Device) -> Option<&'static str> {
    if device.standing != Standing::Active {
        return Some("device-barred");
    }
    if live.request.names_another(&device.login) {
        return Some("service-names-another");
    }
    let people = &app.rates.people;
    let is_too_much = !people.take(device.login.to_string(), app.clock.now());
    is_too_much.then_some("too-many-for-person")
}

/// What the answer must be worth, by the rules for this person, this service and this moment.
async fn ask_for(
    app: &App,
    live: &LiveCheck,
    (login, from): (&Login, IpAddr),
) -> Result<Asked, StoreError> {
    let service = &live.request.service.registered;
    let settings = &service.settings;
    let own = app.sign_in.own_policy(settings.mode, &settings.asks);
    let place = (service.entity_id.as_str(), Some(from.to_canonical()));
    app.sign_in.policies.ask(own, login, place).await
}

fn question(app: &App, live: &LiveCheck, (device, asked): (DeviceId, &Asked)) -> CheckRequest {
    let iat = app.clock.wall();
    let arrived_ms_ago = app.clock.now().since(live.arrived);
    CheckRequest {
        v: VERSION,
        iss: app.settings.origin.clone(),
        device,
        check: live.id,
        nonce: live.nonce,
        service: live.request.service.name().to_owned(),
        level: asked.policy.level(),
        max_evidence_age_s: asked.policy.max_evidence_age_s(),
        arrived_ms_ago: u32::try_from(arrived_ms_ago).unwrap_or(u32::MAX),
        iat,
        exp: iat.plus(QUESTION_LIFE_MS),
    }
}

fn unusable(code: &'static str, message: &str) -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
}
