//! The authorization code flow, from the relying party's request to its ID token.

use serde_json::json;

use crate::support::{
    Answer, Server,
    answering::challenge,
    relying_party::{CALLBACK, RP_ORIGIN, RelyingParty, Scene, claims, code_of, value, way_back},
    scene::ADA,
};

fn error_of(answer: &Answer) -> String {
    let (_, query) = way_back(answer);
    assert!(value(&query, "code").is_none());
    value(&query, "error").expect("an error").to_owned()
}

#[tokio::test]
async fn the_person_is_named_in_an_id_token_when_presence_and_verdict_agree() {
    let mut scene = Scene::ready().await;
    let request = scene.service.request();
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive(&request).await;
    scene.recognised(&page, &mut link).await;
    let answer = scene.visit.respond(&page).await;
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(policy.contains("script-src 'nonce-"), "{policy}");
    let (address, query) = way_back(&answer);
    assert_eq!(address, "https://rp.example/cb");
    assert_eq!(
        value(&query, "tenant"),
        Some("1"),
        "the registered query stays"
    );
    assert_eq!(value(&query, "state"), Some(request.get("state")));
    assert_eq!(value(&query, "iss"), Some(scene.server.origin().as_str()));

    let told = scene
        .service
        .redeem(&scene.server, &code_of(&answer), &request)
        .await;
    assert_eq!(told.status, 200, "{}", told.body);
    assert_eq!(told.header("cache-control"), Some("no-store"));
    let told = told.json();
    assert_eq!(told["token_type"], "Bearer");
    let claims = claims(&scene.server, told["id_token"].as_str().expect("a token")).await;
    assert_eq!(claims["iss"], scene.server.origin().as_str());
    assert_eq!(claims["aud"], "wiki");
    assert_eq!(claims["preferred_username"], ADA);
    assert_eq!(claims["nonce"], request.get("nonce"));
    assert_eq!(
        claims["amr"],
        json!(["swk"]),
        "the key is in software, and nothing else is claimed"
    );
    assert_eq!(claims["acr"], "urn:selfsame:acr:1e-2");
    let (proved, issued) = (claims["auth_time"].as_i64(), claims["iat"].as_i64());
    assert!(proved <= issued && claims["exp"].as_i64() > issued);
    assert_ne!(claims["sub"], ADA, "a login may change hands");
    let (action, details) = scene.last();
    assert_eq!(action, "code-redeemed");
    assert!(page.ends_with(details["check"].as_str().expect("a check")));
}

#[tokio::test]
async fn a_link_waits_for_a_click_on_a_page_that_names_the_service() {
    let mut scene = Scene::ready().await;
    let answer = scene.visit.get(&scene.service.request().link()).await;
    let page = answer.header("location").expect("a redirect").to_owned();
    let shown = scene.visit.get(&page).await;
    assert!(shown.body.contains("Did you just start signing in?") && shown.body.contains("Wiki"));
    scene.visit.post(&format!("{page}/begin"), "").await;
    let mut link = scene.device.link(&scene.server, 1).await;
    scene.recognised(&page, &mut link).await;
    code_of(&scene.visit.respond(&page).await);
}

#[tokio::test]
async fn a_client_that_only_posts_is_not_signed_in_to_by_a_link() {
    let mut scene = Scene::ready().await;
    let set = scene
        .server
        .cli(&["sp", "set", "wiki", "--redirect", "refused"]);
    assert!(set.status.success());
    let answer = scene.visit.get(&scene.service.request().link()).await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("<code>link-not-allowed</code>"));
}

#[tokio::test]
async fn a_form_from_another_origin_is_refused_here_and_nothing_leaves() {
    let mut scene = Scene::ready().await;
    let form = scene.service.request().form();
    let evil = Some("https://evil.example");
    let answer = scene.visit.post_from(evil, "/oidc/authorize", &form).await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("<code>foreign-origin</code>"));
    assert_eq!(scene.last().0, "request-refused");
}

#[tokio::test]
async fn another_method_goes_back_to_the_relying_party_as_an_error() {
    let mut scene = Scene::ready().await;
    let request = scene.service.request();
    let page = scene.arrive(&request).await;
    let answer = scene.visit.other(&page).await;
    assert_eq!(error_of(&answer), "access_denied");
    let (_, query) = way_back(&answer);
    assert_eq!(value(&query, "state"), Some(request.get("state")));
    assert_eq!(scene.last().1["rule"], "another-method-chosen");
}

#[tokio::test]
async fn a_new_client_is_only_observed() {
    let mut scene = Scene::with(Server::start(), |server| {
        RelyingParty::observed(server, &["--id", "wiki"])
    })
    .await;
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive(&scene.service.request()).await;
    scene.recognised(&page, &mut link).await;
    assert_eq!(error_of(&scene.visit.respond(&page).await), "access_denied");
    let (_, details) = scene.last();
    assert_eq!(
        (&details["rule"], &details["would"]),
        (&json!("observe-only"), &json!("approved"))
    );
}

#[tokio::test]
async fn in_the_test_with_another_browser_the_code_is_saved_as_a_file() {
    let mut scene = Scene::with(Server::start(), |server| {
        RelyingParty::observed(server, &["--id", "wiki"])
    })
    .await;
    let start = [
        "sp",
        "test",
        "start",
        "wiki",
        "--kind",
        "other-browser",
        "--user",
        ADA,
    ];
    assert!(scene.server.cli(&start).status.success());
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive(&scene.service.request()).await;
    scene.recognised(&page, &mut link).await;
    let file = scene.visit.respond(&page).await;
    assert!(
        file.header("content-disposition")
            .expect("a file")
            .contains("selfsame-answer")
    );
    assert!(
        file.body
            .contains("href=\"https://rp.example/cb?tenant=1&#38;code="),
        "{}",
        file.body
    );
}

#[tokio::test]
async fn a_hint_about_somebody_else_ends_the_check_before_the_device_is_asked() {
    let mut scene = Scene::ready().await;
    let request = scene
        .service
        .request()
        .with("login_hint", "bob@example.com");
    let page = scene.arrive(&request).await;
    let shown = scene.visit.get(&page).await;
    let proof = scene
        .device
        .sign(&scene.device.presence(&challenge(&scene.device, &shown)));
    scene.visit.prove(&page, &proof).await;
    assert_eq!(error_of(&scene.visit.respond(&page).await), "access_denied");
    assert_eq!(scene.last().1["rule"], "service-names-another");
}

#[tokio::test]
async fn a_request_that_may_show_nothing_and_needs_a_click_is_answered_at_once() {
    let mut scene = Scene::ready().await;
    let answer = scene
        .visit
        .get(&scene.service.request().with("prompt", "none").link())
        .await;
    assert_eq!(error_of(&answer), "interaction_required");
    assert_eq!(scene.last().1["rule"], "passive-needs-click");
}

#[tokio::test]
async fn a_stricter_class_that_is_essential_and_not_met_is_not_answered() {
    let mut scene = Scene::ready().await;
    let asked = |acr: &str| {
        let claims = json!({ "id_token": { "acr": { "essential": true, "values": [acr] } } });
        scene.service.request().and("claims", &claims.to_string())
    };
    let (stricter, unknown) = (asked("urn:selfsame:acr:1e-3"), asked("phr"));
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive(&stricter).await;
    scene.recognised(&page, &mut link).await;
    assert_eq!(error_of(&scene.visit.respond(&page).await), "access_denied");
    assert_eq!(scene.last().1["rule"], "acr-not-met");

    let form = unknown.form();
    let answer = scene
        .visit
        .post_from(Some(RP_ORIGIN), "/oidc/authorize", &form)
        .await;
    assert_eq!(error_of(&answer), "access_denied");
    assert_eq!(scene.last().1["rule"], "acr-not-offered");
}

#[tokio::test]
async fn a_request_that_is_loaded_again_leads_to_its_first_check() {
    let mut scene = Scene::ready().await;
    let request = scene.service.request();
    let page = scene.arrive(&request).await;
    let again = scene.arrive(&request).await;
    assert!(
        again.starts_with(&page) && again.contains("?again="),
        "{again}"
    );
    let other = scene.arrive(&scene.service.request()).await;
    assert!(!other.starts_with(&page));
}

#[tokio::test]
async fn a_restart_in_the_middle_ends_in_the_other_factor() {
    let mut scene = Scene::ready().await;
    let page = scene.arrive(&scene.service.request()).await;
    scene.server.kill();
    scene.server.resume();
    assert_eq!(
        error_of(&scene.visit.respond(&page).await),
        "temporarily_unavailable"
    );
    assert_eq!(scene.last().1["rule"], "server-restarted");
}

#[tokio::test]
async fn a_code_of_a_client_without_pkce_is_redeemed_by_its_secret_alone() {
    let register =
        |server: &Server| RelyingParty::register_as(server, &["--id", "wiki", "--pkce-optional"]);
    let mut scene = Scene::with(Server::start(), register).await;
    let request = scene
        .service
        .request()
        .with("code_challenge", None)
        .with("code_challenge_method", None);
    let code = scene.code(&request).await;
    let body = crate::support::relying_party::token_form(&code, CALLBACK, None);
    assert_eq!(
        scene.service.post_token(&scene.server, &body).await.status,
        200
    );
}
