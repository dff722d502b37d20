//! Checks from the request to the answer, with a browser, a service and a device that speak the
//! real protocol to the real program.

use std::time::{Duration, Instant};

use selfsame_idp::store::Store;
use selfsame_protocol::{CheckId, Reason, Verdict};

use crate::support::{
    Server, TestDevice,
    answering::challenge,
    service::{ACS, TestService},
    visit::{Told, Visit},
};

const ADA: &str = "ada@example.com";

/// A service, a trusted device, and a browser on its computer.
struct Scene {
    server: Server,
    service: TestService,
    device: TestDevice,
    visit: Visit,
}

impl Scene {
    async fn set() -> Self {
        let server = Server::start();
        let service = TestService::register(&server);
        let device = TestDevice::enrol(&server, ADA).await;
        device.trust(&server).await;
        let visit = Visit::new(&server);
        Self {
            server,
            service,
            device,
            visit,
        }
    }

    async fn arrive(&mut self) -> String {
        let form = self.service.by_post(&self.service.request());
        self.visit.arrive(&form).await
    }

    async fn proof(&mut self, page: &str) -> String {
        let shown = self.visit.get(page).await;
        self.device
            .sign(&self.device.presence(&challenge(&self.device, &shown)))
    }

    /// What the audit log says of the last check.
    async fn last_rule(&self) -> (String, String, String) {
        let entries = Store::audit_tail(&self.server.store().await, 1)
            .await
            .expect("the log");
        let entry = entries.last().expect("a line");
        let details: serde_json::Value = serde_json::from_str(&entry.details).expect("json");
        (
            entry.action.clone(),
            entry.actor.clone(),
            details["rule"].as_str().unwrap_or("").to_owned(),
        )
    }
}

#[tokio::test]
async fn the_person_is_signed_in_when_presence_and_verdict_agree() {
    let mut scene = Scene::set().await;
    let mut link = scene.device.link(&scene.server, 1).await;
    let request = scene.service.request();
    let page = scene.visit.arrive(&scene.service.by_post(&request)).await;
    let proof = scene.proof(&page).await;
    let (next, ()) = tokio::join!(
        scene.visit.prove(&page, &proof),
        scene.device.answer(&mut link, |_| {})
    );
    assert_eq!(next.json()["next"], "respond");

    let answer = scene.visit.respond(&page).await;
    let told = Told::by(&answer);
    assert_eq!((told.status(), told.person()), ("Success", Some(ADA)));
    assert_eq!(told.action, ACS);
    assert_eq!(told.relay_state, Some(request.relay_state.clone()));
    assert!(
        told.xml
            .contains(&format!("InResponseTo=\"{}\"", request.id))
    );
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(
        policy.contains("form-action 'self' https://login.example https://sp.example"),
        "{policy}"
    );
    assert!(policy.contains("script-src 'nonce-"), "{policy}");
    let expected = (
        "check-approved".to_owned(),
        ADA.to_owned(),
        "all-rules-met".to_owned(),
    );
    assert_eq!(scene.last_rule().await, expected);
}

#[tokio::test]
async fn the_same_check_is_answered_once_however_often_it_is_asked() {
    let mut scene = Scene::set().await;
    let page = scene.arrive().await;
    assert_eq!(
        Told::by(&scene.visit.other(&page).await).status(),
        "AuthnFailed"
    );
    for answer in [
        scene.visit.respond(&page).await,
        scene.visit.other(&page).await,
        scene.visit.get(&page).await,
    ] {
        assert_eq!(answer.status, 410, "{}", answer.body);
        assert!(answer.body.contains("<code>already-answered</code>"));
        assert!(!answer.body.contains("SAMLResponse"));
    }
    let ends = scene
        .server
        .audit_actions()
        .iter()
        .filter(|action| *action == "check-other-factor")
        .count();
    assert_eq!(ends, 3, "two of the scene's hard factors and this one");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_asked_for_at_once_leave_once() {
    let mut scene = Scene::set().await;
    let page = scene.arrive().await;
    let mut answers = tokio::task::JoinSet::new();
    let path = format!("{page}/other");
    for _ in 0..8 {
        let (mut visit, path) = (Visit::new(&scene.server), path.clone());
        visit.clone_cookies(&scene.visit);
        answers.spawn(async move { visit.post(&path, "").await.body.contains("SAMLResponse") });
    }
    let sent = answers
        .join_all()
        .await
        .into_iter()
        .filter(|sent| *sent)
        .count();
    assert_eq!(sent, 1);
}

#[tokio::test]
async fn a_verdict_different_is_refused_and_says_nothing_about_anybody() {
    let mut scene = Scene::set().await;
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive().await;
    let proof = scene.proof(&page).await;
    let (_, ()) = tokio::join!(
        scene.visit.prove(&page, &proof),
        scene.device.answer(&mut link, |verdict| {
            verdict.verdict = Verdict::Different;
            verdict.level = None;
            verdict.reasons = vec![Reason::UnlikeUsualRhythm];
        })
    );
    let told = Told::by(&scene.visit.respond(&page).await);
    assert_eq!((told.status(), told.person()), ("AuthnFailed", None));
    assert!(!told.xml.contains("Assertion ") && !told.xml.contains(ADA));
    assert_eq!(scene.last_rule().await.2, "verdict-different");
}

#[tokio::test]
async fn a_generation_without_two_hard_factors_is_not_believed() {
    let mut scene = Scene::set().await;
    scene.device.generation = selfsame_protocol::GenerationId([9; 16]);
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive().await;
    let proof = scene.proof(&page).await;
    let (_, ()) = tokio::join!(
        scene.visit.prove(&page, &proof),
        scene.device.answer(&mut link, |_| {})
    );
    assert_eq!(
        Told::by(&scene.visit.respond(&page).await).status(),
        "AuthnFailed"
    );
    assert_eq!(scene.last_rule().await.2, "generation-not-trusted");
}

#[tokio::test]
async fn a_device_that_never_answers_leads_to_the_other_factor_within_three_seconds() {
    let mut scene = Scene::set().await;
    let _link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive().await;
    let proof = scene.proof(&page).await;
    let start = Instant::now();
    scene.visit.tell(&page, "asking").await;
    assert_eq!(
        scene.visit.prove(&page, &proof).await.json()["next"],
        "respond"
    );
    let told = Told::by(&scene.visit.respond(&page).await);
    let took = start.elapsed();
    assert!(
        took > Duration::from_secs(2) && took < Duration::from_millis(3_500),
        "{took:?}"
    );
    assert_eq!(told.status(), "AuthnFailed");
    assert_eq!(scene.last_rule().await.2, "no-verdict");
}

#[tokio::test]
async fn a_device_that_is_not_connected_leads_to_the_other_factor_at_once() {
    let mut scene = Scene::set().await;
    let page = scene.arrive().await;
    let proof = scene.proof(&page).await;
    let start = Instant::now();
    scene.visit.prove(&page, &proof).await;
    assert_eq!(
        Told::by(&scene.visit.respond(&page).await).status(),
        "AuthnFailed"
    );
    assert!(start.elapsed() < Duration::from_secs(1));
    assert_eq!(scene.last_rule().await.2, "device-offline");
}

#[tokio::test]
async fn a_page_that_gives_up_gets_the_other_factor_without_waiting() {
    let mut scene = Scene::set().await;
    let page = scene.arrive().await;
    scene.visit.get(&page).await;
    assert_eq!(
        Told::by(&scene.visit.respond(&page).await).status(),
        "AuthnFailed"
    );
    assert_eq!(scene.last_rule().await.2, "no-presence");
}

#[tokio::test]
async fn a_device_revoked_in_the_middle_of_a_check_approves_nothing() {
    let mut scene = Scene::set().await;
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive().await;
    let proof = scene.proof(&page).await;
    let (_, ()) = tokio::join!(
        scene.visit.prove(&page, &proof),
        scene.device.answer(&mut link, |_| {})
    );
    let id = scene.device.id().to_string();
    assert!(
        scene
            .server
            .cli(&["device", "revoke", &id])
            .status
            .success()
    );
    assert_eq!(
        Told::by(&scene.visit.respond(&page).await).status(),
        "AuthnFailed"
    );
    assert_eq!(scene.last_rule().await.2, "device-revoked");
}

#[tokio::test]
async fn a_proof_about_another_check_ends_the_check_in_the_other_factor() {
    let mut scene = Scene::set().await;
    let _link = scene.device.link(&scene.server, 1).await;
    let (first, second) = (scene.arrive().await, scene.arrive().await);
    let proof_of_first = scene.proof(&first).await;
    scene.visit.get(&second).await;
    assert_eq!(
        scene.visit.prove(&second, &proof_of_first).await.json()["next"],
        "respond"
    );
    assert_eq!(
        Told::by(&scene.visit.respond(&second).await).status(),
        "AuthnFailed"
    );
    assert_eq!(scene.last_rule().await.2, "mismatch");
}

#[tokio::test]
async fn a_worthless_proof_changes_nothing() {
    let mut scene = Scene::set().await;
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive().await;
    let shown = scene.visit.get(&page).await;
    let presence = scene.device.presence(&challenge(&scene.device, &shown));
    let forged =
        selfsame_protocol::jws::sign(&selfsame_idp::random::p256_key(), &presence).expect("signed");
    assert_eq!(
        scene.visit.prove(&page, &forged).await.error_code(),
        "bad_proof"
    );
    assert_eq!(scene.visit.prove(&page, "garbage").await.status, 422);
    let mut stale = presence.clone();
    stale.iat = stale.iat.plus(-70_000);
    assert_eq!(
        scene
            .visit
            .prove(&page, &scene.device.sign(&stale))
            .await
            .error_code(),
        "stale_proof"
    );

    let honest = scene.device.sign(&presence);
    let (_, ()) = tokio::join!(
        scene.visit.prove(&page, &honest),
        scene.device.answer(&mut link, |_| {})
    );
    assert_eq!(
        Told::by(&scene.visit.respond(&page).await).status(),
        "Success"
    );
}

#[tokio::test]
async fn a_proof_counts_only_with_the_cookie_of_its_own_check() {
    let mut scene = Scene::set().await;
    let _link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive().await;
    let proof = scene.proof(&page).await;
    let stranger = Visit::new(&scene.server);
    assert_eq!(
        stranger.prove(&page, &proof).await.error_code(),
        "check_not_here"
    );
}

#[tokio::test]
async fn a_browser_without_the_cookie_learns_nothing_about_a_check() {
    let mut scene = Scene::set().await;
    let page = scene.arrive().await;
    let unknown = format!("/check/{}", CheckId::from_bytes([1; 16]));
    scene.visit.forget_cookies();
    let (real, none) = (
        scene.visit.get(&page).await,
        scene.visit.get(&unknown).await,
    );
    assert_eq!((real.status, &real.body), (404, &none.body));
    assert!(!real.body.contains("Acme"));
    assert_eq!(scene.visit.other(&page).await.status, 404);
    assert_eq!(scene.visit.respond(&page).await.status, 404);
}

#[tokio::test]
async fn another_page_cannot_press_the_buttons() {
    let mut scene = Scene::set().await;
    let page = scene.arrive().await;
    scene.visit.pretend_to_be("https://evil.example");
    for step in ["begin", "respond", "other"] {
        let answer = scene.visit.post(&format!("{page}/{step}"), "").await;
        assert_eq!(answer.status, 403, "{step}");
    }
    assert_eq!(
        scene.visit.tell(&page, "asking").await.error_code(),
        "foreign_origin"
    );
}

#[tokio::test]
async fn a_server_restarted_in_the_middle_leads_to_the_other_factor() {
    let mut scene = Scene::set().await;
    let page = scene.arrive().await;
    scene.visit.get(&page).await;
    scene.server.kill();
    scene.server.resume();
    let shown = scene.visit.get(&page).await;
    assert_eq!(shown.status, 200);
    assert!(shown.body.contains("/respond"), "{}", shown.body);
    assert_eq!(
        Told::by(&scene.visit.respond(&page).await).status(),
        "AuthnFailed"
    );
    assert_eq!(scene.last_rule().await.2, "server-restarted");
    assert_eq!(scene.visit.respond(&page).await.status, 410);
}

#[tokio::test]
async fn requests_that_do_not_name_the_services_origin_wait_for_a_click() {
    let mut scene = Scene::set().await;
    for origin in [None, Some("null")] {
        let form = scene.service.by_post(&scene.service.request());
        let answer = scene.visit.post_request(&form, origin).await;
        assert_click_first(&mut scene, answer.header("location").expect("a redirect")).await;
    }
    let link = scene.service.by_redirect(&scene.service.request());
    let answer = scene.visit.get(&link).await;
    assert_click_first(&mut scene, answer.header("location").expect("a redirect")).await;
}

async fn assert_click_first(scene: &mut Scene, page: &str) {
    let shown = scene.visit.get(page).await;
    assert!(
        shown
            .body
            .contains("Continue only if you started this sign-in just now"),
        "{}",
        shown.body
    );
    assert!(shown.body.contains("Acme &#38; Sons"));
    assert!(
        !shown.body.contains("data-challenge"),
        "nothing can be asked before the click"
    );
    assert_eq!(
        scene.visit.prove(page, "anything").await.error_code(),
        "click_first"
    );
    scene.visit.post(&format!("{page}/begin"), "").await;
    assert!(scene.visit.get(page).await.body.contains("data-challenge"));
    assert_eq!(
        Told::by(&scene.visit.other(page).await).status(),
        "AuthnFailed"
    );
}

#[tokio::test]
async fn a_further_origin_of_the_service_needs_no_click() {
    let mut scene = Scene::set().await;
    let form = scene.service.by_post(&scene.service.request());
    let answer = scene
        .visit
        .post_request(&form, Some("https://login.example"))
        .await;
    let page = answer.header("location").expect("a redirect").to_owned();
    assert!(scene.visit.get(&page).await.body.contains("data-challenge"));
}

#[tokio::test]
async fn a_repeated_request_leads_to_its_first_check_while_that_is_open() {
    let mut scene = Scene::set().await;
    let form = scene.service.by_post(&scene.service.request());
    let first = scene.visit.arrive(&form).await;
    let again = scene.visit.arrive(&form).await;
    assert!(again.starts_with(&format!("{first}?again=")), "{again}");
    assert!(
        scene
            .visit
            .get(&again)
            .await
            .body
            .contains("data-challenge")
    );
}

#[tokio::test]
async fn a_repeated_request_in_another_browser_can_only_be_refused() {
    let mut scene = Scene::set().await;
    let form = scene.service.by_post(&scene.service.request());
    let first = scene.visit.arrive(&form).await;
    let mut thief = Visit::new(&scene.server);
    let again = thief.arrive(&form).await;
    let shown = thief.get(&again).await;
    assert!(
        shown.body.contains("<code>request-repeated</code>"),
        "{}",
        shown.body
    );
    let ticket = again.split_once("again=").expect("a ticket").1;
    for _ in 0..2 {
        let told = Told::by(
            &thief
                .post(&format!("{first}/other"), &format!("again={ticket}"))
                .await,
        );
        assert_eq!((told.status(), told.person()), ("AuthnFailed", None));
    }
    assert_eq!(
        scene.visit.respond(&first).await.status,
        410,
        "the request is spent"
    );
}

#[tokio::test]
async fn a_third_failure_within_two_minutes_waits_for_a_click() {
    let mut scene = Scene::set().await;
    for _ in 0..2 {
        let page = scene.arrive().await;
        assert!(scene.visit.get(&page).await.body.contains("data-challenge"));
        scene.visit.respond(&page).await;
    }
    let page = scene.arrive().await;
    let held = scene.visit.get(&page).await;
    assert!(
        held.body.contains("several times") && !held.body.contains("data-challenge"),
        "{}",
        held.body
    );
    scene.visit.post(&format!("{page}/begin"), "").await;
    assert!(scene.visit.get(&page).await.body.contains("data-challenge"));
}

#[tokio::test]
async fn of_nine_tabs_the_oldest_ends() {
    let mut scene = Scene::set().await;
    let mut pages = Vec::new();
    for _ in 0..9 {
        let page = scene.arrive().await;
        scene.visit.get(&page).await;
        pages.push(page);
    }
    assert!(
        scene
            .visit
            .get(&pages[1])
            .await
            .body
            .contains("data-challenge")
    );
    assert!(
        !scene
            .visit
            .get(&pages[0])
            .await
            .body
            .contains("data-challenge")
    );
    assert_eq!(
        Told::by(&scene.visit.respond(&pages[0]).await).status(),
        "AuthnFailed"
    );
    assert_eq!(scene.last_rule().await.2, "too-many-tabs");
}

#[tokio::test]
async fn a_passive_request_that_would_need_a_click_is_answered_no_passive() {
    let mut scene = Scene::set().await;
    let link = scene
        .service
        .by_redirect(&scene.service.request().with("IsPassive", "true"));
    let told = Told::by(&scene.visit.get(&link).await);
    assert_eq!(told.status(), "NoPassive");
    assert_eq!(scene.last_rule().await.2, "passive-needs-click");

    let form = scene
        .service
        .by_post(&scene.service.request().with("IsPassive", "true"));
    let page = scene.visit.arrive(&form).await;
    assert_eq!(
        scene.visit.tell(&page, "person-asked").await.json()["next"],
        "respond"
    );
    assert_eq!(
        Told::by(&scene.visit.respond(&page).await).status(),
        "NoPassive"
    );
}

#[tokio::test]
async fn a_class_of_authentication_that_is_never_stated_is_refused_at_once() {
    let mut scene = Scene::set().await;
    let asked = r#"<samlp:RequestedAuthnContext Comparison="exact"><saml:AuthnContextClassRef xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">urn:oasis:names:tc:SAML:2.0:ac:classes:Smartcard</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>"#;
    let form = scene
        .service
        .by_post(&scene.service.request().holding(asked));
    let told = Told::by(
        &scene
            .visit
            .post_request(&form, Some("https://sp.example"))
            .await,
    );
    assert_eq!(told.status(), "NoAuthnContext");
}

#[tokio::test]
async fn a_service_that_expects_somebody_else_is_refused_before_the_device_is_asked() {
    let mut scene = Scene::set().await;
    let mut link = scene.device.link(&scene.server, 1).await;
    let hint = r#"<saml:Subject xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><saml:NameID>bob@example.com</saml:NameID></saml:Subject>"#;
    let form = scene
        .service
        .by_post(&scene.service.request().holding(hint));
    let page = scene.visit.arrive(&form).await;
    let proof = scene.proof(&page).await;
    assert_eq!(
        scene.visit.prove(&page, &proof).await.json()["next"],
        "respond"
    );
    assert_eq!(
        Told::by(&scene.visit.respond(&page).await).status(),
        "AuthnFailed"
    );
    assert_eq!(scene.last_rule().await.2, "service-names-another");
    let silent =
        tokio::time::timeout(Duration::from_millis(200), scene.device.question(&mut link)).await;
    assert!(silent.is_err(), "the device was asked");
}

#[tokio::test]
async fn an_approval_that_cannot_be_written_down_does_not_leave() {
    let mut scene = Scene::set().await;
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive().await;
    let proof = scene.proof(&page).await;
    let (_, ()) = tokio::join!(
        scene.visit.prove(&page, &proof),
        scene.device.answer(&mut link, |_| {})
    );
    break_audit_log(&scene.server).await;
    let answer = scene.visit.respond(&page).await;
    assert_eq!(answer.status, 503);
    assert!(
        answer.body.contains("<code>not-recorded</code>") && !answer.body.contains("SAMLResponse")
    );
    let told = Told::by(&scene.visit.other(&page).await);
    assert_eq!(
        (told.status(), told.person()),
        ("AuthnFailed", None),
        "one click, and nobody is stranded"
    );
}

/// From now on no audit record can be written, as on a full disk.
async fn break_audit_log(server: &Server) {
    let address = format!("sqlite://{}", server.database().display());
    let database = sqlx::SqlitePool::connect(&address)
        .await
        .expect("the database");
    let full = "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END";
    sqlx::query(full).execute(&database).await.expect("done");
}
