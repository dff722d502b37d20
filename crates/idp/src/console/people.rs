//! `/people`: whom devices answer for.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Html,
};
use serde::Deserialize;

use super::{
    devices::DeviceRow,
    frame::{Frame, Place, render},
    notice::Notice,
    rights::Right,
    session::Session,
};
use crate::{
    App, date,
    store::{EntraAccount, Listed, PersonId},
};

/// How many people a page shows.
const PAGE: usize = 50;

/// Who is looked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Sought {
    q: String,
    after: String,
}

#[derive(Template)]
#[template(path = "console/people.html")]
struct People {
    frame: Frame,
    sought: Sought,
    people: Vec<Row>,
    next: Option<String>,
}

struct Row {
    number: i64,
    login: String,
    devices: u32,
    since: String,
}

#[derive(Template)]
#[template(path = "console/person.html")]
struct One {
    frame: Frame,
    login: String,
    since: String,
    devices: Vec<DeviceRow>,
    tokens: usize,
    accounts: Vec<Account>,
}

struct Account {
    tenant: String,
    object: String,
}

/// Many.
pub async fn list(
    State(app): State<App>,
    session: Session,
    Query(sought): Query<Sought>,
) -> Result<Html<String>, Notice> {
    let frame = Frame::of(&app, &session, Place::People)?;
    let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let mut found = app
        .store
        .people_like(sought.q.trim(), &sought.after, limit)
        .await?;
    let is_more = found.len() > PAGE;
    found.truncate(PAGE);
    let last = found.last().map(|listed| listed.person.login.to_string());
    Ok(render(&People {
        frame,
        next: last.filter(|_| is_more),
        people: found.iter().map(Row::of).collect(),
        sought,
    }))
}

/// One.
pub async fn one(
    State(app): State<App>,
    session: Session,
    Path(number): Path<i64>,
) -> Result<Html<String>, Notice> {
    let frame = Frame::of(&app, &session, Place::People)?;
    let id = PersonId::from_number(number);
    let person = app.store.person_by_id(id).await?.ok_or(Notice::NotFound)?;
    let devices = app.store.devices_of(id).await?;
    let tokens = app.store.open_tokens(app.clock.wall()).await?;
    let accounts = app.store.accounts_of(&person).await?;
    Ok(render(&One {
        frame,
        login: person.login.to_string(),
        since: date::day(person.created),
        devices: devices
            .iter()
            .map(|device| DeviceRow::of(&app, device))
            .collect(),
        tokens: tokens
            .iter()
            .filter(|token| token.login.is_same_as(&person.login))
            .count(),
        accounts: accounts.iter().map(Account::of).collect(),
    }))
}

impl Row {
    fn of(Listed { person, devices }: &Listed) -> Self {
        Self {
            number: person.id.number(),
            login: person.login.to_string(),
            devices: *devices,
            since: date::day(person.created),
        }
    }
}

impl Account {
    fn of(account: &EntraAccount) -> Self {
        Self {
            tenant: account.tenant.as_str().to_owned(),
            object: account.object.as_str().to_owned(),
        }
    }
}
