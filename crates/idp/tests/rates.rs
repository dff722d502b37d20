//! Who asks too often is told so, clearly, and in the end by the other factor; and checks that nobody finished.

use selfsame_idp::{
    clock::Clock,
    random,
    secret::Secret,
    store::{NewCheck, ReplyKind},
};
use selfsame_protocol::Signer;

use crate::support::{
    Answer, Server, TestDevice,
    device::{enrolment, send_enrolment},
    scene::{ADA, Scene},
    service::TestService,
    visit::Told,
};

/// A server that lets little through.
fn strict(limits: &str) -> Server {
    let mut server = Server::stopped(&[]);
    let file = server.path().join("settings.json");
    let text = std::fs::read_to_string(&file).expect("settings");
    let mut settings: serde_json::Value = serde_json::from_str(&text).expect("json");
    settings["limits"] = serde_json::from_str(limits).expect("json");
    std::fs::write(&file, settings.to_string()).expect("written");
    server.resume();
    server
}

fn assert_too_many(server: &Server, answer: &Answer, code: &str) {
    assert_eq!(answer.status, 429, "{}", answer.body);
    assert_eq!(answer.header("retry-after"), Some("60"));
    assert!(
        answer.body.contains(&format!("<code>{code}</code>")),
        "{}",
        answer.body
    );
    let line = server.last_line();
    assert_eq!(line["action"], "request-refused");
    assert_eq!(line["details"]["why"], code);
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_so_and_nothing_is_spent() {
    let server = strict(r#"{"requests_per_address": 3}"#);
    let service = TestService::register(&server);
    let (mut visit, request) = (crate::support::Visit::new(&server), service.request());
    for _ in 0..3 {
        visit.arrive(&service.by_post(&service.request())).await;
    }
    let answer = visit
        .post_request(&service.by_post(&request), Some("https://sp.example"))
        .await;
    assert_too_many(&server, &answer, "too-many-from-address");
}

#[tokio::test]
async fn a_service_that_asks_too_often_holds_up_no_other() {
    let server = strict(r#"{"requests_per_service": 2}"#);
    let service = TestService::register(&server);
    let mut visit = crate::support::Visit::new(&server);
    for _ in 0..2 {
        visit.arrive(&service.by_post(&service.request())).await;
    }
    let form = service.by_post(&service.request());
    let answer = visit.post_request(&form, Some("https://sp.example")).await;
    assert_too_many(&server, &answer, "too-many-for-service");
}

#[tokio::test]
async fn a_person_who_is_asked_about_too_often_gets_the_other_factor_and_the_device_is_left_alone()
{
    let mut scene = Scene::set_on(strict(r#"{"checks_per_person": 1}"#)).await;
    let mut link = scene.device.link(&scene.server, 1).await;
    for (status, rule) in [
        ("Success", "all-rules-met"),
        ("AuthnFailed", "too-many-for-person"),
    ] {
        let page = scene.arrive().await;
        let proof = scene.proof(&page).await;
        let prove = scene.visit.prove(&page, &proof);
        if status == "Success" {
            tokio::join!(prove, scene.device.answer(&mut link, |_| {}));
        } else {
            prove.await;
        }
        assert_eq!(Told::by(&scene.visit.respond(&page).await).status(), status);
        assert_eq!(scene.last_rule().await.2, rule);
    }
    let page = scene.arrive().await;
    assert!(
        scene.visit.get(&page).await.body.contains("data-challenge"),
        "without presence nothing counts"
    );
}

#[tokio::test]
async fn a_check_that_nobody_finished_has_its_line_in_the_audit_log() {
    let mut server = Server::start();
    let store = server.store().await;
    let begun = |ago: i64| {
        let new = NewCheck {
            id: random::check_id(),
            service: "https://sp.example".to_owned(),
            request_id: format!("_{}", random::check_id()),
            acs: "https://sp.example/acs".to_owned(),
            relay_state: None,
            name_id_format: None,
            reply: ReplyKind::Saml,
            cookie: Secret::random().hash(),
        };
        (new, Clock::start().wall().plus(-ago))
    };
    let ((old, then), (young, now)) = (begun(16 * 60_000), begun(60_000));
    for (check, at) in [(&old, then), (&young, now)] {
        store
            .begin_check(check.clone(), at.plus(600_000), at)
            .await
            .expect("begun");
    }
    server.terminate();
    server.resume();
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let lines = server.json(&["audit", "tail", "-n", "100"]);
    let of = |check: &NewCheck| {
        let check = check.id.to_string();
        lines
            .iter()
            .filter(|line| line["details"]["check"] == *check)
            .collect::<Vec<_>>()
    };
    assert_eq!(of(&old).len(), 1);
    assert_eq!(of(&old)[0]["details"]["rule"], "abandoned");
    assert!(of(&young).is_empty(), "it may still be answered");
}

#[tokio::test]
async fn a_person_enrols_so_many_devices_a_day_and_an_ended_one_makes_no_room() {
    let server = strict(r#"{"enrolments_per_person": 2}"#);
    for host in ["desk", "desk"] {
        TestDevice::enrol_as(&server, ADA, |wanted| wanted.host_label = host.to_owned()).await;
    }
    let key = random::p256_key();
    let wanted = enrolment(&server, &server.token(ADA), key.public_key());
    let answer = send_enrolment(&server, &wanted, &key).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (403, "too_many_enrolments")
    );
    assert_eq!(server.last_line()["action"], "enrolment-refused");
    // Nobody else is held up.
    TestDevice::enrol(&server, "eve@example.com").await;
}
