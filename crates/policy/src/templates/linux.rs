//! Linux: a JSON Schema for `/etc/selfsame/policy.json`, and a sample.

use serde_json::{Map, Value, json};

use crate::{Key, Kind};

pub fn schema(keys: &[Key]) -> String {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|key| (key.name.to_owned(), property(key)))
        .collect();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Policy of the Selfsame agent",
        "description": "Lies at /etc/selfsame/policy.json, owned by root and writable by root alone.",
        "type": "object",
        "properties": properties,
    });
    format!("{schema:#}\n")
}

fn property(key: &Key) -> Value {
    let mut property = match key.kind {
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Choice(words) => json!({"enum": words}),
        Kind::Text(longest) => json!({"type": "string", "minLength": 1, "maxLength": longest}),
        Kind::Origin => json!({"type": "string", "format": "uri"}),
        Kind::File => json!({"type": "string", "pattern": "^(/|[A-Za-z]:\\\\)"}),
    };
    if let Some(fields) = property.as_object_mut() {
        fields.insert("title".to_owned(), key.title.into());
        fields.insert("description".to_owned(), key.explanation.into());
    }
    property
}

/// Every key at its example.
pub fn sample(keys: &[Key]) -> String {
    let lines: Vec<String> = keys
        .iter()
        .map(|key| format!("  \"{}\": {}", key.name, key.example))
        .collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}
