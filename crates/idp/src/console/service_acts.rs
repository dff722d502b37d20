//! What is done to a service here: it goes back to observation. To begin to answer one takes its tests (`sp set`).

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{Html, Redirect},
};
use serde_json::json;

use super::{
    form::{Posted, Reason},
    frame::{Frame, Place, render},
    notice::Notice,
    rights::Right,
    services::{Which, path},
    session::Session,
};
use crate::{
    App,
    audit::{Action, Record},
    service_settings::Mode,
    store::Service,
};

#[derive(Template)]
#[template(path = "console/service_observe.html")]
struct Ask {
    frame: Frame,
    service: Service,
    action: String,
}

/// Asks once more.
pub async fn ask(
    State(app): State<App>,
    session: Session,
    Query(Which { id }): Query<Which>,
) -> Result<Html<String>, Notice> {
    session.require(Right::ObserveService)?;
    let frame = Frame::of(&app, &session, Place::Services)?;
    let service = answered(&app, &id).await?;
    Ok(render(&Ask {
        frame,
        action: path("/service/observe", &service.entity_id),
        service,
    }))
}

/// Does it.
pub async fn observe(
    State(app): State<App>,
    Query(Which { id }): Query<Which>,
    Posted { session, form }: Posted<Reason>,
) -> Result<Redirect, Notice> {
    session.require(Right::ObserveService)?;
    let because = form.checked()?;
    let mut service = answered(&app, &id).await?;
    let record = Record::new(&session.person.actor(), Action::ServiceChanged, &id).with(json!({
        "old": { "mode": service.settings.mode },
        "new": { "mode": Mode::Observe },
        "because": because,
    }));
    service.settings.mode = Mode::Observe;
    let now = app.clock.wall();
    match app.store.change_service(&service, record, now).await? {
        true => Ok(Redirect::to(&path("/service", &id))),
        false => Err(Notice::NothingToDo),
    }
}

async fn answered(app: &App, id: &str) -> Result<Service, Notice> {
    let service = app.store.service(id).await?.ok_or(Notice::NotFound)?;
    match service.settings.mode {
        Mode::Assist => Ok(service),
        Mode::Observe => Err(Notice::NothingToDo),
    }
}
