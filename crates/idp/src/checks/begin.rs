//! From a request that was checked in full to an open check, or to an answer at once.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use selfsame_protocol::{
    CheckId, Millis, UnixMillis,
    check::{Arrival, Check},
};
use selfsame_saml::{AuthnRequest, NameIdFormat, Refusal};

use super::request::SignInRequest;
use crate::{
    App, cookies,
    page::{self, refused::Refused},
    random, respond,
    respond::Target,
    secret::Secret,
    services::KnownService,
    store::{Begun, NewCheck},
};

/// A request is valid for 3 minutes around its date, which itself may be 3 minutes ahead of us.
const REMEMBER_MS: i64 = 600_000;

/// Begins a check for a request, or leads to the one that this request began before.
pub async fn begin(
    app: &App,
    service: Arc<KnownService>,
    request: AuthnRequest,
    arrival: Arrival,
    arrived: Millis,
) -> Response {
    let (id, cookie) = (random::check_id(), Secret::random());
    let new = new_check(id, &request, &cookie);
    let at_once = answer_at_once(&request, arrival);
    let request = SignInRequest::new(service, request);
    let until = app.clock.wall().plus(REMEMBER_MS);
    let begun = match at_once {
        Some((refusal, rule)) => {
            let target = Target {
                refused_with: refusal,
                ..Target::of(id, &request)
            };
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

fn new_check(id: CheckId, request: &AuthnRequest, cookie: &Secret) -> NewCheck {
    let format = request.name_id_format();
    NewCheck {
        id,
        service: request.issuer.to_string(),
        request_id: request.id.to_string(),
        acs: request.acs.to_string(),
        relay_state: request
            .relay_state
            .as_ref()
            .map(|state| state.as_str().to_owned()),
        name_id_format: (format != NameIdFormat::Unspecified).then(|| format.uri().to_owned()),
        cookie: cookie.hash(),
    }
}

/// What no person and no device could change.
fn answer_at_once(request: &AuthnRequest, arrival: Arrival) -> Option<(Refusal, &'static str)> {
    if let Some(refusal) = request.refusal() {
        return Some((refusal, "request-not-answerable"));
    }
    let needs_click = arrival == Arrival::Unattributed;
    (request.is_passive && needs_click).then_some((Refusal::NoPassive, "passive-needs-click"))
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
