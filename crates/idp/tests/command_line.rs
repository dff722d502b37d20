//! The command line: what is printed, and what a mistake gets.

use tempfile::TempDir;

use crate::support::{Server, server::run};

#[test]
fn wrong_usage_ends_with_two() {
    assert_eq!(run(&["nonsense"]).status.code(), Some(2));
    assert_eq!(run(&[]).status.code(), Some(2));
    let origin = run(&[
        "init",
        "--data",
        "/nowhere",
        "--origin",
        "http://plain.example",
    ]);
    assert_eq!(origin.status.code(), Some(2));
}

#[test]
fn a_directory_without_a_server_says_what_to_do() {
    let dir = TempDir::new().expect("a directory");
    let output = run(&["user", "list", "--data", dir.path().to_str().expect("text")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("selfsame-idp init"));
}

#[test]
fn init_never_overwrites_a_server() {
    let server = Server::stopped(&[]);
    let before = std::fs::read(server.path().join("keys/saml.key.pem")).expect("a key");
    let output = server.cli(&["init", "--origin", "https://other.example"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("holds a server already"));
    assert_eq!(
        std::fs::read(server.path().join("keys/saml.key.pem")).expect("a key"),
        before
    );
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_may_read_keeps_the_server_from_starting() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::stopped(&[]);
    for name in ["saml.key.pem", "challenge-current.key", "hook.secret"] {
        let file = server.path().join("keys").join(name);
        let mode = std::fs::metadata(&file)
            .expect("a file")
            .permissions()
            .mode()
            & 0o777;
        assert_eq!(mode, 0o600, "{name}");
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o640)).expect("changed");
        let said = server.refuse_to_start();
        assert!(said.contains(name) && said.contains("chmod 600"), "{said}");
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).expect("changed");
    }
}

#[cfg(unix)]
#[test]
fn everything_that_init_writes_is_for_its_own_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = TempDir::new().expect("a directory");
    std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).expect("changed");
    let data = dir.path().to_str().expect("text");
    let output = run(&["init", "--data", data, "--origin", "https://localhost:1"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let keys = std::fs::read_dir(dir.path().join("keys")).expect("keys");
    for entry in std::fs::read_dir(dir.path()).expect("files").chain(keys) {
        let file = entry.expect("an entry").path();
        let mode = std::fs::metadata(&file)
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{} {mode:o}", file.display());
    }
}

#[test]
fn the_certificate_and_the_metadata_belong_together() {
    let server = Server::stopped(&[]);
    let cert = server.json(&["cert", "show"])[0]["certificate"]
        .as_str()
        .expect("PEM")
        .to_owned();
    let metadata = &server.json(&["metadata", "show"])[0];
    let body: String = cert.lines().filter(|line| !line.starts_with('-')).collect();
    let xml: String = metadata["metadata"]
        .as_str()
        .expect("XML")
        .split_whitespace()
        .collect();
    assert!(xml.contains(&body));
    assert_eq!(
        metadata["entity_id"],
        format!("{}/metadata", server.origin())
    );
}

#[test]
fn a_service_is_registered_by_its_metadata_and_removed_by_its_entity_id() {
    let server = Server::stopped(&[]);
    let file = server.path().join("sp.xml");
    std::fs::write(&file, METADATA).expect("written");
    let added = &server.json(&[
        "sp",
        "add",
        "--metadata",
        file.to_str().expect("text"),
        "--name",
        "Acme",
    ])[0];
    assert_eq!(added["entity_id"], "https://sp.example/metadata");
    assert_eq!(
        added["posts_from"],
        serde_json::json!(["https://sp.example"])
    );
    assert!(
        !added["notes"].as_array().expect("notes").is_empty(),
        "unsigned requests are worth a note"
    );
    assert_eq!(server.json(&["sp", "list"])[0][0]["name"], "Acme");
    assert!(
        server
            .cli(&["sp", "remove", "https://sp.example/metadata"])
            .status
            .success()
    );
    let output = server.cli(&["sp", "remove", "https://sp.example/metadata"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        server.audit_actions(),
        [
            "initialised",
            "certificate-made",
            "service-added",
            "service-removed"
        ]
    );
}

#[test]
fn what_is_no_metadata_is_refused() {
    let server = Server::stopped(&[]);
    let file = server.path().join("sp.xml");
    std::fs::write(&file, "<html/>").expect("written");
    let output = server.cli(&["sp", "add", "--metadata", file.to_str().expect("text")]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(server.audit_actions(), ["initialised", "certificate-made"]);
}

const METADATA: &str = r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sp.example/metadata">
<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/acs" index="0" isDefault="true"/>
</md:SPSSODescriptor></md:EntityDescriptor>"#;
