//! What relying parties read about us: the discovery document, the key set, and a change of key.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use selfsame_saml::Certificate;
use serde_json::Value;

use crate::support::Server;

async fn read(server: &Server, path: &str) -> Value {
    let answer = server.browser().get(path, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let length = answer.header("content-length").expect("a length");
    assert_eq!(length, answer.body.len().to_string());
    answer.json()
}

async fn key_ids(server: &Server) -> Vec<String> {
    let set = read(server, "/oidc/jwks").await;
    let keys = set["keys"].as_array().expect("keys");
    keys.iter()
        .map(|key| key["kid"].as_str().expect("a name").to_owned())
        .collect()
}

#[tokio::test]
async fn the_discovery_document_names_the_origin_as_issuer_and_comes_with_its_length() {
    let server = Server::start();
    let document = read(&server, "/.well-known/openid-configuration").await;
    let origin = server.origin().to_string();
    assert_eq!(document["issuer"], origin);
    assert_eq!(document["jwks_uri"], format!("{origin}/oidc/jwks"));
    assert_eq!(
        document["id_token_signing_alg_values_supported"],
        serde_json::json!(["RS256"])
    );
}

#[tokio::test]
async fn the_key_set_holds_the_certificate_that_signs() {
    let server = Server::start();
    let set = read(&server, "/oidc/jwks").await;
    let [key] = &set["keys"].as_array().expect("keys")[..] else {
        panic!("one key: {set}");
    };
    assert_eq!((&key["kty"], &key["use"]), (&"RSA".into(), &"sig".into()));
    let der = STANDARD
        .decode(key["x5c"][0].as_str().expect("a certificate"))
        .expect("base64");
    let certificate = Certificate::from_der(&der).expect("a certificate");
    let shown = &server.json(&["cert", "show"])[0];
    assert_eq!(shown["sha256"], certificate.fingerprint());
    let modulus = URL_SAFE_NO_PAD
        .decode(key["n"].as_str().expect("a modulus"))
        .expect("base64url");
    let der = certificate.rsa_public_key_der().expect("RSA");
    assert_eq!(modulus.len(), 256);
    assert!(der.windows(256).any(|window| window == modulus));
}

#[tokio::test]
async fn a_change_of_certificate_publishes_both_keys_for_two_days_before_the_next_one_signs() {
    let server = Server::start();
    add_client(&server);
    let before = key_ids(&server).await;
    for step in ["new", "publish"] {
        assert!(server.cli(&["cert", step]).status.success());
    }
    let both = until_keys(&server, 2).await;
    assert_eq!(both[0], before[0], "the one that signs is first");

    let early = server.cli(&["cert", "switch"]);
    assert_eq!(early.status.code(), Some(1));
    let said = String::from_utf8(early.stderr).expect("text");
    assert!(said.contains("may not have fetched the next key"), "{said}");

    assert!(
        server
            .cli(&["cert", "switch", "--at-once"])
            .status
            .success()
    );
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    let switched = key_ids(&server).await;
    assert_eq!(switched, [both[1].clone(), both[0].clone()]);
    assert!(server.cli(&["cert", "retire"]).status.success());
    assert_eq!(until_keys(&server, 1).await, [both[1].clone()]);
}

fn add_client(server: &Server) {
    let added = server.cli(&[
        "oidc",
        "client",
        "add",
        "--redirect-uri",
        "https://rp.example/cb",
    ]);
    assert!(added.status.success());
}

async fn until_keys(server: &Server, count: usize) -> Vec<String> {
    for _ in 0..50 {
        let ids = key_ids(server).await;
        if ids.len() == count {
            return ids;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the server did not follow");
}
