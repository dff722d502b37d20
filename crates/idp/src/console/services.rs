//! `/services`: who sends people here.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Html,
};
use form_urlencoded::Serializer;
use serde::Deserialize;

use super::{
    frame::{Frame, Place, render},
    notice::Notice,
    rights::Right,
    session::Session,
};
use crate::{
    App, date,
    service_settings::{Mode, word},
    store::{Judged, Protocol, RadiusClient, Service},
};

/// One of many services.
pub struct ServiceRow {
    /// What people are shown.
    pub name: String,
    /// Its entity id or client id.
    pub id: String,
    /// Where its page is.
    pub path: String,
    /// Whether it is answered.
    pub mode: String,
    /// What an answer must be worth.
    pub asks: String,
}

struct GatewayRow {
    name: String,
    mode: String,
    asks: String,
}

#[derive(Template)]
#[template(path = "console/services.html")]
struct Services {
    frame: Frame,
    services: Vec<ServiceRow>,
    gateways: Vec<GatewayRow>,
}

#[derive(Template)]
#[template(path = "console/service.html")]
struct One {
    frame: Frame,
    saml: bool,
    observed: bool,
    redirect: String,
    added: String,
    tests: Vec<Test>,
    observe: String,
    service: Service,
}

struct Test {
    kind: &'static str,
    result: &'static str,
    day: String,
}

/// Which one.
#[derive(Deserialize)]
pub struct Which {
    /// Its entity id or client id.
    pub id: String,
}

/// The address of a page about a service. Ids are addresses themselves, so they are no part of the path.
pub fn path(page: &str, entity_id: &str) -> String {
    let query = Serializer::new(String::new())
        .append_pair("id", entity_id)
        .finish();
    format!("{page}?{query}")
}

/// All.
pub async fn list(State(app): State<App>, session: Session) -> Result<Html<String>, Notice> {
    let frame = Frame::of(&app, &session, Place::Services)?;
    let services = app.store.services().await?;
    let gateways = app.store.radius_clients().await?;
    Ok(render(&Services {
        frame,
        services: services.iter().map(ServiceRow::of).collect(),
        gateways: gateways.iter().map(GatewayRow::of).collect(),
    }))
}

/// One.
pub async fn one(
    State(app): State<App>,
    session: Session,
    Query(Which { id }): Query<Which>,
) -> Result<Html<String>, Notice> {
    let frame = Frame::of(&app, &session, Place::Services)?;
    let service = app.store.service(&id).await?.ok_or(Notice::NotFound)?;
    let tests = app.store.judged_tests(&id).await?;
    Ok(render(&One {
        frame,
        saml: service.protocol == Protocol::Saml,
        observed: service.settings.mode == Mode::Observe,
        redirect: word(service.settings.redirect),
        added: date::day(service.added),
        tests: tests.iter().map(Test::of).collect(),
        observe: path("/service/observe", &id),
        service,
    }))
}

impl ServiceRow {
    /// What a table shows of a service.
    pub fn of(service: &Service) -> Self {
        Self {
            name: service.name.clone(),
            id: service.entity_id.clone(),
            path: path("/service", &service.entity_id),
            mode: word(service.settings.mode),
            asks: service.settings.asks.to_string(),
        }
    }
}

impl GatewayRow {
    fn of(client: &RadiusClient) -> Self {
        Self {
            name: client.name.clone(),
            mode: word(client.settings.answers),
            asks: client.settings.asks.to_string(),
        }
    }
}

impl Test {
    fn of(test: &Judged) -> Self {
        Self {
            kind: test.kind.as_str(),
            result: test.result.as_str(),
            day: date::day(test.answered),
        }
    }
}
