//! The end of a check: decided, signed, consumed once together with its audit record, and only
//! then sent.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use selfsame_protocol::{CheckId, UnixMillis};
use serde::Deserialize;

use crate::{
    App,
    checks::{
        begin::Outcome,
        live::{Claim, LiveCheck},
        show::service_name,
        steps::{find_own, is_own_page},
    },
    cookies::Cookies,
    page::{self, refused::Refused},
    secret::Secret,
    store::{Begun, CheckOutcome, CheckRecord, Consumed, NewCheck, TestKind},
};

mod answers;
mod conclusion;
pub mod reply;
mod signing;
mod target;

pub use answers::{Answer, Proven};
use conclusion::Conclusion;
pub use target::Target;

/// The person's own choice; not a failure that could make a loop.
const CHOSEN: &str = "another-method-chosen";
/// A check that the program has no memory of any more.
const RESTARTED: &str = "server-restarted";
/// The approval could not be written down.
const NOT_RECORDED: &str = "not-recorded";

/// The form of [`other`].
#[derive(Debug, Deserialize)]
pub struct Other {
    again: Option<String>,
}

/// `POST /check/{id}/respond`: the page has done what it could, or gave up.
pub async fn respond(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    answer(&app, &id, &headers, LiveCheck::given_up)
        .await
        .unwrap_or_else(|why| page::refused::show(&why))
}

/// `POST /check/{id}/other`: the person wants another method.
pub async fn other(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(form): Form<Other>,
) -> Response {
    let outcome = match form.again {
        Some(ticket) => answer_repeated(&app, &id, &headers, &ticket).await,
        None => answer(&app, &id, &headers, LiveCheck::other_method).await,
    };
    outcome.unwrap_or_else(|why| page::refused::show(&why))
}

/// Answers an open check whoever the person is: it is refused.
pub async fn refuse(app: &App, target: &Target, rule: &'static str) -> Response {
    let conclusion = Conclusion::other_factor(rule);
    conclude(app, target, &conclusion)
        .await
        .unwrap_or_else(|why| page::refused::show(&why))
}

/// Begins a check and refuses it in one transaction.
///
/// # Errors
/// When it could not be signed or written down; then nothing was.
pub async fn begin_refused(
    app: &App,
    target: &Target,
    rule: &'static str,
    new: NewCheck,
    until: UnixMillis,
) -> Result<Outcome, Refused> {
    let conclusion = Conclusion::other_factor(rule);
    let answer = answers::failure(app, target, rule)?;
    let record = conclusion.record(target);
    let now = app.clock.wall();
    match app.store.begin_answered(new, until, record, now).await? {
        Begun::New => Ok(Outcome::Answered(send(target, answer))),
        Begun::Repeated(first) => Ok(Outcome::Repeated(first)),
    }
}

async fn answer(
    app: &App,
    id: &str,
    headers: &HeaderMap,
    end: fn(&LiveCheck),
) -> Result<Response, Refused> {
    let id = own_id(app, id, headers)?;
    let Some(live) = find_own(app, id, headers) else {
        return answer_stored(app, id, headers).await;
    };
    end(&live);
    let claim = live
        .claim()
        .ok_or_else(|| Refused::AlreadyAnswered(Target::of(id, &live.request).back()))?;
    answer_live(app, &live, claim, Cookies::read(headers).browser()).await
}

fn own_id(app: &App, id: &str, headers: &HeaderMap) -> Result<CheckId, Refused> {
    if !is_own_page(app, headers) {
        return Err(Refused::ForeignOrigin);
    }
    CheckId::parse(id).map_err(|_| Refused::CheckNotHere)
}

async fn answer_live(
    app: &App,
    live: &Arc<LiveCheck>,
    claim: Claim,
    browser: Option<&Secret>,
) -> Result<Response, Refused> {
    let target = Target::of(live.id, &live.request);
    let mut conclusion = Conclusion::reach(app, live, &claim.ended).await;
    let mut outcome = conclude(app, &target, &conclusion).await;
    if let Err(Refused::DeviceBarred) = outcome {
        // Revoked between the decision and its record.
        conclusion.bar("device-barred");
        outcome = conclude(app, &target, &conclusion).await;
    }
    match &outcome {
        Ok(_) => claim.leave(),
        Err(Refused::NotRecorded(_)) => claim.bar(NOT_RECORDED),
        Err(Refused::AlreadyAnswered(_)) => claim.leave(),
        Err(_) => drop(claim),
    }
    if let Some(browser) = browser.filter(|_| conclusion.is_failure()) {
        let service = &live.request.service.registered.entity_id;
        app.checks
            .loop_guard
            .note_failure(browser, service, app.clock.now());
    }
    outcome
}

/// A check that only the database knows: the server was restarted in the middle, or it is long
/// over. It can end in the other factor, and in nothing else.
async fn answer_stored(app: &App, id: CheckId, headers: &HeaderMap) -> Result<Response, Refused> {
    let cookies = Cookies::read(headers);
    let cookie = cookies.of_check(id).ok_or(Refused::CheckNotHere)?;
    let record = app.store.check(id).await?.ok_or(Refused::CheckNotHere)?;
    if !record.begun.cookie.is_of(cookie.expose()) {
        return Err(Refused::CheckNotHere);
    }
    let target = stored_target(app, &record).await?;
    conclude(app, &target, &Conclusion::other_factor(RESTARTED)).await
}

/// Where the answer of a stored check goes.
///
/// # Errors
/// When what was stored cannot be read.
pub(crate) async fn stored_target(app: &App, record: &CheckRecord) -> Result<Target, Refused> {
    let name = service_name(app, &record.begun.service).await;
    Target::of_stored(&record.begun, name).ok_or(Refused::CheckNotHere)
}

/// A request that came twice, in a browser that does not hold the first check's cookie.
async fn answer_repeated(
    app: &App,
    id: &str,
    headers: &HeaderMap,
    ticket: &str,
) -> Result<Response, Refused> {
    let id = own_id(app, id, headers)?;
    let now = app.clock.now();
    let request = app
        .checks
        .repeats
        .find(id, ticket, now)
        .ok_or(Refused::CheckNotHere)?;
    let target = Target::of(id, &request);
    let conclusion = Conclusion::other_factor("request-repeated");
    match conclude(app, &target, &conclusion).await {
        // The first was answered; this one still leads to the other factor, and says nothing.
        Err(Refused::AlreadyAnswered(_)) => {
            let answer = answers::failure(app, &target, conclusion.rule())?;
            app.store
                .append_audit(conclusion.record(&target), app.clock.wall())
                .await?;
            Ok(send(&target, answer))
        }
        outcome => outcome,
    }
}

/// Signs, consumes, sends, in this order: what was consumed can be sent, and nothing is sent that
/// was not written down. Only the refusal, which gives nothing away, may leave unrecorded when
/// the disk is full, so that nobody is stranded.
async fn conclude(
    app: &App,
    target: &Target,
    conclusion: &Conclusion,
) -> Result<Response, Refused> {
    let answer = match conclusion.proven(target.check) {
        Some(proven) => answers::success(app, target, &proven).await?,
        None => answers::failure(app, target, conclusion.rule())?,
    };
    let record = conclusion.record(target);
    match app
        .store
        .consume(conclusion.ended(target.check), record, app.clock.wall())
        .await
    {
        Ok(Consumed::Now) if conclusion.test() == Some(TestKind::OtherBrowser) => {
            Ok(carry(target, answer))
        }
        Ok(Consumed::Now) => Ok(send(target, answer)),
        Ok(Consumed::Already) => Err(Refused::AlreadyAnswered(target.back())),
        Ok(Consumed::DeviceBarred(_)) => Err(Refused::DeviceBarred),
        Err(error) => {
            tracing::error!(%error, check = %target.check, rule = conclusion.rule(), "an answer could not be written down");
            match conclusion.outcome() {
                CheckOutcome::Approved => Err(Refused::NotRecorded(target.check)),
                CheckOutcome::OtherFactor => Ok(send(target, answer)),
            }
        }
    }
}

/// The same answer as a file, for an administrator to open in another browser.
fn carry(target: &Target, answer: Answer) -> Response {
    match answer {
        Answer::Form(form) => page::answer::save(&form, &target.service_name),
        Answer::Link(url) => page::answer::save_link(&url, &target.service_name),
    }
}

fn send(target: &Target, answer: Answer) -> Response {
    match answer {
        Answer::Form(form) => page::answer::show(&form, &target.form_origins, &target.service_name),
        Answer::Link(url) => page::answer::go(&url, &target.service_name),
    }
}

/// Answers a request for which no check was begun, and whose browser has seen no page of ours.
pub fn send_at_once(answer: Answer, form_origins: &[String], service_name: &str) -> Response {
    match answer {
        Answer::Form(form) => page::answer::show(&form, form_origins, service_name),
        Answer::Link(url) => {
            // What is not header text was not registered either.
            let to = HeaderValue::from_str(&url).unwrap_or(HeaderValue::from_static("/"));
            let kept = HeaderValue::from_static("no-store");
            let headers = [(header::LOCATION, to), (header::CACHE_CONTROL, kept)];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
    }
}
