//! From the proof to the answer: what the service is told, and when. A browser, a service and a
//! device that speak the real protocol to the real program.

use std::time::{Duration, Instant};

use selfsame_protocol::{Reason, Verdict};

use crate::support::{
    Server,
    scene::{ADA, Scene},
    service::ACS,
    visit::{Told, Visit},
};

#[tokio::test]
async fn the_person_is_signed_in_when_presence_and_verdict_agree() {
    let mut scene = Scene::set().await;
    let mut link = scene.device.link(&scene.server, 1).await;
    let request = scene.service.request();
    let page = scene.visit.arrive(&scene.service.by_post(&request)).await;
    let next = scene.both_legs(&page, &mut link).await;
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
        assert!(
            answer.body.contains(r#"href="https://sp.example/""#)
                && answer.body.contains("Back to Acme &#38; Sons"),
            "no dead end: {}",
            answer.body
        );
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
    scene.both_legs(&page, &mut link).await;
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
    scene.both_legs(&page, &mut link).await;
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
    scene.both_legs(&page, &mut link).await;
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
