//! `/Users`: joining, changing and leaving.

use axum::extract::{Path, Query as UrlQuery, State};

use super::{
    answer::{self, Answer},
    body::{self, Body},
    patch::Patch,
    problem::Problem,
    provisioner::Provisioner,
    query::{Query, Written as WrittenQuery},
    user::{self, NAME, Written},
};
use crate::{
    App, random,
    store::{Change, DirectoryUser, UserState},
};

/// `GET /Users`.
///
/// # Errors
/// [`Problem`], as everywhere here.
pub async fn list(
    State(app): State<App>,
    _: Provisioner,
    UrlQuery(query): UrlQuery<WrittenQuery>,
) -> Result<Answer, Problem> {
    let query = query.read()?;
    let matching = query.matching(NAME)?;
    let page = (query.start - 1, query.count);
    let (users, total) = app.store.directory_users(&matching, page).await?;
    let users = users.iter().map(|user| shown(&app, user, &query));
    Ok(answer::page(users.collect(), total, &query))
}

/// `GET /Users/{id}`.
///
/// # Errors
/// [`Problem`].
pub async fn show(
    State(app): State<App>,
    _: Provisioner,
    Path(id): Path<String>,
    UrlQuery(query): UrlQuery<WrittenQuery>,
) -> Result<Answer, Problem> {
    let query = query.read()?;
    let user = app.store.directory_user(&id).await?;
    let user = user.ok_or(Problem::NotFound)?;
    Ok(Answer::Shown(shown(&app, &user, &query)))
}

/// `POST /Users`.
///
/// # Errors
/// [`Problem`].
pub async fn add(State(app): State<App>, who: Provisioner, body: Body) -> Result<Answer, Problem> {
    let state = body::read::<Written>(body)?.read()?;
    let id = random::name();
    let now = app.clock.wall();
    let user = app
        .store
        .add_directory_user(&id, state, &who.actor(), now)
        .await?;
    let user = user.ok_or(Problem::Taken)?;
    Ok(Answer::Made(user::resource(&user, &app.settings.origin)))
}

/// `PUT /Users/{id}`.
///
/// # Errors
/// [`Problem`].
pub async fn replace(
    State(app): State<App>,
    who: Provisioner,
    Path(id): Path<String>,
    body: Body,
) -> Result<Answer, Problem> {
    let state = body::read::<Written>(body)?.read()?;
    change(&app, &who, &id, |_| Ok(state)).await
}

/// `PATCH /Users/{id}`.
///
/// # Errors
/// [`Problem`].
pub async fn patch(
    State(app): State<App>,
    who: Provisioner,
    Path(id): Path<String>,
    body: Body,
) -> Result<Answer, Problem> {
    let changes = body::read::<Patch>(body)?.changes()?;
    change(&app, &who, &id, |state| user::apply(state, changes)).await
}

/// `DELETE /Users/{id}`.
///
/// # Errors
/// [`Problem`].
pub async fn remove(
    State(app): State<App>,
    who: Provisioner,
    Path(id): Path<String>,
) -> Result<Answer, Problem> {
    let now = app.clock.wall();
    let is_gone = app
        .store
        .remove_directory_user(&id, &who.actor(), now)
        .await?;
    is_gone.then_some(Answer::Gone).ok_or(Problem::NotFound)
}

async fn change(
    app: &App,
    who: &Provisioner,
    id: &str,
    change: impl FnOnce(UserState) -> Result<UserState, Problem> + Send,
) -> Result<Answer, Problem> {
    let now = app.clock.wall();
    let changed = app
        .store
        .change_directory_user(id, change, &who.actor(), now)
        .await?;
    match changed? {
        Change::Made(user) => Ok(Answer::Shown(user::resource(&user, &app.settings.origin))),
        Change::NotFound => Err(Problem::NotFound),
        Change::Taken => Err(Problem::Taken),
    }
}

fn shown(app: &App, user: &DirectoryUser, query: &Query) -> serde_json::Value {
    query.pick(user::resource(user, &app.settings.origin))
}
