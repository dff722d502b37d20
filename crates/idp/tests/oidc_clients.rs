//! Relying parties as an administrator registers, sees and removes them.

use serde_json::{Value, json};

use crate::support::Server;

fn add(server: &Server, more: &[&str]) -> Value {
    let args = [
        "oidc",
        "client",
        "add",
        "--redirect-uri",
        "https://rp.example/cb",
    ];
    server.json(&[&args[..], more].concat()).remove(0)
}

#[test]
fn a_client_is_given_a_secret_once_and_starts_in_observation() {
    let server = Server::stopped(&[]);
    let added = add(&server, &["--name", "Wiki"]);
    let (id, secret) = (added["client_id"].as_str(), added["client_secret"].as_str());
    let (id, secret) = (id.expect("an id"), secret.expect("a secret"));
    assert_eq!(secret.len(), 43, "256 bits");
    assert_eq!(
        added["discovery"],
        format!("{}/.well-known/openid-configuration", server.origin())
    );
    let shown = server.json(&["oidc", "client", "show", id]).remove(0);
    assert_eq!(
        (&shown["mode"], &shown["name"], &shown["pkce"]),
        (&json!("observe"), &json!("Wiki"), &json!("required"))
    );
    let database = std::fs::read(server.database()).expect("the database");
    let plain = |window: &[u8]| window == secret.as_bytes();
    assert!(
        !database.windows(secret.len()).any(plain),
        "only its hash is kept"
    );
    assert!(!shown.to_string().contains(secret));
}

#[test]
fn a_public_client_has_no_secret_and_cannot_do_without_pkce() {
    let server = Server::stopped(&[]);
    let added = add(&server, &["--public", "--id", "app"]);
    assert_eq!(
        (&added["client_secret"], &added["public"]),
        (&Value::Null, &json!(true))
    );
    let uri = ["--redirect-uri", "https://rp.example/cb"];
    let both = ["oidc", "client", "add", "--public", "--pkce-optional"];
    assert_eq!(
        server.cli(&[&both[..], &uri].concat()).status.code(),
        Some(2)
    );
}

#[test]
fn clients_share_settings_with_services_and_no_name_with_them() {
    let server = Server::stopped(&[]);
    add(&server, &["--id", "wiki"]);
    let changed = server.json(&["policy", "set", "wiki", "--evidence-within", "10"]);
    assert_eq!(changed.len(), 1);
    let listed = server.json(&["sp", "list"]).remove(0);
    assert_eq!(
        (&listed[0]["entity_id"], &listed[0]["protocol"]),
        (&json!("wiki"), &json!("oidc"))
    );
    add(&server, &["--id", "wiki", "--name", "Second wiki"]);
    let shown = server.json(&["oidc", "client", "show", "wiki"]).remove(0);
    assert_eq!(
        (
            &shown["name"],
            &shown["settings"]["asks"]["evidence_within_s"]
        ),
        (&json!("Second wiki"), &json!(10)),
        "what was set stays"
    );
    assert!(
        server
            .cli(&["oidc", "client", "remove", "wiki"])
            .status
            .success()
    );
    assert!(
        !server
            .cli(&["oidc", "client", "show", "wiki"])
            .status
            .success()
    );
}

#[test]
fn a_redirect_uri_that_is_no_plain_https_address_is_not_registered() {
    let server = Server::stopped(&[]);
    for bad in [
        "http://rp.example/cb",
        "https://rp.example/cb#x",
        "javascript:alert(1)",
    ] {
        let output = server.cli(&["oidc", "client", "add", "--redirect-uri", bad]);
        assert_eq!(output.status.code(), Some(2), "{bad}");
    }
}
