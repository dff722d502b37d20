//! Fetching an issuer's keys over TLS, from servers that mean well and servers that do not.

use serde_json::json;

use crate::support::{
    Server, Visit,
    authority::Authority,
    entra::{self, Entra, LOGIN},
    https_peer::{Asked, HttpsPeer, answer, ok},
    scene::ADA,
};

/// An issuer whose metadata leads to `/keys`, where this stands.
async fn issuer(
    authority: &Authority,
    keys: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> HttpsPeer {
    HttpsPeer::start(authority, move |asked| match asked.path() {
        "/keys" => keys(),
        _ => ok(&metadata(asked, "/keys")),
    })
    .await
}

/// Metadata with the key set on the host that was asked.
fn metadata(asked: &Asked, path: &str) -> String {
    let mut lines = asked.head.lines();
    let host = lines.find_map(|line| line.strip_prefix("host: "));
    json!({ "jwks_uri": format!("https://{}{path}", host.expect("a host")) }).to_string()
}

/// What `oidc keys fetch` says of a server that trusts the authority.
fn fetch(authority: &Authority, issuer: &HttpsPeer) -> Result<String, String> {
    let mut server = Server::start_trusting(authority, &[]);
    server.kill();
    Entra::with_keys_from(&server, &issuer.url("/metadata"));
    let output = server.cli(&["oidc", "keys", "fetch", "entra"]);
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    match output.status.success() {
        true => Ok(text(&output.stdout)),
        false => Err(text(&output.stderr)),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_fetched_from_where_the_metadata_leads() {
    let authority = Authority::new();
    let issuer = issuer(&authority, || ok(&entra::key_set("fixture").to_string())).await;
    let said = fetch(&authority, &issuer).expect("keys");
    assert!(said.starts_with("1 keys from https://localhost:"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_under_another_authority_is_not_asked() {
    let issuer = issuer(&Authority::new(), || ok(&entra::key_set("x").to_string())).await;
    let said = fetch(&Authority::new(), &issuer).expect_err("refused");
    assert!(said.contains("certificate"), "{said}");
    assert!(issuer.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_not_followed() {
    let authority = Authority::new();
    let elsewhere = issuer(&authority, || ok(&entra::key_set("x").to_string())).await;
    let to = format!("location: {}", elsewhere.url("/keys"));
    let first = issuer(&authority, move || answer("302 Found", &[&to], "")).await;
    let said = fetch(&authority, &first).expect_err("refused");
    assert!(said.contains("the answer is 302"), "{said}");
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_set_on_another_host_is_not_fetched() {
    let authority = Authority::new();
    let elsewhere = issuer(&authority, || ok(&entra::key_set("x").to_string())).await;
    let document = json!({ "jwks_uri": elsewhere.url("/keys") }).to_string();
    let first = HttpsPeer::start(&authority, move |_| ok(&document)).await;
    let said = fetch(&authority, &first).expect_err("refused");
    assert!(said.contains("on another host than the metadata"), "{said}");
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_key_set_can_hold_is_not_read() {
    let authority = Authority::new();
    let issuer = issuer(&authority, || ok(&" ".repeat(256 * 1024 + 1))).await;
    let said = fetch(&authority, &issuer).expect_err("refused");
    assert!(said.contains("length limit exceeded"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_says_nothing_is_given_up() {
    let authority = Authority::new();
    let issuer = issuer(&authority, || None).await;
    let said = fetch(&authority, &issuer).expect_err("refused");
    assert!(said.contains("no answer in time"), "{said}");
}

/// Sends a hint that names this key, and returns the status of the answer.
async fn send(server: &Server, tenant: &Entra, key_id: &str) -> u16 {
    let header = json!({ "typ": "JWT", "alg": "RS256", "kid": key_id });
    let hint = entra::hint_under(&header, &entra::claims());
    let form = tenant.request_with(&hint).form();
    let mut visit = Visit::new(server);
    let answer = visit.post_from(Some(LOGIN), "/oidc/authorize", &form);
    answer.await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_key_has_the_set_fetched_once_and_not_again_for_a_while() {
    let authority = Authority::new();
    let issuer = issuer(&authority, || ok(&entra::key_set("new").to_string())).await;
    let server = Server::start_trusting(&authority, &[]);
    let tenant = Entra::with_keys_from(&server, &issuer.url("/metadata"));
    server.token(ADA);
    Entra::link_ada(&server, ADA);
    assert_eq!(send(&server, &tenant, "new").await, 303);
    assert_eq!(issuer.asked().len(), 2);
    assert_eq!(
        send(&server, &tenant, "newer").await,
        200,
        "an error by form post"
    );
    assert_eq!(issuer.asked().len(), 2);
    let line = server.last_line();
    assert_eq!(line["details"]["why"], "hint-unknown-key");
}
