//! What a directory is told when a request was done.

use axum::response::{IntoResponse, Response};
use http::{
    StatusCode,
    header::{CONTENT_TYPE, LOCATION},
};
use selfsame_protocol::{Origin, UnixMillis};
use serde_json::{Value, json};

use super::{BASE, query::Query};
use crate::date;

/// Of every body.
pub const MEDIA_TYPE: &str = "application/scim+json";
const LIST_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// A message with its status.
#[derive(Debug)]
pub enum Answer {
    /// What was asked for.
    Shown(Value),
    /// What was made, with its address.
    Made(Value),
    /// It is gone.
    Gone,
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let media_type = (CONTENT_TYPE, MEDIA_TYPE);
        match self {
            Self::Shown(body) => ([media_type], body.to_string()).into_response(),
            Self::Made(body) => {
                let location = body["meta"]["location"].as_str().unwrap_or_default();
                let headers = [media_type, (LOCATION, location)];
                (StatusCode::CREATED, headers, body.to_string()).into_response()
            }
            Self::Gone => StatusCode::NO_CONTENT.into_response(),
        }
    }
}

/// A page of a list (RFC 7644 §3.4.2).
pub fn page(resources: Vec<Value>, total: u32, query: &Query) -> Answer {
    Answer::Shown(json!({
        "schemas": [LIST_SCHEMA],
        "totalResults": total,
        "startIndex": query.start,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    }))
}

/// A whole list.
pub fn all(resources: &[Value]) -> Answer {
    Answer::Shown(json!({
        "schemas": [LIST_SCHEMA], "totalResults": resources.len(), "startIndex": 1,
        "itemsPerPage": resources.len(), "Resources": resources,
    }))
}

/// The attributes that every stored resource has (RFC 7643 §3.1).
pub fn meta(origin: &Origin, kind: &str, id: &str, times: (UnixMillis, UnixMillis)) -> Value {
    json!({
        "resourceType": kind,
        "location": format!("{origin}{BASE}/{kind}s/{id}"),
        "created": date::rfc3339(times.0),
        "lastModified": date::rfc3339(times.1),
    })
}
