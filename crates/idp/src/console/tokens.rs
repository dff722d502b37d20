//! `/tokens`: what enrols devices.

use askama::Template;
use axum::{extract::State, response::Html};

use super::{
    frame::{Frame, Place, render},
    notice::Notice,
    rights::Right,
    session::Session,
};
use crate::{App, date, store::OpenToken};

#[derive(Template)]
#[template(path = "console/tokens.html")]
struct Tokens {
    frame: Frame,
    tokens: Vec<Row>,
}

/// One token.
pub struct Row {
    /// What tells it apart.
    pub name: String,
    /// Whose devices it enrols.
    pub login: String,
    /// How often it may be used yet.
    pub left: u32,
    /// When it was made.
    pub made: String,
    /// When it ends.
    pub until: String,
}

/// Those that may be used now.
pub async fn list(State(app): State<App>, session: Session) -> Result<Html<String>, Notice> {
    let frame = Frame::of(&app, &session, Place::Tokens)?;
    let tokens = app.store.open_tokens(app.clock.wall()).await?;
    Ok(render(&Tokens {
        frame,
        tokens: tokens.iter().map(Row::of).collect(),
    }))
}

impl Row {
    /// What is shown of a token.
    pub fn of(token: &OpenToken) -> Self {
        Self {
            name: token.name(),
            login: token.login.to_string(),
            left: token.left,
            made: date::rfc3339(token.made),
            until: date::rfc3339(token.expires),
        }
    }
}
