//! What may stand in the address of a request: the page, the filter, and which attributes are wanted.

use serde::Deserialize;
use serde_json::Value;

use super::{filter::Filter, filter::attribute_name, problem::Problem};
use crate::store::DirectoryMatch;

/// The most resources on one page.
pub const MOST: u32 = 200;
/// Always there (RFC 7643 §7, `returned` is `always`).
const ALWAYS: [&str; 2] = ["schemas", "id"];

/// As it was written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Written {
    start_index: Option<String>,
    count: Option<String>,
    filter: Option<String>,
    attributes: Option<String>,
    excluded_attributes: Option<String>,
}

/// As it is understood.
#[derive(Debug)]
pub struct Query {
    /// The first resource of the page, counted from 1.
    pub start: u32,
    /// How many at most.
    pub count: u32,
    filter: Option<Filter>,
    wanted: Wanted,
}

/// Which attributes of a resource are shown (RFC 7644 §3.9).
#[derive(Debug)]
pub enum Wanted {
    /// Every one.
    All,
    /// These.
    Only(Vec<String>),
    /// All but these.
    Without(Vec<String>),
}

impl Written {
    /// Understands it.
    ///
    /// # Errors
    /// [`Problem::Value`] or [`Problem::Filter`].
    pub fn read(self) -> Result<Query, Problem> {
        Ok(Query {
            start: number(self.start_index.as_deref(), 1)?.max(1),
            count: number(self.count.as_deref(), MOST)?.min(MOST),
            filter: self.filter.as_deref().map(Filter::parse).transpose()?,
            wanted: match (self.attributes, self.excluded_attributes) {
                (Some(names), _) => Wanted::Only(names_of(&names)),
                (None, Some(names)) => Wanted::Without(names_of(&names)),
                (None, None) => Wanted::All,
            },
        })
    }
}

impl Query {
    /// What is looked for; `named` is the attribute that names resources of this kind, in lower case.
    ///
    /// # Errors
    /// [`Problem::Filter`].
    pub fn matching(&self, named: &str) -> Result<DirectoryMatch, Problem> {
        let filter = self.filter.clone();
        filter.map_or(Ok(DirectoryMatch::All), |filter| filter.matching(named))
    }

    /// The resource with what is wanted of it.
    pub fn pick(&self, mut resource: Value) -> Value {
        if let Some(members) = resource.as_object_mut() {
            members.retain(|name, _| self.wanted.has(name));
        }
        resource
    }
}

impl Wanted {
    fn has(&self, name: &str) -> bool {
        let is_among =
            |names: &[String]| names.iter().any(|other| name.eq_ignore_ascii_case(other));
        ALWAYS.contains(&name)
            || match self {
                Self::All => true,
                Self::Only(names) => is_among(names),
                Self::Without(names) => !is_among(names),
            }
    }
}

/// A sub-attribute is shown with its whole.
fn names_of(list: &str) -> Vec<String> {
    let names = list.split(',').map(|name| attribute_name(name.trim()));
    names
        .map(|name| name.split('.').next().unwrap_or_default().to_owned())
        .collect()
}

/// Less than nothing is nothing (RFC 7644 §3.4.2.4).
fn number(text: Option<&str>, default: u32) -> Result<u32, Problem> {
    let Some(text) = text else { return Ok(default) };
    let number: i64 = text
        .parse()
        .map_err(|_| Problem::Value("startIndex and count are whole numbers."))?;
    Ok(u32::try_from(number.max(0)).unwrap_or(u32::MAX))
}
