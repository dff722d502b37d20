//! What the page of a check tells the server on the way: the click, and that it asks.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header::ORIGIN};
use selfsame_protocol::CheckId;
use serde::{Deserialize, Serialize};

use super::{
    begin::{location, no_store},
    life::Stage,
    live::LiveCheck,
};
use crate::{App, cookies::Cookies, page, page::refused::Refused, refusal::Refusal};

/// What the page does.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doing {
    /// It asks the agents by itself.
    Asking,
    /// It asks the person for something first.
    PersonAsked,
}

/// The body of [`ask`].
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    state: Doing,
}

/// What the page is to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "next")]
pub enum Next {
    /// Go on as before.
    Wait,
    /// Fetch the answer.
    Respond,
}

impl Next {
    pub(super) fn of(live: &LiveCheck) -> Self {
        match live.stage() {
            Stage::Click | Stage::Ask => Self::Wait,
            Stage::Over | Stage::Answered => Self::Respond,
        }
    }
}

/// `POST /check/{id}/begin`: the person says that they started this sign-in.
pub async fn begin(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if !is_own_page(&app, &headers) {
        return page::refused::show(&Refused::ForeignOrigin);
    }
    let Ok(id) = CheckId::parse(&id) else {
        return page::refused::show(&Refused::CheckNotHere);
    };
    if let Some(live) = find_own(&app, id, &headers) {
        live.clicked(app.clock.now());
    }
    // Whatever became of it, the page of the check says so.
    (
        StatusCode::SEE_OTHER,
        [location(&format!("/check/{id}")), no_store()],
    )
        .into_response()
}

/// `POST /check/{id}/ask`: the page begins to ask, or asks the person first.
///
/// # Errors
/// A [`Refusal`] when the call is not from the page of an open check.
pub async fn ask(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Result<Json<Ask>, JsonRejection>,
) -> Result<Json<Next>, Refusal> {
    let live = require_own(&app, &id, &headers)?;
    let Json(ask) = body.map_err(bad_body)?;
    let now = app.clock.now();
    match ask.state {
        Doing::Asking => live.asking(now),
        Doing::PersonAsked if live.request.is_passive => live.end_by("passive-needs-person"),
        Doing::PersonAsked => live.person_asked(now),
    }
    Ok(Json(Next::of(&live)))
}

/// Whether a call was made by a page of this very origin.
pub(crate) fn is_own_page(app: &App, headers: &HeaderMap) -> bool {
    let own = app.settings.origin.as_str();
    headers.get(ORIGIN).is_some_and(|origin| origin == own)
}

/// The open check, if this browser holds its cookie.
pub(crate) fn find_own(app: &App, id: CheckId, headers: &HeaderMap) -> Option<Arc<LiveCheck>> {
    let cookies = Cookies::read(headers);
    let cookie = cookies.of_check(id)?;
    app.checks
        .find(id)
        .filter(|live| live.belongs_to(cookie.expose()))
}

pub(super) fn require_own(
    app: &App,
    id: &str,
    headers: &HeaderMap,
) -> Result<Arc<LiveCheck>, Refusal> {
    if !is_own_page(app, headers) {
        let message = "This address answers the check's own page only.";
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "foreign_origin",
            message,
        ));
    }
    let found = CheckId::parse(id)
        .ok()
        .and_then(|id| find_own(app, id, headers));
    found.ok_or_else(|| {
        let message = "There is no such open check in this browser. Start again at the service.";
        Refusal::new(StatusCode::NOT_FOUND, "check_not_here", message)
    })
}

pub(super) fn bad_body(rejection: JsonRejection) -> Refusal {
    let message = format!("The body is not what this address takes: {rejection}");
    Refusal::new(StatusCode::BAD_REQUEST, "bad_request", message)
}
