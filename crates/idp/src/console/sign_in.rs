//! The ways in and out: a link that works once, and a button.

use axum::{
    Form, Router,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use selfsame_protocol::{Origin, UnixMillis};
use serde::Deserialize;
use serde_json::json;

use super::{
    form::{Nothing, Posted},
    notice::Notice,
    session::{self, SESSION_LIFE_MS},
};
use crate::{
    App,
    audit::{Action, Record},
    secret::{Secret, SecretHash},
    store::{ConsoleKey, ConsolePerson, Store, StoreError},
};

const LINK_LIFE_MS: i64 = 60 * 60_000;

/// Where they are.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in", get(confirm).post(sign_in))
        .route("/sign-out", post(sign_out))
}

/// Makes a link that opens the console once, within an hour, as this person.
///
/// # Errors
/// [`StoreError`].
pub async fn make_link(
    store: &Store,
    origin: &Origin,
    person: &ConsolePerson,
    actor: &str,
    now: UnixMillis,
) -> Result<String, StoreError> {
    let key = Secret::random();
    let stored = ConsoleKey {
        hash: key.hash(),
        expires: now.plus(LINK_LIFE_MS),
    };
    let record = Record::new(actor, Action::ConsoleLinkMade, &person.name)
        .with(json!({ "role": person.role }));
    store.add_console_link(person, &stored, record, now).await?;
    Ok(format!("{origin}/sign-in?key={}", key.expose()))
}

#[derive(Deserialize)]
struct Key {
    key: String,
}

/// Opening the link spends nothing: mail programs and chats open links too.
async fn confirm(Query(Key { key }): Query<Key>) -> Notice {
    Notice::Confirm { key }
}

async fn sign_in(State(app): State<App>, Form(Key { key }): Form<Key>) -> Result<Response, Notice> {
    let (secret, now) = (Secret::random(), app.clock.wall());
    let stored = ConsoleKey {
        hash: secret.hash(),
        expires: now.plus(SESSION_LIFE_MS),
    };
    let record = |person: &ConsolePerson| {
        Record::new(&person.actor(), Action::ConsoleSignIn, &person.name)
            .with(json!({ "role": person.role }))
    };
    let is_open = app
        .store
        .open_console(SecretHash::of(&key), &stored, record, now)
        .await?;
    if !is_open {
        return Err(Notice::LinkRefused);
    }
    Ok((session::give(&secret), Redirect::to("/")).into_response())
}

async fn sign_out(
    State(app): State<App>,
    Posted { session, .. }: Posted<Nothing>,
) -> Result<Response, Notice> {
    let person = &session.person;
    let record = Record::new(&person.actor(), Action::ConsoleSignOut, &person.name);
    let (hash, now) = (session.secret.hash(), app.clock.wall());
    app.store.end_console_session(hash, record, now).await?;
    Ok((session::take(), Notice::Left).into_response())
}
