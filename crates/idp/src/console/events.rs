//! `/events`: every check, and why it ended as it did.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Html,
};
use selfsame_protocol::DeviceId;
use serde::Deserialize;

use super::{
    frame::{Frame, Place, render},
    notice::Notice,
    services::path,
    session::Session,
    words::{Outcome, RuleWords, told},
};
use crate::{
    App,
    audit::{Action, Entry},
    date,
    store::{self, CheckOutcome, Service},
};

/// How many checks a page shows.
const PAGE: u32 = 50;

/// Which are looked for; empty fields are not asked.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Sought {
    person: String,
    service: String,
    rule: String,
    outcome: String,
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "console/events.html")]
struct Events {
    frame: Frame,
    sought: Sought,
    services: Vec<Service>,
    events: Vec<Event>,
    next: Option<i64>,
}

#[derive(Template)]
#[template(path = "console/event.html")]
struct One {
    frame: Frame,
    event: Event,
    decision: Decision,
    service_path: String,
}

/// One check that has ended.
struct Event {
    seq: i64,
    time: String,
    person: String,
    service: String,
    outcome: Outcome,
    rule: RuleWords,
}

/// What the audit log says of a check, but for how long ago its person had typed.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Decision {
    check: String,
    request: String,
    rule: String,
    device: Option<DeviceId>,
    channel: Option<String>,
    verdict: Option<String>,
    level: Option<String>,
    reasons: Vec<String>,
    model: Option<u32>,
    demo: bool,
    would: Option<String>,
    policy: AskedBy,
}

/// The rule of the policy that said what to ask for.
#[derive(Deserialize, Default)]
#[serde(default)]
struct AskedBy {
    version: i64,
    rule: Option<String>,
}

/// Many.
pub async fn list(
    State(app): State<App>,
    session: Session,
    Query(sought): Query<Sought>,
) -> Result<Html<String>, Notice> {
    let frame = Frame::of(&app, &session, Place::Events)?;
    let found = app
        .store
        .audit_before(&sought.lines(), sought.before, PAGE)
        .await?;
    let services = app.store.services().await?;
    let events = found.lines.iter().filter_map(Event::read);
    Ok(render(&Events {
        frame,
        sought,
        events: events.map(|(event, _)| event.named(&services)).collect(),
        services,
        next: found.before,
    }))
}

/// One.
pub async fn one(
    State(app): State<App>,
    session: Session,
    Path(seq): Path<i64>,
) -> Result<Html<String>, Notice> {
    let frame = Frame::of(&app, &session, Place::Events)?;
    let line = app.store.audit_line(seq).await?;
    let services = app.store.services().await?;
    let (event, mut decision) = line
        .as_ref()
        .and_then(Event::read)
        .ok_or(Notice::NotFound)?;
    decision
        .reasons
        .iter_mut()
        .for_each(|reason| *reason = told(reason));
    Ok(render(&One {
        frame,
        service_path: path("/service", &event.service),
        event: event.named(&services),
        decision,
    }))
}

impl Sought {
    fn lines(&self) -> store::Sought {
        let [approved, other] = [Action::CheckApproved, Action::CheckOtherFactor];
        let actions = match self.outcome.as_str() {
            "answered" => vec![approved],
            "other-factor" => vec![other],
            _ => vec![approved, other],
        };
        store::Sought {
            actor: given(&self.person),
            actions: actions
                .iter()
                .map(|action| action.as_str().to_owned())
                .collect(),
            target: given(&self.service),
            rule: given(&self.rule),
        }
    }
}

/// What somebody filled in; `None` for an empty field.
pub fn given(field: &str) -> Option<String> {
    let field = field.trim();
    (!field.is_empty()).then(|| field.to_owned())
}

/// Whether a line of the audit log is about a check.
pub fn outcome_of(line: &Entry) -> Option<CheckOutcome> {
    if line.action == Action::CheckApproved.as_str() {
        Some(CheckOutcome::Approved)
    } else if line.action == Action::CheckOtherFactor.as_str() {
        Some(CheckOutcome::OtherFactor)
    } else {
        None
    }
}

impl Event {
    /// `None` for a line that is about something else. What cannot be read of its details is left out.
    fn read(line: &Entry) -> Option<(Self, Decision)> {
        let outcome = outcome_of(line)?;
        let decision: Decision = serde_json::from_str(&line.details).unwrap_or_default();
        let event = Self {
            seq: line.seq,
            time: date::rfc3339(line.time),
            person: line.actor.clone(),
            service: line.target.clone(),
            outcome: Outcome::of(outcome, &decision.rule),
            rule: RuleWords {
                code: decision.rule.clone(),
            },
        };
        Some((event, decision))
    }

    /// With the name that people are shown of a service that is still registered.
    fn named(mut self, services: &[Service]) -> Self {
        if let Some(known) = services
            .iter()
            .find(|known| known.entity_id == self.service)
        {
            self.service.clone_from(&known.name);
        }
        self
    }
}
