//! What a directory is told when a request cannot be done (RFC 7644 §3.12).

use axum::response::{IntoResponse, Response};
use http::{
    StatusCode,
    header::{CONTENT_TYPE, WWW_AUTHENTICATE},
};
use serde_json::json;

use super::{answer::MEDIA_TYPE, provisioner::Provisioner};
use crate::store::StoreError;

const SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// Why a request was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// No token, or one that was never made here.
    Unauthorized,
    /// There is no such resource.
    NotFound,
    /// Another resource has that name.
    Taken,
    /// The body is larger than any.
    TooLarge,
    /// The body is no such message, or a member of it stands twice.
    Syntax,
    /// A value that cannot be taken.
    Value(&'static str),
    /// A filter of another kind than those that are understood.
    Filter,
    /// A path that names nothing.
    Path,
    /// Something is to be removed, and nothing was named.
    NoTarget,
    /// A search over several kinds of resource at once.
    NoSearch,
    /// The database does not answer.
    Store,
}

impl Problem {
    /// Status, the standard's word, and words for people.
    const fn parts(self) -> (StatusCode, Option<&'static str>, &'static str) {
        const BAD: StatusCode = StatusCode::BAD_REQUEST;
        match self {
            Self::Unauthorized => (
                StatusCode::UNAUTHORIZED,
                None,
                "The bearer token is not one of this server's; `selfsame-idp scim token add` makes one.",
            ),
            Self::NotFound => (StatusCode::NOT_FOUND, None, "There is no such resource."),
            Self::Taken => (
                StatusCode::CONFLICT,
                Some("uniqueness"),
                "Another resource has that name. For a group it may be one made by hand: `selfsame-idp user group remove` empties it.",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                None,
                "The body is larger than 1 MiB; send a group's members in several PATCH requests.",
            ),
            Self::Syntax => (
                BAD,
                Some("invalidSyntax"),
                "The body is no such SCIM message, or a member of it stands twice.",
            ),
            Self::Value(why) => (BAD, Some("invalidValue"), why),
            Self::Filter => (
                BAD,
                Some("invalidFilter"),
                "Only one comparison by eq is understood, of id, externalId, and userName or displayName.",
            ),
            Self::Path => (BAD, Some("invalidPath"), "The path names nothing."),
            Self::NoTarget => (
                BAD,
                Some("noTarget"),
                "A removal must name what is to be removed.",
            ),
            Self::NoSearch => (
                StatusCode::NOT_IMPLEMENTED,
                None,
                "Search one kind of resource, by GET with a filter.",
            ),
            Self::Store => (
                StatusCode::SERVICE_UNAVAILABLE,
                None,
                "The server cannot use its database now; nothing was changed. Try again later.",
            ),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a directory's request failed because the store did");
        Self::Store
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, kind, detail) = self.parts();
        let mut body = json!({
            "schemas": [SCHEMA], "status": status.as_u16().to_string(), "detail": detail,
        });
        if let Some(kind) = kind {
            body["scimType"] = json!(kind);
        }
        let mut response = (status, [(CONTENT_TYPE, MEDIA_TYPE)], body.to_string()).into_response();
        if self == Self::Unauthorized {
            let challenge = http::HeaderValue::from_static("Bearer");
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// `POST /.search`.
pub async fn no_search(_: Provisioner) -> Problem {
    Problem::NoSearch
}

/// Any address below ours that is none.
pub async fn no_such_address() -> Problem {
    Problem::NotFound
}
