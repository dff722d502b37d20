//! The console, on an origin of its own: so far a sign-in by one-time link and an overview.

use axum::{
    Form, Router,
    extract::{Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware,
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use selfsame_protocol::{Origin, UnixMillis};
use serde::Deserialize;

use crate::{
    App,
    audit::{Action, Record},
    limits,
    secret::{Secret, SecretHash},
    store::{ConsoleKey, Store, StoreError},
};

mod pages;

const LINK_LIFE_MS: i64 = 60 * 60_000;
const SESSION_LIFE_MS: i64 = 8 * 60 * 60_000;
const COOKIE: &str = "__Host-console";
/// How many audit lines the overview shows.
const RECENT: u32 = 50;

/// Everything on the console's origin.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/", get(overview))
        .route("/sign-in", get(confirm).post(sign_in))
        .route("/console.css", get(stylesheet))
        .layer(middleware::from_fn(limits::time))
        .layer(middleware::map_response(harden))
        .with_state(app)
}

/// Makes a link that opens the console once, within an hour.
///
/// # Errors
/// [`StoreError`].
pub async fn make_link(
    store: &Store,
    origin: &Origin,
    now: UnixMillis,
) -> Result<String, StoreError> {
    let key = Secret::random();
    let stored = ConsoleKey {
        hash: key.hash(),
        expires: now.plus(LINK_LIFE_MS),
    };
    store.add_console_link(&stored).await?;
    Ok(format!("{origin}/sign-in?key={}", key.expose()))
}

#[derive(Deserialize)]
struct Key {
    key: String,
}

/// Opening the link spends nothing: mail programs and chats open links too.
async fn confirm(Query(Key { key }): Query<Key>) -> Html<String> {
    pages::confirm(&key)
}

async fn sign_in(State(app): State<App>, Form(Key { key }): Form<Key>) -> Response {
    let (session, now) = (Secret::random(), app.clock.wall());
    let stored = ConsoleKey {
        hash: session.hash(),
        expires: now.plus(SESSION_LIFE_MS),
    };
    let record = Record::new("console", Action::ConsoleSignIn, "owner");
    match app
        .store
        .open_console(SecretHash::of(&key), &stored, record, now)
        .await
    {
        Ok(true) => (set_cookie(&session), Redirect::to("/")).into_response(),
        Ok(false) => (StatusCode::FORBIDDEN, pages::link_refused()).into_response(),
        Err(error) => failed(&error),
    }
}

async fn overview(State(app): State<App>, headers: HeaderMap) -> Response {
    match is_signed_in(&app, &headers).await {
        Ok(true) => {}
        Ok(false) => return (StatusCode::UNAUTHORIZED, pages::signed_out()).into_response(),
        Err(error) => return failed(&error),
    }
    match pages::Overview::read(&app, RECENT).await {
        Ok(overview) => overview.page().into_response(),
        Err(error) => failed(&error),
    }
}

async fn is_signed_in(app: &App, headers: &HeaderMap) -> Result<bool, StoreError> {
    let Some(session) = cookie(headers) else {
        return Ok(false);
    };
    app.store
        .is_console_session(SecretHash::of(session), app.clock.wall())
        .await
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let pairs = headers.get(header::COOKIE)?.to_str().ok()?;
    let pair = pairs
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='));
    pair.into_iter()
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value)
}

fn set_cookie(session: &Secret) -> [(HeaderName, String); 1] {
    let seconds = SESSION_LIFE_MS / 1000;
    let cookie = format!(
        "{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={seconds}",
        session.expose()
    );
    [(header::SET_COOKIE, cookie)]
}

fn failed(error: &StoreError) -> Response {
    tracing::error!(%error, "the console could not be shown");
    (StatusCode::SERVICE_UNAVAILABLE, pages::store_failed()).into_response()
}

async fn stylesheet() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("../assets/console.css"),
    )
}

/// Nothing from elsewhere, nothing kept, nothing framed.
async fn harden(mut response: Response) -> Response {
    const HEADERS: [(HeaderName, &str); 6] = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    ];
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
