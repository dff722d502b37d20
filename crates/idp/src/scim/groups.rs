//! `/Groups`: which groups there are, and who is in them.

use axum::extract::{Path, Query as UrlQuery, State};

use super::{
    answer::{self, Answer},
    body::{self, Body},
    group::{self, NAME, Written},
    patch::Patch,
    problem::Problem,
    provisioner::Provisioner,
    query::{Query, Written as WrittenQuery},
};
use crate::{
    App, random,
    store::{DirectoryGroup, GroupChange, GroupState},
};

/// `GET /Groups`.
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
    let (groups, total) = app.store.directory_groups(&matching, page).await?;
    let groups = groups.iter().map(|group| shown(&app, group, &query));
    Ok(answer::page(groups.collect(), total, &query))
}

/// `GET /Groups/{id}`.
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
    let group = app.store.directory_group(&id).await?;
    let group = group.ok_or(Problem::NotFound)?;
    Ok(Answer::Shown(shown(&app, &group, &query)))
}

/// `POST /Groups`.
///
/// # Errors
/// [`Problem`].
pub async fn add(State(app): State<App>, who: Provisioner, body: Body) -> Result<Answer, Problem> {
    let state = body::read::<Written>(body)?.read()?;
    let id = random::name();
    let now = app.clock.wall();
    let added = app
        .store
        .add_directory_group(&id, state, &who.actor(), now)
        .await?;
    Ok(Answer::Made(made(&app, added)?))
}

/// `PUT /Groups/{id}`.
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

/// `PATCH /Groups/{id}`.
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
    change(&app, &who, &id, |state| group::apply(state, changes)).await
}

/// `DELETE /Groups/{id}`.
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
        .remove_directory_group(&id, &who.actor(), now)
        .await?;
    is_gone.then_some(Answer::Gone).ok_or(Problem::NotFound)
}

async fn change(
    app: &App,
    who: &Provisioner,
    id: &str,
    change: impl FnOnce(GroupState) -> Result<GroupState, Problem> + Send,
) -> Result<Answer, Problem> {
    let now = app.clock.wall();
    let changed = app
        .store
        .change_directory_group(id, change, &who.actor(), now)
        .await?;
    Ok(Answer::Shown(made(app, changed?)?))
}

fn made(app: &App, change: GroupChange) -> Result<serde_json::Value, Problem> {
    match change {
        GroupChange::Made(group) => Ok(group::resource(&group, &app.settings.origin)),
        GroupChange::NotFound => Err(Problem::NotFound),
        GroupChange::Taken => Err(Problem::Taken),
        GroupChange::UnknownMember => Err(Problem::Value("A member is nobody who is known here.")),
    }
}

fn shown(app: &App, group: &DirectoryGroup, query: &Query) -> serde_json::Value {
    query.pick(group::resource(group, &app.settings.origin))
}
