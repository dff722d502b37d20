//! Reading what a directory sends: JSON objects that say their schema, in which no member that is read stands twice.

use axum::{body::Bytes, extract::rejection::BytesRejection};
use http::StatusCode;
use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error};

use super::problem::Problem;
use crate::oidc::json;

/// A body as it came.
pub type Body = Result<Bytes, BytesRejection>;

/// The longest name of a person or group, in octets.
const NAME_OCTETS: usize = 256;

/// Reads a body.
///
/// # Errors
/// [`Problem::TooLarge`] or [`Problem::Syntax`].
pub fn read<T: DeserializeOwned>(body: Body) -> Result<T, Problem> {
    let octets = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
        _ => Problem::Syntax,
    })?;
    parse(&octets)
}

/// Reads the octets of a body.
///
/// # Errors
/// [`Problem::Syntax`].
pub fn parse<T: DeserializeOwned>(octets: &[u8]) -> Result<T, Problem> {
    json::object(octets).ok_or(Problem::Syntax)
}

/// Sees that a message is of the kind that is asked for here.
///
/// # Errors
/// [`Problem::Syntax`].
pub fn of_schema(schemas: &[String], wanted: &str) -> Result<(), Problem> {
    // The names are compared without case (RFC 7643 §3.1 makes them URIs, RFC 8141 their start so).
    let is_named = schemas.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    is_named.then_some(()).ok_or(Problem::Syntax)
}

/// A name that a directory gives.
///
/// # Errors
/// [`Problem::Value`].
pub fn name(text: &str) -> Result<String, Problem> {
    let is_plain = !text.chars().any(char::is_control) && !text.trim().is_empty();
    let is_short = text.len() <= NAME_OCTETS;
    (is_plain && is_short)
        .then(|| text.to_owned())
        .ok_or(Problem::Value(
            "A name has 1 to 256 octets and no control characters.",
        ))
}

/// Yes or no, also as Entra ID writes it: in a string, with a capital letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag(pub bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Plain(bool),
            Text(String),
        }
        match Written::deserialize(from)? {
            Written::Plain(flag) => Ok(Self(flag)),
            Written::Text(text) if text.eq_ignore_ascii_case("true") => Ok(Self(true)),
            Written::Text(text) if text.eq_ignore_ascii_case("false") => Ok(Self(false)),
            Written::Text(_) => Err(D::Error::custom("neither true nor false")),
        }
    }
}
