//! From a request that was checked in full to an open check, or to an answer at once.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use selfsame_protocol::{
    CheckId, Millis, UnixMillis,
    check::{Arrival, Check},
};

use super::request::SignInRequest;
use crate::{
    App, cookies,
    page::{self, refused::Refused},
    random, respond,
    respond::Target,
    secret::Secret,
    store::{Begun, NewCheck},
};

/// An AuthnRequest is valid for 2 minutes and the clock skew (2 at most) around its date, which itself may be as far ahead
/// of us; a hint of Entra ID for 5.
const REMEMBER_MS: i64 = 600_000;

/// Begins a check for a request, or leads to the one that this request began before.
pub async fn begin(
    app: &App,
    request: SignInRequest,
    arrival: Arrival,
    arrived: Millis,
) -> Response {
    let (id, cookie) = (random::check_id(), Secret::random());
    let new = new_check(id, &request, &cookie);
    let until = app.clock.wall().plus(REMEMBER_MS);
    let begun = match request.refused_at_once(arrival) {
        Some(rule) => {
            let target = Target::of(id, &request);
            respond::begin_refused(app, &target, rule, new, until).await
        }
        None => begin_open(app, new, until).await,
    };
    match begun {
        Ok(Outcome::Answered(response)) => response,
        Ok(Outcome::Repeated(first)) => repeated(app, first, request),
        Ok(Outcome::Open) => open(app, id, request, &cookie, arrival, arrived).await,
        Err(why) => page::refused::show(&why),
    }
}

/// What came of a request.
pub enum Outcome {
    /// It was refused, and this is the answer to the service.
    Answered(Response),
    /// It was seen before.
    Repeated(CheckId),
    /// A check may be opened for it.
    Open,
}

async fn begin_open(app: &App, new: NewCheck, until: UnixMillis) -> Result<Outcome, Refused> {
    match app.store.begin_check(new, until, app.clock.wall()).await? {
        Begun::New => Ok(Outcome::Open),
        Begun::Repeated(first) => Ok(Outcome::Repeated(first)),
    }
}

fn new_check(id: CheckId, request: &SignInRequest, cookie: &Secret) -> NewCheck {
    let reply = &request.reply;
    NewCheck {
        id,
        service: request.service.registered.entity_id.clone(),
        request_id: reply.request_id().to_owned(),
        acs: reply.address().to_owned(),
        relay_state: reply.state().map(str::to_owned),
        name_id_format: reply.name_id_format(),
        reply: reply.kind(),
        cookie: cookie.hash(),
    }
}

async fn open(
    app: &App,
    id: CheckId,
    request: SignInRequest,
    cookie: &Secret,
    arrival: Arrival,
    arrived: Millis,
) -> Response {
    let target = Target::of(id, &request);
    let origin = app.settings.origin.clone();
    let check = Check::new(id, random::nonce(), origin, arrival, app.clock.now());
    if app
        .checks
        .open(check, request, cookie.hash(), arrived)
        .is_none()
    {
        return respond::refuse(app, &target, "too-many-checks").await;
    }
    let given = (header::SET_COOKIE, cookies::give_check(id, cookie));
    (
        StatusCode::SEE_OTHER,
        [given, location(&format!("/check/{id}")), no_store()],
    )
        .into_response()
}

/// No second check: to the first, and with a ticket that can only refuse if the first is not to
/// be had in this browser.
fn repeated(app: &App, first: CheckId, request: SignInRequest) -> Response {
    let ticket = app.checks.repeats.note(first, request, app.clock.now());
    let to = location(&format!("/check/{first}?again={}", ticket.expose()));
    (StatusCode::SEE_OTHER, [to, no_store()]).into_response()
}

/// A redirect to a path of our own.
pub(super) fn location(path: &str) -> (header::HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(path).expect("paths here are made of base64url");
    (header::LOCATION, value)
}

pub(super) fn no_store() -> (header::HeaderName, HeaderValue) {
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
}
