//! `/access`: who may open the console, and as what.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{Html, Redirect},
};
use serde::Deserialize;

use super::{
    form::{Nothing, Posted},
    frame::{Frame, Place, render},
    notice::Notice,
    rights::Right,
    session::Session,
    sign_in::make_link,
};
use crate::{
    App, date,
    store::{ConsolePerson, Login, PeopleChange, Role},
};

#[derive(Template)]
#[template(path = "console/access.html")]
struct Access {
    frame: Frame,
    people: Vec<Row>,
}

struct Row {
    id: i64,
    name: String,
    role: Role,
    since: Option<String>,
}

#[derive(Template)]
#[template(path = "console/access_link.html")]
struct Link {
    frame: Frame,
    name: String,
    link: String,
}

#[derive(Template)]
#[template(path = "console/access_remove.html")]
struct Ask {
    frame: Frame,
    person: ConsolePerson,
}

/// Who is let in, and as what.
#[derive(Debug, Deserialize)]
pub struct Entry {
    name: String,
    role: Role,
}

/// Everybody.
pub async fn list(State(app): State<App>, session: Session) -> Result<Html<String>, Notice> {
    let frame = Frame::of(&app, &session, Place::Access)?;
    let people = app.store.console_people().await?;
    Ok(render(&Access {
        frame,
        people: people.iter().map(Row::of).collect(),
    }))
}

/// Lets somebody in, or gives somebody another role.
pub async fn put(
    State(app): State<App>,
    Posted { session, form }: Posted<Entry>,
) -> Result<Redirect, Notice> {
    session.require(Right::ManageAccess)?;
    let name = Login::parse(&form.name).ok_or(Notice::BadLogin)?;
    let (actor, now) = (session.person.actor(), app.clock.wall());
    let put = app.store.put_console_person(&actor, &name, form.role, now);
    done(put.await?)
}

/// Makes a link for somebody, and shows it this once.
pub async fn link(
    State(app): State<App>,
    Path(id): Path<i64>,
    Posted { session, .. }: Posted<Nothing>,
) -> Result<Html<String>, Notice> {
    session.require(Right::ManageAccess)?;
    let frame = Frame::of(&app, &session, Place::Access)?;
    let origin = app.settings.console_origin.as_ref();
    let origin = origin.ok_or(Notice::NoConsoleOrigin)?;
    let person = person(&app, id).await?;
    let actor = session.person.actor();
    let link = make_link(&app.store, origin, &person, &actor, app.clock.wall()).await?;
    let name = person.name.to_string();
    Ok(render(&Link { frame, name, link }))
}

/// Asks once more.
pub async fn ask_remove(
    State(app): State<App>,
    session: Session,
    Path(id): Path<i64>,
) -> Result<Html<String>, Notice> {
    session.require(Right::ManageAccess)?;
    let frame = Frame::of(&app, &session, Place::Access)?;
    let person = person(&app, id).await?;
    Ok(render(&Ask { frame, person }))
}

/// Removes somebody.
pub async fn remove(
    State(app): State<App>,
    Path(id): Path<i64>,
    Posted { session, .. }: Posted<Nothing>,
) -> Result<Redirect, Notice> {
    session.require(Right::ManageAccess)?;
    let person = person(&app, id).await?;
    let (actor, now) = (session.person.actor(), app.clock.wall());
    let removed = app.store.remove_console_person(&actor, &person.name, now);
    done(removed.await?)
}

fn done(change: PeopleChange) -> Result<Redirect, Notice> {
    match change {
        PeopleChange::Done => Ok(Redirect::to("/access")),
        PeopleChange::Nothing => Err(Notice::NothingToDo),
        PeopleChange::LastOwner => Err(Notice::LastOwner),
    }
}

async fn person(app: &App, id: i64) -> Result<ConsolePerson, Notice> {
    let people = app.store.console_people().await?;
    let mut people = people.into_iter();
    people
        .find(|person| person.id == id)
        .ok_or(Notice::NotFound)
}

impl Row {
    fn of(person: &ConsolePerson) -> Self {
        Self {
            id: person.id,
            name: person.name.to_string(),
            role: person.role,
            // Whoever came with the database came at no time of day.
            since: (person.added.0 > 0).then(|| date::day(person.added)),
        }
    }
}
