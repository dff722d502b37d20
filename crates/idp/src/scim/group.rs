//! A group as directories write it: its name, the directory's own name for it, and who is in it.

use std::collections::BTreeSet;

use selfsame_protocol::Origin;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{BASE, answer, body, patch::Change, problem::Problem};
use crate::store::{DirectoryGroup, GroupState};

/// Of every group.
pub const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// What a group is called by, as filters name it.
pub const NAME: &str = "displayname";

/// A group in the body of POST and PUT.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Written {
    schemas: Vec<String>,
    display_name: String,
    external_id: Option<String>,
    #[serde(default)]
    members: Vec<Member>,
}

#[derive(Debug, Deserialize)]
struct Member {
    value: String,
}

impl Written {
    /// Understands it.
    ///
    /// # Errors
    /// [`Problem::Syntax`] or [`Problem::Value`].
    pub fn read(self) -> Result<GroupState, Problem> {
        body::of_schema(&self.schemas, SCHEMA)?;
        Ok(GroupState {
            name: body::name(&self.display_name)?,
            external_id: self.external_id.as_deref().map(body::name).transpose()?,
            members: ids(self.members),
        })
    }
}

/// Makes the changes.
///
/// # Errors
/// [`Problem::Value`].
pub fn apply(state: GroupState, changes: Vec<Change>) -> Result<GroupState, Problem> {
    changes.into_iter().try_fold(state, one)
}

fn one(mut state: GroupState, change: Change) -> Result<GroupState, Problem> {
    match change {
        Change::Add(name, value) if name == "members" => state.members.extend(members(value)?),
        Change::Replace(name, value) if name == "members" => state.members = members(value)?,
        Change::Remove(name, value) if name == "members" => match value {
            Some(value) => {
                let leaving = members(value)?;
                state.members.retain(|id| !leaving.contains(id));
            }
            None => state.members.clear(),
        },
        Change::RemoveOne(name, id) if name == "members" => {
            state.members.remove(&id);
        }
        Change::Add(name, value) | Change::Replace(name, value) => {
            return set(state, &name, &value);
        }
        Change::Remove(name, _) if name == NAME => {
            return Err(Problem::Value("A group must have a displayName."));
        }
        Change::Remove(name, _) if name == "externalid" => state.external_id = None,
        Change::Remove(..) | Change::RemoveOne(..) => {}
    }
    Ok(state)
}

fn set(state: GroupState, name: &str, value: &Value) -> Result<GroupState, Problem> {
    let text = || {
        let text = value.as_str();
        body::name(text.ok_or(Problem::Value("That is no value for this attribute."))?)
    };
    match name {
        NAME => Ok(GroupState {
            name: text()?,
            ..state
        }),
        "externalid" => Ok(GroupState {
            external_id: Some(text()?),
            ..state
        }),
        _ => Ok(state),
    }
}

/// One member or a list of them.
fn members(value: Value) -> Result<BTreeSet<String>, Problem> {
    let list = match value {
        Value::Array(_) => value,
        one => Value::Array(vec![one]),
    };
    let members: Result<Vec<Member>, _> = serde_json::from_value(list);
    members
        .map(ids)
        .map_err(|_| Problem::Value("Members are objects with the id of a person as `value`."))
}

fn ids(members: Vec<Member>) -> BTreeSet<String> {
    members.into_iter().map(|member| member.value).collect()
}

/// The group as a resource.
pub fn resource(group: &DirectoryGroup, origin: &Origin) -> Value {
    let member = |id: &String| json!({ "value": id, "type": "User", "$ref": format!("{origin}{BASE}/Users/{id}") });
    let mut resource = json!({
        "schemas": [SCHEMA],
        "id": group.id,
        "displayName": group.state.name,
        "meta": answer::meta(origin, "Group", &group.id, (group.created, group.changed)),
    });
    if !group.state.members.is_empty() {
        resource["members"] = group.state.members.iter().map(member).collect();
    }
    if let Some(external_id) = &group.state.external_id {
        resource["externalId"] = json!(external_id);
    }
    resource
}
