//! A person as directories write them: the login, the directory's own name for them, and whether they are active.

use selfsame_protocol::Origin;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    answer,
    body::{self, Flag},
    patch::Change,
    problem::Problem,
};
use crate::store::{DirectoryUser, Login, UserState};

/// Of every person.
pub const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// What a person is called by, as filters name it.
pub const NAME: &str = "username";

/// A person in the body of POST and PUT.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Written {
    schemas: Vec<String>,
    user_name: String,
    external_id: Option<String>,
    active: Option<Flag>,
}

impl Written {
    /// Understands it.
    ///
    /// # Errors
    /// [`Problem::Syntax`] or [`Problem::Value`].
    pub fn read(self) -> Result<UserState, Problem> {
        body::of_schema(&self.schemas, SCHEMA)?;
        Ok(UserState {
            login: login(&self.user_name)?,
            external_id: self.external_id.as_deref().map(body::name).transpose()?,
            active: self.active.is_none_or(|flag| flag.0),
        })
    }
}

/// Makes the changes. Attributes that are not kept are passed over, as in POST and PUT.
///
/// # Errors
/// [`Problem::Value`].
pub fn apply(state: UserState, changes: Vec<Change>) -> Result<UserState, Problem> {
    changes
        .into_iter()
        .try_fold(state, |state, change| match change {
            Change::Add(name, value) | Change::Replace(name, value) => set(state, &name, value),
            Change::Remove(name, _) => unset(state, &name),
            Change::RemoveOne(..) => Ok(state),
        })
}

fn set(state: UserState, name: &str, value: Value) -> Result<UserState, Problem> {
    let wrong = || Problem::Value("That is no value for this attribute.");
    let text = || value.as_str().ok_or_else(wrong);
    match name {
        NAME => Ok(UserState {
            login: login(text()?)?,
            ..state
        }),
        "externalid" => Ok(UserState {
            external_id: Some(body::name(text()?)?),
            ..state
        }),
        "active" => {
            let Flag(active) = serde_json::from_value(value).map_err(|_| wrong())?;
            Ok(UserState { active, ..state })
        }
        _ => Ok(state),
    }
}

fn unset(state: UserState, name: &str) -> Result<UserState, Problem> {
    match name {
        NAME => Err(Problem::Value("A person must have a userName.")),
        "active" => Err(Problem::Value("A person is active or not.")),
        "externalid" => Ok(UserState {
            external_id: None,
            ..state
        }),
        _ => Ok(state),
    }
}

fn login(text: &str) -> Result<Login, Problem> {
    Login::parse(text).ok_or(Problem::Value(
        "A userName has 1 to 256 octets without blanks; it is the login at the services.",
    ))
}

/// The person as a resource.
pub fn resource(user: &DirectoryUser, origin: &Origin) -> Value {
    let mut resource = json!({
        "schemas": [SCHEMA],
        "id": user.id,
        "userName": user.state.login.as_str(),
        "active": user.state.active,
        "meta": answer::meta(origin, "User", &user.id, (user.created, user.changed)),
    });
    if let Some(external_id) = &user.state.external_id {
        resource["externalId"] = json!(external_id);
    }
    resource
}
