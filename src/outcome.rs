//! What a command has to say: lines for a person, JSON for a program, and how it ended.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::exit::Exit;

/// The result of a command that was carried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// How it ended.
    pub exit: Exit,
    /// For a person.
    pub lines: Vec<String>,
    /// For a program.
    pub json: Value,
}

impl Outcome {
    /// A command that did what it should, and one line about it.
    pub fn done(line: impl Into<String>, json: Value) -> Self {
        Self {
            exit: Exit::Ok,
            lines: vec![line.into()],
            json,
        }
    }
}
