//! What is done to enrolment tokens: one is made and shown once, or ended.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{Html, Redirect},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    form::{Nothing, Posted},
    frame::{Frame, Place, render},
    notice::Notice,
    rights::Right,
    session::Session,
    tokens::Row,
};
use crate::{
    App,
    audit::{Action, Record},
    date,
    secret::Secret,
    store::{Login, NewToken, OpenToken},
};

const HOUR_MS: i64 = 60 * 60_000;
/// The longest that a token of the console lives: a week, in hours.
const HOURS_AT_MOST: u32 = 168;
/// The most devices that one of them enrols.
const USES_AT_MOST: u32 = 5;

#[derive(Template)]
#[template(path = "console/token_new.html")]
struct New {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "console/token_made.html")]
struct Made {
    frame: Frame,
    token: Secret,
    login: String,
    uses: u32,
    until: String,
}

#[derive(Template)]
#[template(path = "console/token_end.html")]
struct Ask {
    frame: Frame,
    token: Row,
}

/// What a token is made of.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    login: String,
    uses: String,
    hours: String,
}

/// Asks for whom.
pub async fn ask_new(State(app): State<App>, session: Session) -> Result<Html<String>, Notice> {
    session.require(Right::MintToken)?;
    let frame = Frame::of(&app, &session, Place::Tokens)?;
    Ok(render(&New { frame }))
}

/// Makes one, and shows it this once.
pub async fn make(
    State(app): State<App>,
    Posted { session, form }: Posted<Wanted>,
) -> Result<Html<String>, Notice> {
    session.require(Right::MintToken)?;
    let frame = Frame::of(&app, &session, Place::Tokens)?;
    let (login, uses, hours) = form.checked()?;
    refuse_for_console_people(&app, &login).await?;
    let (token, now) = (Secret::enrolment_token(), app.clock.wall());
    let new = NewToken {
        hash: token.hash(),
        login: login.clone(),
        uses,
        expires: now.plus(i64::from(hours) * HOUR_MS),
    };
    let until = date::rfc3339(new.expires);
    let record = Record::new(&session.person.actor(), Action::TokenCreated, &login)
        .with(json!({ "uses": uses, "expires": until }));
    app.store.add_token(&new, record, now).await?;
    Ok(render(&Made {
        frame,
        token,
        login: login.to_string(),
        uses,
        until,
    }))
}

/// Whoever could enrol a device for an owner could be that owner at a service: that takes the server's own command
/// line, not one session of the console.
async fn refuse_for_console_people(app: &App, login: &Login) -> Result<(), Notice> {
    let people = app.store.console_people().await?;
    if people.iter().any(|person| person.name.is_same_as(login)) {
        return Err(Notice::TokenForConsolePerson);
    }
    Ok(())
}

/// Asks once more.
pub async fn ask_end(
    State(app): State<App>,
    session: Session,
    Path(name): Path<String>,
) -> Result<Html<String>, Notice> {
    session.require(Right::RevokeToken)?;
    let frame = Frame::of(&app, &session, Place::Tokens)?;
    let token = Row::of(&open(&app, &name).await?);
    Ok(render(&Ask { frame, token }))
}

/// Ends one.
pub async fn end(
    State(app): State<App>,
    Path(name): Path<String>,
    Posted { session, .. }: Posted<Nothing>,
) -> Result<Redirect, Notice> {
    session.require(Right::RevokeToken)?;
    let token = open(&app, &name).await?;
    let record = Record::new(&session.person.actor(), Action::TokenRevoked, &token.login).with(
        json!({ "old": { "uses_left": token.left, "expires": date::rfc3339(token.expires) } }),
    );
    let now = app.clock.wall();
    match app.store.end_token(token.hash, record, now).await? {
        true => Ok(Redirect::to("/tokens")),
        false => Err(Notice::NothingToDo),
    }
}

async fn open(app: &App, name: &str) -> Result<OpenToken, Notice> {
    let tokens = app.store.open_tokens(app.clock.wall()).await?;
    let mut tokens = tokens.into_iter();
    tokens
        .find(|token| token.name() == name)
        .ok_or(Notice::NotFound)
}

impl Wanted {
    fn checked(&self) -> Result<(Login, u32, u32), Notice> {
        let login = Login::parse(&self.login).ok_or(Notice::BadLogin)?;
        let uses = within(&self.uses, USES_AT_MOST)?;
        let hours = within(&self.hours, HOURS_AT_MOST)?;
        Ok((login, uses, hours))
    }
}

fn within(text: &str, most: u32) -> Result<u32, Notice> {
    let number = text.trim().parse().ok();
    number
        .filter(|number| (1..=most).contains(number))
        .ok_or(Notice::BadForm)
}
