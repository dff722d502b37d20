//! `/tokens`: what enrols devices.

use askama::Template;
use axum::{extract::State, response::Html};

use super::{
    frame::{Frame, Place, render},
    notice::Notice,
    session::Session,
};
use crate::{App, date, store::OpenToken};

#[derive(Template)]
#[template(path = "console/tokens.html")]
struct Tokens {
    frame: Frame,
    tokens: Vec<Row>,
}

struct Row {
    login: String,
    left: u32,
    made: String,
    until: String,
}

/// Those that may be used now.
pub async fn list(State(app): State<App>, session: Session) -> Result<Html<String>, Notice> {
    let tokens = app.store.open_tokens(app.clock.wall()).await?;
    Ok(render(&Tokens {
        frame: Frame::of(&app, &session, Place::Tokens),
        tokens: tokens.iter().map(Row::of).collect(),
    }))
}

impl Row {
    fn of(token: &OpenToken) -> Self {
        Self {
            login: token.login.to_string(),
            left: token.left,
            made: date::rfc3339(token.made),
            until: date::rfc3339(token.expires),
        }
    }
}
