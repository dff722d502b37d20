//! What is set for one SAML service: the form of names, what is signed, how far its clock may be off.

use std::time::Duration;

use selfsame_idp::clock::Clock;
use selfsame_saml::Timestamp;

use crate::support::{
    Answer,
    scene::Scene,
    service::{ENTITY, TestService},
    visit::Told,
};

const EMAIL: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

impl Scene {
    /// Sets something for the service, and waits until the running server has seen it.
    async fn change(&self, what: &[&str]) {
        let done = self.server.cli(&[&["sp", "set", ENTITY], what].concat());
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        tokio::time::sleep(Duration::from_millis(1_100)).await;
    }

    async fn told(&mut self, children: &str, counter: u64) -> Told {
        let mut link = self.device.link(&self.server, counter).await;
        let form = self
            .service
            .by_post(&self.service.request().holding(children));
        let page = self.visit.arrive(&form).await;
        self.recognised(&page, &mut link).await;
        Told::by(&self.visit.respond(&page).await)
    }

    async fn send_aged(&mut self, seconds: i64) -> Answer {
        let made = Clock::start().wall().0 - seconds * 1_000;
        let instant = Timestamp::from_unix_millis(made).to_string();
        let form = self
            .service
            .by_post(&self.service.request().with("IssueInstant", &instant));
        self.visit
            .post_request(&form, Some("https://sp.example"))
            .await
    }
}

#[tokio::test]
async fn a_name_has_the_form_that_is_set_unless_the_request_asks_for_another() {
    let mut scene = Scene::set().await;
    scene.change(&["--name-id", "email"]).await;
    let told = scene.told("", 1).await;
    assert!(
        told.xml.contains(&format!("Format=\"{EMAIL}\"")),
        "{}",
        told.xml
    );
    let asked = format!(r#"<samlp:NameIDPolicy Format="{PERSISTENT}"></samlp:NameIDPolicy>"#);
    let told = scene.told(&asked, 2).await;
    assert!(
        told.xml.contains(&format!("Format=\"{PERSISTENT}\"")),
        "{}",
        told.xml
    );
}

#[tokio::test]
async fn what_is_signed_can_be_set_but_not_against_the_services_own_wish() {
    let mut scene = Scene::set().await;
    scene.change(&["--signed", "assertion"]).await;
    let told = scene.told("", 1).await;
    let (before_assertion, rest) = told
        .xml
        .split_once("<saml:Assertion ")
        .expect("an assertion");
    assert!(!before_assertion.contains("<ds:Signature") && rest.contains("<ds:Signature"));

    let refused = scene
        .server
        .cli(&["sp", "set", ENTITY, "--signed", "response"]);
    assert!(!refused.status.success());
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(words.contains("asks for signed assertions"), "{words}");
}

#[tokio::test]
async fn a_request_may_be_as_old_as_the_clock_skew_that_is_set_allows() {
    let mut scene = Scene::set().await;
    assert_eq!(scene.send_aged(170).await.status, 303);
    assert_eq!(scene.send_aged(230).await.status, 400);
    scene.change(&["--clock-skew", "120"]).await;
    assert_eq!(scene.send_aged(230).await.status, 303);
    scene.change(&["--clock-skew", "0"]).await;
    assert_eq!(scene.send_aged(170).await.status, 400);
}

#[tokio::test]
async fn an_administrator_is_shown_what_to_compare_before_answers_leave() {
    let server = crate::support::Server::start();
    TestService::register_for_observation(&server);
    let shown = server.cli(&["sp", "show", ENTITY]);
    let text = String::from_utf8_lossy(&shown.stdout).into_owned();
    for part in [
        ENTITY,
        "Answers go to: https://sp.example/acs",
        "Signs requests with: ",
        "signed: both, clock skew 60 s",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let values = server.cli(&["metadata", "values"]);
    let text = String::from_utf8_lossy(&values.stdout).into_owned();
    for part in [
        "Issuer: ",
        "/metadata",
        "Sign-in URL: ",
        "/saml/sso",
        "Certificate: ",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}
