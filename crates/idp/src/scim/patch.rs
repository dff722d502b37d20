//! PATCH (RFC 7644 §3.5.2): a list of changes, read before any is made.

use serde::Deserialize;
use serde_json::Value;

use super::{
    body,
    filter::{Filter, attribute_name},
    problem::Problem,
};

const SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// More than any directory sends at once.
const MOST: usize = 1_000;

/// One change of one attribute.
#[derive(Debug, PartialEq)]
pub enum Change {
    /// More values for one that has several, or a value for one that has none.
    Add(String, Value),
    /// This value in place of whatever there is.
    Replace(String, Value),
    /// No value any more, or not these.
    Remove(String, Option<Value>),
    /// Not the value with this id.
    RemoveOne(String, String),
}

#[derive(Deserialize)]
pub(super) struct Patch {
    schemas: Vec<String>,
    #[serde(rename = "Operations")]
    operations: Vec<Operation>,
}

#[derive(Deserialize)]
struct Operation {
    op: String,
    path: Option<String>,
    value: Option<Value>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Add,
    Replace,
    Remove,
}

impl Patch {
    /// The changes, in order.
    ///
    /// # Errors
    /// [`Problem::Syntax`], [`Problem::Path`] or [`Problem::NoTarget`].
    pub(super) fn changes(self) -> Result<Vec<Change>, Problem> {
        body::of_schema(&self.schemas, SCHEMA)?;
        if !(1..=MOST).contains(&self.operations.len()) {
            return Err(Problem::Syntax);
        }
        let changes = self.operations.into_iter().map(Operation::changes);
        Ok(changes
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten()
            .collect())
    }
}

impl Operation {
    fn changes(self) -> Result<Vec<Change>, Problem> {
        let verb = Verb::parse(&self.op)?;
        match self.path {
            Some(path) => Ok(vec![change(verb, &path, self.value)?]),
            None if verb == Verb::Remove => Err(Problem::NoTarget),
            None => each(verb, self.value),
        }
    }
}

impl Verb {
    /// Entra ID writes them with a capital letter.
    fn parse(text: &str) -> Result<Self, Problem> {
        match text.to_ascii_lowercase().as_str() {
            "add" => Ok(Self::Add),
            "replace" => Ok(Self::Replace),
            "remove" => Ok(Self::Remove),
            _ => Err(Problem::Syntax),
        }
    }
}

/// Without a path the value is an object of attributes.
fn each(verb: Verb, value: Option<Value>) -> Result<Vec<Change>, Problem> {
    let Some(Value::Object(attributes)) = value else {
        return Err(Problem::Syntax);
    };
    attributes
        .into_iter()
        .map(|(name, value)| change(verb, &name, Some(value)))
        .collect()
}

fn change(verb: Verb, path: &str, value: Option<Value>) -> Result<Change, Problem> {
    if let Some((attribute, rest)) = path.split_once('[') {
        let filter = rest.strip_suffix(']').ok_or(Problem::Path)?;
        let filter = Filter::parse(filter)?;
        return match verb {
            Verb::Remove if filter.attribute == "value" => {
                Ok(Change::RemoveOne(attribute_name(attribute), filter.value))
            }
            _ => Err(Problem::Path),
        };
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._-:$".contains(c);
    if path.is_empty() || !path.chars().all(is_name) {
        return Err(Problem::Path);
    }
    let name = attribute_name(path);
    match (verb, value) {
        (Verb::Remove, value) => Ok(Change::Remove(name, value)),
        (_, None) => Err(Problem::Syntax),
        (Verb::Add, Some(value)) => Ok(Change::Add(name, value)),
        (Verb::Replace, Some(value)) => Ok(Change::Replace(name, value)),
    }
}

/// Reads the octets of a PATCH request, for whoever has no request.
///
/// # Errors
/// [`Problem`].
pub fn parse(octets: &[u8]) -> Result<Vec<Change>, Problem> {
    body::parse::<Patch>(octets)?.changes()
}
