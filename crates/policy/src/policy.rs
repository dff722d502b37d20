//! A policy file: strict about what it knows, and open about what it does not.

use std::collections::BTreeMap;

use selfsame_protocol::Origin;
use serde_json::Value as Json;

use crate::{Key, Kind};

/// The longest policy file, in bytes.
const LONGEST: usize = 64 * 1024;

/// The value of a key, checked against its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Of [`Kind::Flag`].
    Flag(bool),
    /// Of every other kind.
    Text(String),
}

/// What was set, and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    values: BTreeMap<&'static str, Value>,
    unknown: Vec<String>,
}

/// Why a policy cannot be used. None of it is, then: half a policy is nobody's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// It is longer than any policy.
    #[error("it is longer than {LONGEST} bytes")]
    TooLong,
    /// It is not a JSON object.
    #[error("line {line}, column {column}: {what}")]
    NotJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What the reader says.
        what: String,
    },
    /// It is JSON, but no object.
    #[error("it must be one JSON object")]
    NotAnObject,
    /// A key has a value of another kind.
    #[error("{key} must be {expected}")]
    WrongKind {
        /// The key.
        key: &'static str,
        /// What it takes.
        expected: String,
    },
}

impl Policy {
    /// Reads a policy: one JSON object. Keys of a later version are kept aside by name.
    ///
    /// # Errors
    /// When it is no JSON object or a known key has a value of another kind.
    pub fn parse(bytes: &[u8]) -> Result<Self, PolicyError> {
        if bytes.len() > LONGEST {
            return Err(PolicyError::TooLong);
        }
        let json: Json = serde_json::from_slice(bytes).map_err(|error| PolicyError::NotJson {
            line: error.line(),
            column: error.column(),
            what: error.to_string(),
        })?;
        let Json::Object(object) = json else {
            return Err(PolicyError::NotAnObject);
        };
        let mut policy = Self::default();
        for (name, value) in object {
            match Key::named(&name) {
                Some(key) => drop(policy.values.insert(key.name, checked(key, value)?)),
                None => policy.unknown.push(name),
            }
        }
        Ok(policy)
    }

    /// The text that is set for a key of any kind but a flag.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.values.get(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The flag that is set.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.values.get(name) {
            Some(Value::Flag(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// Everything that is set, by key.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.values.iter().map(|(name, value)| (*name, value))
    }

    /// Names that this version does not know.
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }
}

fn checked(key: &'static Key, value: Json) -> Result<Value, PolicyError> {
    let wrong = || PolicyError::WrongKind {
        key: key.name,
        expected: expected(key.kind),
    };
    match (key.kind, value) {
        (Kind::Flag, Json::Bool(flag)) => Ok(Value::Flag(flag)),
        (Kind::Origin, Json::String(text)) if Origin::parse(&text).is_ok() => Ok(Value::Text(text)),
        (Kind::File, Json::String(text)) if is_absolute(&text) => Ok(Value::Text(text)),
        (Kind::Choice(words), Json::String(text)) if words.contains(&text.as_str()) => {
            Ok(Value::Text(text))
        }
        (Kind::Text(longest), Json::String(text)) if is_line(&text, longest) => {
            Ok(Value::Text(text))
        }
        _ => Err(wrong()),
    }
}

/// On the system that reads it or on another one: templates are written for all.
fn is_absolute(path: &str) -> bool {
    let drive = path.as_bytes();
    path.starts_with('/')
        || drive.len() > 2 && drive[0].is_ascii_alphabetic() && &drive[1..3] == br":\"
}

/// A line that cannot draw on a terminal or a menu.
fn is_line(text: &str, longest: usize) -> bool {
    !text.is_empty() && text.chars().count() <= longest && !text.chars().any(char::is_control)
}

/// What a kind takes, in words.
pub(crate) fn expected(kind: Kind) -> String {
    match kind {
        Kind::Origin => "an address such as https://idp.example.com, without a path".to_owned(),
        Kind::File => "the absolute path of a file".to_owned(),
        Kind::Flag => "true or false".to_owned(),
        Kind::Choice(words) => format!("one of {}", words.join(", ")),
        Kind::Text(longest) => format!("a line of at most {longest} characters"),
    }
}
