//! Sign-in requests that are refused: each with a page and an audit line of its own, and nothing
//! leaves for an address that the request names.

use selfsame_idp::store::Store;

use crate::support::{
    Answer, Server,
    service::{ACS, Request, TestService, deflated, encode, form, unsigned_query},
    visit::Visit,
};

const GET: &str = "/saml/sso?";

async fn refusals(server: &Server) -> Vec<String> {
    let entries = Store::audit_tail(&server.store().await, 100)
        .await
        .expect("the log");
    let refused = entries
        .into_iter()
        .filter(|entry| entry.action == "request-refused");
    refused.map(|entry| entry.details).collect()
}

async fn assert_refused(server: &Server, answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(
        answer.body.contains(&format!("<code>{code}</code>")),
        "{}",
        answer.body
    );
    for part in ["Who is to blame", "What you can do", "<h1>"] {
        assert!(answer.body.contains(part), "{part}");
    }
    assert!(
        !answer.body.contains(ACS) && !answer.body.contains("<form"),
        "{}",
        answer.body
    );
    assert!(answer.header("set-cookie").is_none());
    let lines = refusals(server).await;
    assert!(
        lines
            .iter()
            .any(|line| line.contains(&format!("\"{code}\""))),
        "{code} in {lines:?}"
    );
}

async fn post(server: &Server, form: &str) -> Answer {
    Visit::new(server)
        .post_request(form, Some("https://sp.example"))
        .await
}

async fn get(server: &Server, path: &str) -> Answer {
    Visit::new(server).get(path).await
}

#[tokio::test]
async fn every_request_that_is_not_acceptable_has_its_page_and_its_audit_line() {
    let server = Server::start();
    let service = TestService::register(&server);
    let signed = |change: fn(Request) -> Request| service.by_post(&change(service.request()));
    let plain = service.request();

    let table = [
        (
            "doctype-refused",
            form(&format!("<!DOCTYPE x>{}", plain.xml("")), ""),
        ),
        ("malformed-base64", "SAMLRequest=%3C%3C".to_owned()),
        ("missing-parameter", "nothing=1".to_owned()),
        (
            "duplicate-parameter",
            format!("{0}&{0}", form(&plain.xml(""), "")),
        ),
        (
            "response-in-request",
            format!("{}&SAMLResponse=x", form(&plain.xml(""), "")),
        ),
        ("unsigned-request", form(&plain.xml(""), "")),
        (
            "wrong-destination",
            signed(|r| r.with("Destination", "https://elsewhere.example/sso")),
        ),
        (
            "unregistered-acs",
            signed(|r| r.with("AssertionConsumerServiceURL", "https://evil.example/acs")),
        ),
        (
            "stale-request",
            signed(|r| r.with("IssueInstant", "2020-01-01T00:00:00Z")),
        ),
        (
            "protocol-binding-refused",
            signed(|r| {
                r.with(
                    "ProtocolBinding",
                    "urn:oasis:names:tc:SAML:2.0:bindings:PAOS",
                )
            }),
        ),
        (
            "relay-state-too-long",
            form(&plain.xml(""), &"x".repeat(5_000)),
        ),
        (
            "unknown-service",
            form(
                &plain
                    .xml("")
                    .replace("sp.example/metadata", "nobody.example"),
                "",
            ),
        ),
        (
            "not-an-authn-request",
            form(&plain.xml("").replace("AuthnRequest", "LogoutRequest"), ""),
        ),
    ];
    for (code, body) in table {
        assert_refused(&server, &post(&server, &body).await, 400, code).await;
    }
}

#[tokio::test]
async fn a_changed_request_is_refused() {
    let server = Server::start();
    let service = TestService::register(&server);
    let request = service.request();
    let honest = service.by_redirect(&request);
    let changed = honest.replace("RelayState=https", "RelayState=HTTPS");
    assert_ne!(honest, changed);
    assert_refused(
        &server,
        &get(&server, &changed).await,
        400,
        "signature-invalid",
    )
    .await;
}

#[tokio::test]
async fn sha1_is_refused_by_redirect() {
    let server = Server::start();
    let service = TestService::register(&server);
    let algorithm = encode("http://www.w3.org/2000/09/xmldsig#rsa-sha1");
    let query = format!(
        "{GET}{}&SigAlg={algorithm}&Signature=AAAA",
        unsigned_query(&service.request())
    );
    assert_refused(&server, &get(&server, &query).await, 400, "sha1-refused").await;
}

#[tokio::test]
async fn a_deflate_bomb_stops_at_the_limit() {
    let server = Server::start();
    let bomb = format!("{GET}SAMLRequest={}", deflated(&vec![b' '; 20_000_000]));
    assert_refused(&server, &get(&server, &bomb).await, 400, "inflate-cap").await;
}

#[tokio::test]
async fn a_body_of_a_megabyte_is_refused() {
    let server = Server::start();
    let answer = post(&server, &format!("SAMLRequest={}", "A".repeat(1_000_000))).await;
    assert_refused(&server, &answer, 413, "too-large").await;
}

#[tokio::test]
async fn an_address_without_a_request_explains_itself() {
    let server = Server::start();
    assert_refused(
        &server,
        &get(&server, "/saml/sso").await,
        400,
        "missing-parameter",
    )
    .await;
}

#[tokio::test]
async fn a_form_post_from_an_evil_origin_is_refused_and_spends_nothing() {
    let server = Server::start();
    let service = TestService::register(&server);
    let form = service.by_post(&service.request());
    let mut visit = Visit::new(&server);
    let answer = visit
        .post_request(&form, Some("https://evil.example"))
        .await;
    assert_refused(&server, &answer, 403, "foreign-origin").await;
    // The person's own browser can still bring the very same request.
    visit.arrive(&form).await;
}

#[tokio::test]
async fn pages_may_not_be_framed_cached_or_fed_from_elsewhere() {
    let server = Server::start();
    let answer = get(&server, "/saml/sso").await;
    let policy = answer.header("content-security-policy").expect("a policy");
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(part), "{part} in {policy}");
    }
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "strict-origin"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
}
