//! What strangers send to the OpenID Connect front: refused with a code and an audit line, never a crash, never a yes.

use serde_json::{Value, json};

use crate::support::{
    Answer, Server, TestDevice, Visit,
    entra::{self, Entra, LOGIN, posted},
    parameters::Parameters,
    relying_party::{CodeRequest, RP_ORIGIN, RelyingParty, value, way_back},
    scene::ADA,
};

fn last_why(server: &Server) -> String {
    let line = server.last_line();
    assert_eq!(line["action"], "request-refused", "{line}");
    let details: Value = line["details"].clone();
    details["why"].as_str().expect("a code").to_owned()
}

async fn send_code(server: &Server, request: &CodeRequest) -> Answer {
    let form = request.form();
    Visit::new(server)
        .post_from(Some(RP_ORIGIN), "/oidc/authorize", &form)
        .await
}

async fn send_entra(server: &Server, request: &Parameters) -> Answer {
    let form = request.form();
    Visit::new(server)
        .post_from(Some(LOGIN), "/oidc/authorize", &form)
        .await
}

#[tokio::test]
async fn while_the_way_back_is_not_known_what_is_wrong_is_shown_here() {
    let server = Server::start();
    let party = RelyingParty::register(&server);
    let twice = |name: &str| party.request().and(name, "https://evil.example/cb");
    for (request, code) in [
        (
            party.request().with("client_id", None),
            "oidc-missing-parameter",
        ),
        (
            party.request().with("client_id", "nobody"),
            "oidc-unknown-client",
        ),
        (
            party.request().with("redirect_uri", None),
            "oidc-missing-parameter",
        ),
        (
            party
                .request()
                .with("redirect_uri", "https://evil.example/cb"),
            "oidc-unregistered-redirect-uri",
        ),
        (
            party
                .request()
                .with("redirect_uri", "https://rp.example/cb?tenant=1&x=2"),
            "oidc-unregistered-redirect-uri",
        ),
        (
            party
                .request()
                .with("redirect_uri", "https://rp.example/CB?tenant=1"),
            "oidc-unregistered-redirect-uri",
        ),
        (twice("redirect_uri"), "oidc-duplicate-parameter"),
        (twice("client_id"), "oidc-duplicate-parameter"),
        (twice("state"), "oidc-duplicate-parameter"),
    ] {
        let answer = send_code(&server, &request).await;
        assert_eq!(answer.status, 400, "{code}");
        assert!(
            answer.body.contains(&format!("<code>{code}</code>")),
            "{}",
            answer.body
        );
        assert!(answer.header("location").is_none() && !answer.body.contains("evil.example"));
    }
    assert_eq!(last_why(&server), "oidc-duplicate-parameter");
}

#[tokio::test]
async fn a_saml_service_is_no_client() {
    let server = Server::start();
    crate::support::service::TestService::register(&server);
    let party = RelyingParty::register(&server);
    let request = party
        .request()
        .with("client_id", crate::support::service::ENTITY);
    let answer = send_code(&server, &request).await;
    assert!(answer.body.contains("<code>oidc-unknown-client</code>"));
}

#[tokio::test]
async fn once_the_way_back_is_known_the_relying_party_is_told() {
    let server = Server::start();
    let party = RelyingParty::register(&server);
    let long: &'static str = Box::leak("a".repeat(2_000).into_boxed_str());
    for (request, word, why) in [
        (
            party.request().with("response_type", "token"),
            "unsupported_response_type",
            "oidc-response-type",
        ),
        (
            party.request().with("response_mode", "fragment"),
            "invalid_request",
            "oidc-response-mode",
        ),
        (
            party.request().with("scope", "profile"),
            "invalid_scope",
            "oidc-scope",
        ),
        (
            party.request().with("code_challenge", None),
            "invalid_request",
            "oidc-no-challenge",
        ),
        (
            party.request().with("code_challenge_method", "plain"),
            "invalid_request",
            "oidc-challenge",
        ),
        (
            party.request().with("code_challenge_method", None),
            "invalid_request",
            "oidc-challenge",
        ),
        (
            party.request().with("code_challenge", "short"),
            "invalid_request",
            "oidc-challenge",
        ),
        (
            party.request().with("prompt", "none login"),
            "invalid_request",
            "oidc-prompt",
        ),
        (
            party.request().with("claims", "{"),
            "invalid_request",
            "oidc-claims",
        ),
        (
            party.request().with("request", "e30.e30."),
            "request_not_supported",
            "oidc-request-object",
        ),
        (
            party.request().with("request_uri", "https://rp.example/r"),
            "request_uri_not_supported",
            "oidc-request-uri",
        ),
        (
            party.request().with("nonce", long),
            "invalid_request",
            "oidc-too-large",
        ),
    ] {
        let answer = send_code(&server, &request).await;
        assert_eq!(answer.status, 303, "{why}: {}", answer.body);
        let (address, query) = way_back(&answer);
        assert_eq!(address, "https://rp.example/cb");
        assert_eq!(value(&query, "error"), Some(word), "{why}");
        assert_eq!(value(&query, "error_description"), Some(why));
        assert_eq!(value(&query, "state"), Some(request.get("state")));
        assert_eq!(last_why(&server), why);
    }
}

#[tokio::test]
async fn a_hint_that_is_not_microsofts_word_about_now_is_refused() {
    let server = Server::start();
    let tenant = Entra::register(&server);
    let device = TestDevice::enrol(&server, ADA).await;
    device.trust(&server).await;
    Entra::link_ada(&server, ADA);
    let with = |name: &str, new: Value| {
        let mut claims = entra::claims();
        claims[name] = new;
        entra::hint(&claims)
    };
    let under = |header: Value| entra::hint_under(&header, &entra::claims());
    let now = entra::claims()["iat"].as_i64().expect("a time");
    let good = entra::hint(&entra::claims());
    let (signed, signature) = good.rsplit_once('.').expect("a signature");
    let (_, other_signature) = with("name", json!("Bob"))
        .rsplit_once('.')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .expect("a signature");
    let rs256 = |more: Value| {
        let mut header = json!({ "alg": "RS256", "kid": "fixture" });
        header
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        header
    };
    let duplicate = {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let claims = entra::claims().to_string().replacen(
            '{',
            "{\"oid\":\"00000000-0000-0000-0000-000000000001\",",
            1,
        );
        let header = URL_SAFE_NO_PAD.encode(rs256(json!({})).to_string());
        entra::sign(&format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims)))
    };
    for (hint, why) in [
        ("".to_owned(), "oidc-missing-parameter"),
        ("a.b".to_owned(), "hint-unreadable"),
        ("..".to_owned(), "hint-unreadable"),
        (format!("{good}.x"), "hint-unreadable"),
        (format!("{good}="), "hint-unreadable"),
        (duplicate, "hint-unreadable"),
        (format!("{signed}."), "hint-signature"),
        (format!("{signed}.{other_signature}"), "hint-signature"),
        (
            format!("{}x.{signature}", &signed[..signed.len() - 1]),
            "hint-signature",
        ),
        (
            under(json!({ "alg": "none", "kid": "fixture" })),
            "hint-algorithm",
        ),
        (
            under(json!({ "alg": "HS256", "kid": "fixture" })),
            "hint-algorithm",
        ),
        (under(json!({ "alg": "RS256" })), "hint-header"),
        (under(rs256(json!({ "typ": "at+jwt" }))), "hint-header"),
        (
            under(rs256(json!({ "jku": "https://evil.example/keys" }))),
            "hint-header",
        ),
        (
            under(rs256(json!({ "jwk": entra::key_set("x")["keys"][0] }))),
            "hint-header",
        ),
        (
            under(rs256(json!({ "x5u": "https://evil.example/c" }))),
            "hint-header",
        ),
        (under(rs256(json!({ "x5c": ["AAAA"] }))), "hint-header"),
        (under(rs256(json!({ "crit": ["exp"] }))), "hint-header"),
        (
            under(json!({ "alg": "RS256", "kid": "unknown" })),
            "hint-unknown-key",
        ),
        (
            with(
                "iss",
                json!("https://login.microsoftonline.com/common/v2.0"),
            ),
            "hint-issuer",
        ),
        (
            with("aud", json!("00000003-0000-0000-c000-000000000000")),
            "hint-audience",
        ),
        (with("aud", json!([entra::APPLICATION])), "hint-unreadable"),
        (with("iat", json!(now - 301)), "hint-stale"),
        (with("iat", json!(now + 310)), "hint-stale"),
        (with("iat", json!(i64::MAX)), "hint-stale"),
        (with("iat", json!("now")), "hint-unreadable"),
        (with("oid", json!("ada")), "hint-unreadable"),
        (with("sub", json!("")), "hint-unreadable"),
        (with("name", json!("a".repeat(14_000))), "oidc-too-large"),
    ] {
        let request = tenant.request_with(&hint);
        let answer = send_entra(&server, &request).await;
        let fields = posted(&answer);
        assert_eq!(value(&fields, "error"), Some("invalid_request"), "{why}");
        assert_eq!(value(&fields, "error_description"), Some(why));
        assert_eq!(value(&fields, "state"), Some(request.get("state")));
        assert!(value(&fields, "id_token").is_none());
    }
    let left = send_entra(&server, &tenant.request()).await;
    assert_eq!(
        left.status, 303,
        "the good one is still taken: {}",
        left.body
    );
}

#[tokio::test]
async fn a_request_of_entra_that_lacks_something_is_told_so_by_form() {
    let server = Server::start();
    let tenant = Entra::register(&server);
    for (request, word, why) in [
        (
            tenant.request().with("scope", Some("profile")),
            "invalid_scope",
            "oidc-scope",
        ),
        (
            tenant.request().with("response_type", Some("code")),
            "unsupported_response_type",
            "oidc-response-type",
        ),
        (
            tenant.request().with("response_mode", Some("query")),
            "invalid_request",
            "oidc-response-mode",
        ),
        (
            tenant.request().with("claims", None),
            "invalid_request",
            "oidc-missing-parameter",
        ),
        (
            tenant.request().with("claims", Some("[]")),
            "invalid_request",
            "oidc-claims",
        ),
    ] {
        let fields = posted(&send_entra(&server, &request).await);
        assert_eq!(
            (value(&fields, "error"), value(&fields, "error_description")),
            (Some(word), Some(why))
        );
        assert_eq!(last_why(&server), why);
    }
    let link = format!("/oidc/authorize?{}", tenant.request().form());
    let fields = posted(&server.browser().get(&link, &[]).await);
    assert_eq!(value(&fields, "error_description"), Some("oidc-not-posted"));
}

#[tokio::test]
async fn another_clouds_address_is_no_way_back() {
    let server = Server::start();
    let tenant = Entra::register(&server);
    for uri in [
        "https://login.microsoftonline.us/common/federation/externalauthprovider",
        "https://login.microsoftonline.com/common/federation/externalauthprovider/",
        "https://login.microsoftonline.com.evil.example/common/federation/externalauthprovider",
    ] {
        let request = tenant.request().with("redirect_uri", Some(uri));
        let answer = send_entra(&server, &request).await;
        assert!(
            answer
                .body
                .contains("<code>oidc-unregistered-redirect-uri</code>"),
            "{uri}"
        );
    }
}

#[tokio::test]
async fn a_request_larger_than_any_is_refused_before_it_is_read() {
    let server = Server::start();
    let tenant = Entra::register(&server);
    let request = tenant.request().with("more", "a".repeat(100_000).as_str());
    let answer = send_entra(&server, &request).await;
    assert_eq!(answer.status, 413);
    let many = (0..100)
        .map(|n| format!("p{n}=x"))
        .collect::<Vec<_>>()
        .join("&");
    let answer = server
        .browser()
        .get(&format!("/oidc/authorize?{many}"), &[])
        .await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn a_hint_that_comes_twice_leads_to_its_first_check() {
    let server = Server::start();
    let tenant = Entra::register(&server);
    TestDevice::enrol(&server, ADA).await;
    Entra::link_ada(&server, ADA);
    let request = tenant.request();
    let first = send_entra(&server, &request).await;
    let second = send_entra(&server, &request).await;
    let page = |answer: &Answer| answer.header("location").expect("a check").to_owned();
    assert!(page(&second).starts_with(&page(&first)) && page(&second).contains("?again="));
}
