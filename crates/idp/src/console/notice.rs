//! Pages that say one thing: why there is nothing else to see.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::frame::render;
use crate::store::StoreError;

/// What is said in place of a page. A handler that cannot go on returns it as its error.
#[derive(Debug, Template)]
#[template(path = "console/notice.html")]
pub enum Notice {
    /// Asks for the click that spends a link.
    Confirm {
        /// The link's secret.
        key: String,
    },
    /// The link is spent, has expired, or never was.
    LinkRefused,
    /// There is no session.
    SignedOut,
    /// The session was ended just now.
    Left,
    /// Nothing is at this address.
    NotFound,
    /// A form that no page of this session holds.
    BadForm,
    /// The database does not answer.
    StoreFailed,
    /// The person's role may not see or do this.
    NotAllowed,
    /// It is so already.
    NothingToDo,
    /// A login or a name that can be none.
    BadLogin,
    /// A reason was asked for.
    BadReason,
    /// A token that names somebody of the console.
    TokenForConsolePerson,
    /// Nobody would be left to let others in.
    LastOwner,
    /// It is not known where links lead.
    NoConsoleOrigin,
}

impl Notice {
    const fn status(&self) -> StatusCode {
        match self {
            Self::Confirm { .. } | Self::Left => StatusCode::OK,
            Self::LinkRefused | Self::NotAllowed | Self::TokenForConsolePerson => {
                StatusCode::FORBIDDEN
            }
            Self::NothingToDo | Self::LastOwner | Self::NoConsoleOrigin => StatusCode::CONFLICT,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadForm | Self::BadLogin | Self::BadReason => StatusCode::BAD_REQUEST,
            Self::StoreFailed => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl IntoResponse for Notice {
    fn into_response(self) -> Response {
        (self.status(), render(&self)).into_response()
    }
}

impl From<StoreError> for Notice {
    /// The browser learns that it is our fault; the log learns the rest.
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the console could not use the database");
        Self::StoreFailed
    }
}

/// For addresses that nothing is at.
pub async fn not_found() -> Notice {
    Notice::NotFound
}
