//! A form that a page of the same session holds.

use axum::{
    Form,
    extract::{FromRequest, FromRequestParts, Request},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::{notice::Notice, session::Session};
use crate::App;

/// A posted form, with the session whose page it is on.
#[derive(Debug)]
pub struct Posted<T> {
    /// Who posted.
    pub session: Session,
    /// What.
    pub form: T,
}

/// What every form carries.
#[derive(Debug, Deserialize)]
struct Guarded<T> {
    csrf: String,
    #[serde(flatten)]
    form: T,
}

/// Why something is done.
#[derive(Debug, Deserialize)]
pub struct Reason {
    because: String,
}

/// A reason is one line in the audit log.
const REASON_CHARS: usize = 200;

impl Reason {
    /// The reason, as it is written down.
    ///
    /// # Errors
    /// [`Notice::BadReason`] when there is none, or it is none.
    pub fn checked(&self) -> Result<String, Notice> {
        let reason = self.because.trim();
        let is_line = !reason.is_empty()
            && reason.chars().count() <= REASON_CHARS
            && !reason.chars().any(char::is_control);
        is_line.then(|| reason.to_owned()).ok_or(Notice::BadReason)
    }
}

/// A form with nothing else in it.
#[derive(Debug, Deserialize)]
pub struct Nothing {}

impl<T: DeserializeOwned> FromRequest<App> for Posted<T> {
    type Rejection = Notice;

    async fn from_request(request: Request, app: &App) -> Result<Self, Notice> {
        let (mut parts, body) = request.into_parts();
        let session = Session::from_request_parts(&mut parts, app).await?;
        let request = Request::from_parts(parts, body);
        let Form(Guarded { csrf, form }) = Form::from_request(request, app)
            .await
            .map_err(|_| Notice::BadForm)?;
        if session.made(&csrf) {
            Ok(Self { session, form })
        } else {
            Err(Notice::BadForm)
        }
    }
}
