//! `GET /check/{id}`: the page of a check, as far as it has come, for the browser that holds its
//! cookie.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use http::{HeaderMap, header::SET_COOKIE};
use selfsame_protocol::{
    CheckId, VERSION, jws,
    message::{CHALLENGE_AUDIENCE, CHALLENGE_LIFE_MS, Challenge},
};
use serde::Deserialize;

use super::{life::Stage, live::LiveCheck};
use crate::{
    App,
    cookies::{self, Cookies},
    page::{
        self,
        check::Look,
        refused::{Back, Refused},
    },
    respond::{self, Target},
    secret::Secret,
};

/// How many checks one browser may have side by side.
const TABS: usize = 8;

/// The query.
#[derive(Debug, Deserialize)]
pub struct Again {
    again: Option<String>,
}

/// Shows the page.
pub async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(Again { again }): Query<Again>,
    headers: HeaderMap,
) -> Response {
    let Ok(id) = CheckId::parse(&id) else {
        return page::refused::show(&Refused::CheckNotHere);
    };
    let cookies = Cookies::read(&headers);
    let mut response = match own(&app, id, &cookies).await {
        Own::Open(live) => show_open(&app, &live, &cookies),
        Own::Answered(back) => page::refused::show(&Refused::AlreadyAnswered(back)),
        Own::Lost(service) => page::check::over(&Look {
            id,
            service: &service,
        }),
        Own::NotHere => not_here(&app, id, again.as_deref()),
    };
    if cookies.browser().is_none() {
        response
            .headers_mut()
            .append(SET_COOKIE, cookies::give_browser(&Secret::random()));
    }
    for stale in end_oldest_tabs(&app, id, &cookies) {
        response
            .headers_mut()
            .append(SET_COOKIE, cookies::take_check(stale));
    }
    response
}

/// What this browser may see of a check.
enum Own {
    /// It is open, and this browser's.
    Open(Arc<LiveCheck>),
    /// It is this browser's, and its answer has left.
    Answered(Back),
    /// It is this browser's, but the server was restarted and only the request is remembered.
    Lost(String),
    /// No such check, or not this browser's: no difference is shown.
    NotHere,
}

async fn own(app: &App, id: CheckId, cookies: &Cookies) -> Own {
    let Some(cookie) = cookies.of_check(id) else {
        return Own::NotHere;
    };
    if let Some(live) = app.checks.find(id) {
        return match live.belongs_to(cookie.expose()) {
            true if live.stage() == Stage::Answered => {
                Own::Answered(Target::of(id, &live.request).back())
            }
            true => Own::Open(live),
            false => Own::NotHere,
        };
    }
    match app.store.check(id).await {
        Ok(Some(record)) if record.begun.cookie.is_of(cookie.expose()) => match record.outcome {
            Some(_) => match respond::stored_target(app, &record).await {
                Ok(target) => Own::Answered(target.back()),
                Err(_) => Own::NotHere,
            },
            None => Own::Lost(service_name(app, &record.begun.service).await),
        },
        Ok(_) => Own::NotHere,
        Err(error) => {
            tracing::error!(%error, "a check could not be looked up");
            Own::NotHere
        }
    }
}

/// What people call the service; its entity id where it was removed meanwhile.
pub(crate) async fn service_name(app: &App, entity_id: &str) -> String {
    match app.sign_in.services.find(entity_id).await {
        Ok(Some(service)) => service.name().to_owned(),
        _ => entity_id.to_owned(),
    }
}

fn show_open(app: &App, live: &LiveCheck, cookies: &Cookies) -> Response {
    let look = Look {
        id: live.id,
        service: live.request.service.name(),
    };
    match live.stage() {
        Stage::Click => page::check::click(&look),
        Stage::Over | Stage::Answered => page::check::over(&look),
        Stage::Ask if is_held(app, live, cookies) => page::check::held(&look),
        Stage::Ask => match challenge(app, live) {
            Ok(challenge) => page::check::ask(&look, &challenge),
            Err(error) => {
                tracing::error!(error, "a challenge could not be signed");
                page::check::over(&look)
            }
        },
    }
}

/// Whether this browser was sent here so often that the person must say they want to go on.
fn is_held(app: &App, live: &LiveCheck, cookies: &Cookies) -> bool {
    let service = &live.request.service.registered.entity_id;
    let looping = |browser| {
        app.checks
            .loop_guard
            .is_looping(browser, service, app.clock.now())
    };
    !live.is_cleared_of_looping() && cookies.browser().is_some_and(looping)
}

fn challenge(app: &App, live: &LiveCheck) -> Result<String, String> {
    let iat = app.clock.wall();
    let challenge = Challenge {
        v: VERSION,
        iss: app.settings.origin.clone(),
        aud: CHALLENGE_AUDIENCE.to_owned(),
        check: live.id,
        nonce: live.nonce,
        service: live.request.service.name().to_owned(),
        iat,
        exp: iat.plus(CHALLENGE_LIFE_MS),
    };
    jws::sign(&app.keys.challenge.current, &challenge)
}

fn not_here(app: &App, id: CheckId, ticket: Option<&str>) -> Response {
    let now = app.clock.now();
    match ticket.and_then(|ticket| Some((ticket, app.checks.repeats.find(id, ticket, now)?))) {
        Some((ticket, request)) => page::check::repeated(
            &Look {
                id,
                service: request.service.name(),
            },
            ticket,
        ),
        None => page::refused::show(&Refused::CheckNotHere),
    }
}

/// Ends the oldest open checks beyond the limit; returns every check whose cookie is of no more
/// use while there are too many.
fn end_oldest_tabs(app: &App, shown: CheckId, cookies: &Cookies) -> Vec<CheckId> {
    let total = cookies.checks().count();
    if total <= TABS {
        return Vec::new();
    }
    let (mut open, mut stale) = (Vec::new(), Vec::new());
    for (id, cookie) in cookies.checks().filter(|(id, _)| *id != shown) {
        let live = app
            .checks
            .find(id)
            .filter(|live| live.belongs_to(cookie.expose()));
        match live.map(|live| (live.stage(), live)) {
            Some((Stage::Click | Stage::Ask, live)) => open.push(live),
            // Its page has yet to fetch the answer.
            Some((Stage::Over, _)) => {}
            Some((Stage::Answered, _)) | None => stale.push(id),
        }
    }
    open.sort_by_key(|live| live.arrived);
    let too_many = (open.len() + 1).saturating_sub(TABS);
    for live in open.drain(..too_many) {
        live.end_by("too-many-tabs");
    }
    stale
}
