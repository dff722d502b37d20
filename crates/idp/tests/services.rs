//! What is set for a service: observation and its way out, what an answer must be worth, and links.

use serde_json::json;

use crate::support::{
    Server,
    scene::{ADA, Scene},
    service::{ENTITY, TestService},
    visit::Told,
};

/// A sign-in in which presence and verdict agree; the page that carries the answer.
async fn recognised(scene: &mut Scene, counter: u64) -> crate::support::Answer {
    let mut link = scene.device.link(&scene.server, counter).await;
    let page = scene.arrive().await;
    scene.both_legs(&page, &mut link).await;
    scene.visit.respond(&page).await
}

async fn observed() -> Scene {
    let mut scene = Scene::set().await;
    set(&scene.server, &["--mode", "observe"]);
    // A service is looked up again after a second.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    scene.visit.forget_cookies();
    scene
}

fn set(server: &Server, options: &[&str]) {
    let output = server.cli(&[&["sp", "set", ENTITY], options].concat());
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn refused(server: &Server, command: &[&str]) -> String {
    let output = server.cli(command);
    assert_eq!(output.status.code(), Some(1), "{command:?}");
    String::from_utf8(output.stderr).expect("text")
}

#[test]
fn a_new_service_is_only_observed() {
    let server = Server::start();
    TestService::register_for_observation(&server);
    let shown = &server.json(&["sp", "show", ENTITY])[0];
    assert_eq!(shown["settings"]["mode"], "observe");
    let said = refused(&server, &["sp", "set", ENTITY, "--mode", "assist"]);
    assert!(
        said.contains("other-person") && said.contains("sp test start"),
        "{said}"
    );
}

#[tokio::test]
async fn in_observation_everything_is_decided_and_nobody_is_answered_for() {
    let mut scene = observed().await;
    let told = Told::by(&recognised(&mut scene, 1).await);
    assert_eq!((told.status(), told.person()), ("AuthnFailed", None));
    let line = scene.server.last_line();
    assert_eq!(line["action"], "check-other-factor");
    assert_eq!(line["actor"], ADA);
    assert_eq!(line["details"]["rule"], "observe-only");
    assert_eq!(line["details"]["would"], "approved");
    assert_eq!(line["details"]["verdict"], "same");
}

#[tokio::test]
async fn a_service_leaves_observation_by_two_recorded_tests() {
    let mut scene = observed().await;
    let server = |scene: &Scene, command: &[&str]| {
        let output = scene.server.cli(command);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    for (counter, kind) in [(1, "other-person"), (2, "other-browser")] {
        let result = ["sp", "test", "result", ENTITY, "--kind", kind, "refused"];
        assert!(
            refused(&scene.server, &result).contains("sp test start"),
            "nothing was answered yet"
        );
        server(
            &scene,
            &["sp", "test", "start", ENTITY, "--kind", kind, "--user", ADA],
        );
        let answer = recognised(&mut scene, counter).await;
        let told = Told::by(&answer);
        assert_eq!((told.status(), told.person()), ("Success", Some(ADA)));
        let saved = answer.header("content-disposition").is_some();
        assert_eq!(
            saved,
            kind == "other-browser",
            "a file for the other browser"
        );
        server(&scene, &result);
        assert_eq!(
            scene
                .server
                .cli(&["sp", "set", ENTITY, "--mode", "assist"])
                .status
                .success(),
            saved
        );
    }
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let told = Told::by(&recognised(&mut scene, 3).await);
    assert_eq!((told.status(), told.person()), ("Success", Some(ADA)));
}

#[tokio::test]
async fn a_test_answers_once_and_only_for_its_person() {
    let mut scene = observed().await;
    scene.server.token("eve@example.com");
    let start = [
        "sp",
        "test",
        "start",
        ENTITY,
        "--kind",
        "other-person",
        "--user",
    ];
    assert!(
        scene
            .server
            .cli(&[&start[..], &["eve@example.com"]].concat())
            .status
            .success()
    );
    assert_eq!(
        Told::by(&recognised(&mut scene, 1).await).status(),
        "AuthnFailed"
    );
    assert!(
        scene
            .server
            .cli(&[&start[..], &[ADA]].concat())
            .status
            .success()
    );
    assert_eq!(
        Told::by(&recognised(&mut scene, 2).await).status(),
        "Success"
    );
    let mut other_browser = Scene {
        visit: crate::support::Visit::new(&scene.server),
        ..scene
    };
    assert_eq!(
        Told::by(&recognised(&mut other_browser, 3).await).status(),
        "AuthnFailed"
    );
}

#[test]
fn a_service_that_let_a_test_in_is_not_answered() {
    let server = Server::start();
    TestService::register_for_observation(&server);
    let said = refused(
        &server,
        &[
            "sp",
            "test",
            "result",
            ENTITY,
            "--kind",
            "other-person",
            "signed-in",
        ],
    );
    assert!(said.contains("no answer of a test other-person"), "{said}");
    let said = refused(
        &server,
        &[
            "sp",
            "test",
            "start",
            ENTITY,
            "--kind",
            "other-person",
            "--user",
            "nobody@x.example",
        ],
    );
    assert!(said.contains("nobody here is called"), "{said}");
}

#[test]
fn leaving_observation_without_the_tests_takes_a_reason_that_is_recorded() {
    let server = Server::start();
    TestService::register_for_observation(&server);
    refused(
        &server,
        &[
            "sp",
            "set",
            ENTITY,
            "--mode",
            "assist",
            "--without-tests",
            " ",
        ],
    );
    set(
        &server,
        &[
            "--mode",
            "assist",
            "--without-tests",
            "tested on the staging tenant",
        ],
    );
    let line = server.last_line();
    assert_eq!(line["action"], "service-changed");
    assert_eq!(
        line["details"]["without_tests"],
        "tested on the staging tenant"
    );
    assert_eq!(
        (
            &line["details"]["old"]["mode"],
            &line["details"]["new"]["mode"]
        ),
        (&json!("observe"), &json!("assist"))
    );
}

#[test]
fn replacing_a_services_metadata_keeps_what_was_set_for_it() {
    let server = Server::start();
    TestService::register(&server);
    set(&server, &["--redirect", "refused"]);
    TestService::register_for_observation(&server);
    let settings = &server.json(&["sp", "show", ENTITY])[0]["settings"];
    assert_eq!(
        (&settings["mode"], &settings["redirect"]),
        (&json!("assist"), &json!("refused"))
    );
}

#[tokio::test]
async fn a_service_that_only_posts_is_not_signed_in_to_by_a_link() {
    let mut scene = Scene::set().await;
    set(&scene.server, &["--redirect", "refused"]);
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let link = scene.service.by_redirect(&scene.service.request());
    let answer = scene.visit.get(&link).await;
    assert_eq!(answer.status, 403);
    assert!(
        answer.body.contains("<code>link-not-allowed</code>"),
        "{}",
        answer.body
    );
    let line = scene.server.last_line();
    assert_eq!(
        (&line["action"], &line["details"]["why"]),
        (&json!("request-refused"), &json!("link-not-allowed"))
    );
    assert!(scene.arrive().await.starts_with("/check/"), "posts go on");
}

#[tokio::test]
async fn a_stricter_policy_is_asked_of_the_device_and_recorded_with_what_it_was() {
    let mut scene = Scene::set().await;
    let changed = &scene.server.json(&[
        "policy",
        "set",
        ENTITY,
        "--level",
        "1e-3",
        "--evidence-within",
        "10",
    ])[0];
    assert!(
        changed["notes"].to_string().contains("hardware"),
        "{changed}"
    );
    let line = scene.server.last_line();
    assert_eq!(line["action"], "policy-changed");
    assert_eq!(
        (
            &line["details"]["old"]["level"],
            &line["details"]["new"]["level"]
        ),
        (&json!("1e-2"), &json!("1e-3"))
    );
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive().await;
    let proof = scene.proof(&page).await;
    let (_, question) = tokio::join!(scene.visit.prove(&page, &proof), async {
        let question = scene.device.question(&mut link).await;
        let mut verdict = scene.device.same(&question);
        verdict.level = Some(question.level);
        let jws = scene.device.sign(&verdict);
        link.say(&selfsame_protocol::message::DeviceFrame::Verdict { jws })
            .await;
        question
    });
    assert_eq!(
        (question.level, question.max_evidence_age_s),
        (selfsame_protocol::Level::Fmr1e3, 10)
    );
    assert_eq!(
        Told::by(&scene.visit.respond(&page).await).status(),
        "AuthnFailed"
    );
    assert_eq!(scene.last_rule().await.2, "software-key-level");
}

#[test]
fn a_policy_cannot_ask_for_less() {
    let server = Server::start();
    TestService::register(&server);
    for option in [
        ["--evidence-within", "61"],
        ["--level", "1e-1"],
        ["--keys", "none"],
    ] {
        let output = server.cli(&[&["policy", "set", ENTITY][..], &option].concat());
        assert_eq!(output.status.code(), Some(2), "{option:?}");
    }
    let said = String::from_utf8(server.cli(&["policy", "show"]).stdout).expect("text");
    assert!(
        said.contains("no injected input") && said.contains("level 1e-2"),
        "{said}"
    );
}
