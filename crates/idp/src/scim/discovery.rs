//! What this server can do and keeps, for directories that ask (RFC 7643 §5–7).

use axum::extract::{Path, State};
use selfsame_protocol::Origin;
use serde_json::{Value, json};

use super::{
    BASE,
    answer::{self, Answer},
    group,
    problem::Problem,
    provisioner::Provisioner,
    query, user,
};
use crate::App;

/// `GET /ServiceProviderConfig`.
pub async fn service(State(app): State<App>, _: Provisioner) -> Answer {
    let origin = &app.settings.origin;
    Answer::Shown(json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": true },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": query::MOST },
        "changePassword": { "supported": false },
        "sort": { "supported": false },
        "etag": { "supported": false },
        "authenticationSchemes": [{
            "type": "oauthbearertoken", "name": "Bearer token",
            "description": "A token that the server's administrator makes",
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{origin}{BASE}/ServiceProviderConfig"),
        },
    }))
}

/// `GET /ResourceTypes`.
pub async fn resource_types(State(app): State<App>, _: Provisioner) -> Answer {
    answer::all(&types(&app.settings.origin))
}

/// `GET /ResourceTypes/{id}`.
///
/// # Errors
/// [`Problem::NotFound`].
pub async fn resource_type(
    State(app): State<App>,
    _: Provisioner,
    Path(id): Path<String>,
) -> Result<Answer, Problem> {
    named(types(&app.settings.origin), &id)
}

/// `GET /Schemas`.
pub async fn schemas(State(app): State<App>, _: Provisioner) -> Answer {
    answer::all(&documents(&app.settings.origin))
}

/// `GET /Schemas/{id}`.
///
/// # Errors
/// [`Problem::NotFound`].
pub async fn schema(
    State(app): State<App>,
    _: Provisioner,
    Path(id): Path<String>,
) -> Result<Answer, Problem> {
    named(documents(&app.settings.origin), &id)
}

fn named(all: [Value; 2], id: &str) -> Result<Answer, Problem> {
    let found = all.into_iter().find(|one| one["id"] == id);
    found.map(Answer::Shown).ok_or(Problem::NotFound)
}

fn types(origin: &Origin) -> [Value; 2] {
    [("User", user::SCHEMA), ("Group", group::SCHEMA)].map(|(name, schema)| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": name, "name": name, "endpoint": format!("/{name}s"), "schema": schema,
            "meta": {
                "resourceType": "ResourceType",
                "location": format!("{origin}{BASE}/ResourceTypes/{name}"),
            },
        })
    })
}

fn documents(origin: &Origin) -> [Value; 2] {
    let of_user = json!([
        attribute(
            "userName",
            "string",
            json!({ "required": true, "uniqueness": "server" })
        ),
        attribute("active", "boolean", json!({ "required": true })),
    ]);
    let sub = json!([
        attribute("value", "string", json!({ "mutability": "immutable" })),
        attribute(
            "$ref",
            "reference",
            json!({ "mutability": "immutable", "referenceTypes": ["User"] })
        ),
        attribute(
            "type",
            "string",
            json!({ "mutability": "immutable", "canonicalValues": ["User"] })
        ),
    ]);
    let of_group = json!([
        attribute(
            "displayName",
            "string",
            json!({ "required": true, "uniqueness": "server" })
        ),
        attribute(
            "members",
            "complex",
            json!({ "multiValued": true, "subAttributes": sub })
        ),
    ]);
    [
        document(origin, user::SCHEMA, "User", &of_user),
        document(origin, group::SCHEMA, "Group", &of_group),
    ]
}

fn document(origin: &Origin, schema: &str, name: &str, attributes: &Value) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": schema, "name": name, "description": name, "attributes": attributes,
        "meta": { "resourceType": "Schema", "location": format!("{origin}{BASE}/Schemas/{schema}") },
    })
}

/// An attribute with the standard's defaults (RFC 7643 §2.2), and what differs from them.
fn attribute(name: &str, kind: &str, differs: Value) -> Value {
    let mut attribute = json!({
        "name": name, "type": kind, "description": name, "multiValued": false, "required": false,
        "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none",
    });
    if let (Some(all), Value::Object(differs)) = (attribute.as_object_mut(), differs) {
        all.extend(differs);
    }
    attribute
}
