//! Our answers before service providers that nobody here wrote: node-saml, samlify, saml2-js, pysaml2 and xmlsec1, by both
//! bindings.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    saml_conformance::{BOTH, By},
    support::{
        scene::{ADA, Scene},
        service::{ACS, ENTITY, Request},
    },
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs a judge with JSON on its standard input, and reads what it prints.
fn ask(program: &Path, arguments: &[&str], input: &Value) -> Value {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!(
                "{}: {error}; `scripts/provision test` installs it",
                program.display()
            )
        });
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(input.to_string().as_bytes())
        .expect("written");
    drop(pipe);
    let output = child.wait_with_output().expect("it ran");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
}

fn printed(scene: &Scene, command: &[&str]) -> String {
    String::from_utf8(scene.server.cli(command).stdout).expect("text")
}

/// What each Node judge says of a document: the person's name, or why not.
fn node_judges(scene: &Scene, xml: &str) -> Vec<(String, Result<String, String>)> {
    let values: Value =
        serde_json::from_str(&printed(scene, &["metadata", "values", "--json"])).expect("json");
    let input = json!({
        "response": STANDARD.encode(xml),
        "issuer": values["issuer"],
        "signInUrl": values["sign_in_url"],
        "certificate": printed(scene, &["cert", "show"]),
        "metadata": printed(scene, &["metadata", "show"]),
        "entityId": ENTITY,
        "acs": ACS,
    });
    let script = root().join("tests/peers/judges.mjs");
    let said = ask(Path::new("node"), &[script.to_str().expect("text")], &input);
    let said = said.as_object().expect("an object").iter();
    said.map(|(judge, said)| {
        let name = said["name"].as_str().map(str::to_owned);
        (judge.clone(), name.ok_or_else(|| said["error"].to_string()))
    })
    .collect()
}

fn pysaml2(scene: &Scene, request: &Request, xml: &str) -> Value {
    let metadata = scene.server.path().join("idp.xml");
    std::fs::write(&metadata, printed(scene, &["metadata", "show"])).expect("written");
    let key = rcgen::generate_simple_self_signed(["sp.example".to_owned()]).expect("a key");
    let (key_file, cert_file) = (
        scene.server.path().join("py.key"),
        scene.server.path().join("py.crt"),
    );
    std::fs::write(&key_file, key.signing_key.serialize_pem()).expect("written");
    std::fs::write(&cert_file, key.cert.pem()).expect("written");
    let config = scene.server.path().join("py.json");
    let settings = json!({
        "entity_id": ENTITY, "acs": ACS, "key": key_file, "cert": cert_file, "idp_metadata": metadata,
    });
    std::fs::write(&config, settings.to_string()).expect("written");
    let (program, script) = (
        root().join("target/venv/bin/python"),
        root().join("tests/peers/pysaml2_sp.py"),
    );
    let arguments = [
        script.to_str().expect("text"),
        "validate",
        config.to_str().expect("text"),
        &request.id,
    ];
    ask(
        &program,
        &arguments,
        &json!({ "SAMLResponse": STANDARD.encode(xml) }),
    )
}

fn xmlsec1_accepts(scene: &Scene, xml: &str, signature_of: &str) -> bool {
    let (document, certificate) = (
        scene.server.path().join("r.xml"),
        scene.server.path().join("idp.crt"),
    );
    std::fs::write(&document, xml).expect("written");
    std::fs::write(&certificate, printed(scene, &["cert", "show"])).expect("written");
    let xpath = format!("//*[local-name()='{signature_of}']/*[local-name()='Signature']");
    let output = Command::new("xmlsec1")
        .args([
            "--verify",
            "--id-attr:ID",
            "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
        ])
        .args([
            "--id-attr:ID",
            "urn:oasis:names:tc:SAML:2.0:protocol:Response",
        ])
        .args(["--node-xpath", &xpath, "--pubkey-cert-pem"])
        .args([&certificate, &document])
        .output();
    output.expect("xmlsec1 is installed").status.success()
}

async fn judged(by: By) {
    let mut scene = Scene::set().await;
    let request = scene.service.request();
    let told = scene.answered(by, &request, 1).await;
    let changed = told.xml.replace("ada@", "eve@");
    for (judge, said) in node_judges(&scene, &told.xml) {
        assert_eq!(said, Ok(ADA.to_owned()), "{judge}, {by:?}");
    }
    for (judge, said) in node_judges(&scene, &changed) {
        assert!(said.is_err(), "{judge} takes what was changed: {said:?}");
    }
    let said = pysaml2(&scene, &request, &told.xml);
    assert_eq!(
        (&said["valid"], &said["name_id"]),
        (&json!(true), &json!(ADA)),
        "{said}"
    );
    assert_eq!(pysaml2(&scene, &request, &changed)["valid"], json!(false));
    for signature_of in ["Response", "Assertion"] {
        assert!(xmlsec1_accepts(&scene, &told.xml, signature_of));
        assert!(!xmlsec1_accepts(&scene, &changed, signature_of));
    }
}

#[tokio::test]
async fn every_judge_takes_our_answer_to_a_posted_request_and_none_takes_a_changed_one() {
    let [post, _] = BOTH;
    judged(post).await;
}

#[tokio::test]
async fn every_judge_takes_our_answer_to_a_link_and_none_takes_a_changed_one() {
    let [_, redirect] = BOTH;
    judged(redirect).await;
}
