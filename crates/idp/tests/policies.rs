//! Rules: which one decides, what it is recorded as, and how versions come and go.

use selfsame_protocol::{Verdict, message::VerdictMessage};
use serde_json::Value;

use crate::support::{
    Server,
    scene::{ADA, Scene},
    visit::Told,
};

const OBSERVE_CONTRACTORS: &str =
    "[[rule]]\nname = \"contractors\"\ngroups = [\"contractors\"]\nmode = \"observe\"\n";

fn run(server: &Server, command: &[&str]) {
    let output = server.cli(command);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command:?}: {said}");
}

fn refused(server: &Server, command: &[&str]) -> String {
    let output = server.cli(command);
    assert_eq!(output.status.code(), Some(1), "{command:?}");
    String::from_utf8(output.stderr).expect("text")
}

/// Writes a file of rules; its path.
pub(crate) fn written(server: &Server, rules: &str) -> String {
    let file = server.path().join("rules.toml");
    std::fs::write(&file, rules).expect("written");
    file.to_str().expect("text").to_owned()
}

fn apply(server: &Server, rules: &str, options: &[&str]) {
    let file = written(server, rules);
    run(server, &[&["policy", "apply", &file], options].concat());
}

/// What was changed counts after a second.
async fn a_moment() {
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
}

/// A sign-in at which the device says what `change` makes of `same`: the status, and the details of the audit line.
pub(crate) async fn sign_in(
    scene: &mut Scene,
    counter: u64,
    change: impl FnOnce(&mut VerdictMessage),
) -> (String, Value) {
    let mut link = scene.device.link(&scene.server, counter).await;
    let page = scene.arrive().await;
    let proof = scene.proof(&page).await;
    let (_, ()) = tokio::join!(
        scene.visit.prove(&page, &proof),
        scene.device.answer(&mut link, change)
    );
    let told = Told::by(&scene.visit.respond(&page).await);
    // Three failures in two minutes would hold the fourth up.
    scene.visit.forget_cookies();
    (told.status().to_owned(), scene.last().1)
}

#[tokio::test]
async fn a_rule_about_a_group_decides_and_is_written_down() {
    let mut scene = Scene::set().await;
    apply(&scene.server, OBSERVE_CONTRACTORS, &[]);
    let (status, details) = sign_in(&mut scene, 1, |_| {}).await;
    assert_eq!(status, "Success");
    assert_eq!(details["policy"]["version"], 1);
    assert_eq!(details["policy"]["rule"], Value::Null);
    run(&scene.server, &["user", "group", "add", ADA, "Contractors"]);
    let (status, details) = sign_in(&mut scene, 2, |_| {}).await;
    assert_eq!(status, "AuthnFailed");
    assert_eq!(details["rule"], "observe-only");
    assert_eq!(details["would"], "approved");
    assert_eq!(details["policy"]["rule"], "contractors");
    run(
        &scene.server,
        &["user", "group", "remove", ADA, "contractors"],
    );
    assert_eq!(sign_in(&mut scene, 3, |_| {}).await.0, "Success");
}

#[tokio::test]
async fn a_rule_tells_the_device_what_it_asks_for() {
    let mut scene = Scene::set().await;
    apply(
        &scene.server,
        "[[rule]]\nname = \"here\"\nnetworks = [\"127.0.0.0/8\", \"::1\"]\nlevel = \"1e-3\"\nevidence-within = 7\n",
        &[],
    );
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive().await;
    let proof = scene.proof(&page).await;
    let asked = async {
        let request = scene.device.question(&mut link).await;
        let verdict = scene.device.same(&request);
        link.say(&selfsame_protocol::message::DeviceFrame::Verdict {
            jws: scene.device.sign(&verdict),
        })
        .await;
        request
    };
    let (_, asked) = tokio::join!(scene.visit.prove(&page, &proof), asked);
    assert_eq!(asked.level, selfsame_protocol::Level::Fmr1e3);
    assert_eq!(asked.max_evidence_age_s, 7);
    scene.visit.respond(&page).await;
    // A test's device always says that it met 1e-2.
    assert_eq!(scene.last().1["rule"], "level-not-met");
}

#[tokio::test]
async fn after_somebody_else_typed_an_enforced_device_waits_for_the_other_factor() {
    let mut scene = Scene::set().await;
    apply(
        &scene.server,
        "[[rule]]\nname = \"enforced\"\nmode = \"enforce\"\n",
        &[],
    );
    let different = |verdict: &mut VerdictMessage| {
        verdict.verdict = Verdict::Different;
        verdict.level = None;
    };
    assert_eq!(
        sign_in(&mut scene, 1, different).await.1["rule"],
        "verdict-different"
    );
    let (status, details) = sign_in(&mut scene, 2, |_| {}).await;
    assert_eq!(
        (status.as_str(), details["rule"].as_str()),
        ("AuthnFailed", Some("held-until-hard-factor"))
    );
    scene.device.trust(&scene.server).await;
    assert_eq!(sign_in(&mut scene, 3, |_| {}).await.0, "Success");
}

#[tokio::test]
async fn a_person_is_answered_for_as_often_in_a_day_as_the_cap_says() {
    let mut scene = Scene::set().await;
    apply(
        &scene.server,
        "[[rule]]\nname = \"capped\"\ndaily-cap = 2\n",
        &[],
    );
    assert_eq!(sign_in(&mut scene, 1, |_| {}).await.0, "Success");
    let unsure = |verdict: &mut VerdictMessage| {
        verdict.verdict = Verdict::Unsure;
        verdict.level = None;
    };
    // What was not answered does not count.
    assert_eq!(sign_in(&mut scene, 2, unsure).await.0, "AuthnFailed");
    assert_eq!(sign_in(&mut scene, 3, |_| {}).await.0, "Success");
    let (status, details) = sign_in(&mut scene, 4, |_| {}).await;
    assert_eq!(
        (status.as_str(), details["rule"].as_str()),
        ("AuthnFailed", Some("daily-cap"))
    );
}

#[tokio::test]
async fn rules_are_rolled_out_to_a_share_of_the_people_and_rolled_back_in_one_command() {
    let mut scene = Scene::set().await;
    let everybody = "[[rule]]\nname = \"everybody\"\nmode = \"observe\"\n";
    apply(&scene.server, everybody, &["--percent", "0"]);
    assert_eq!(sign_in(&mut scene, 1, |_| {}).await.0, "Success");
    run(&scene.server, &["policy", "roll-out", "100"]);
    a_moment().await;
    assert_eq!(sign_in(&mut scene, 2, |_| {}).await.0, "AuthnFailed");
    run(&scene.server, &["policy", "rollback", "0"]);
    a_moment().await;
    assert_eq!(sign_in(&mut scene, 3, |_| {}).await.0, "Success");
    run(&scene.server, &["policy", "rollback", "1"]);
    let line = scene.server.last_line();
    assert_eq!(line["action"], "policy-rolled-back");
    assert_eq!(line["details"]["back_to"], 1);
    assert_eq!(
        line["details"]["difference"]["added"][0]["name"],
        "everybody"
    );
    let versions = &scene.server.json(&["policy", "versions"])[0];
    let numbers: Vec<_> = versions
        .as_array()
        .expect("a list")
        .iter()
        .map(|version| version["version"].as_i64())
        .collect();
    assert_eq!(numbers, [Some(3), Some(2), Some(1)]);
    assert_eq!(versions[0]["document"], everybody);
    assert!(refused(&scene.server, &["policy", "rollback", "9"]).contains("policy versions"));
}

#[test]
fn a_mistake_in_a_file_changes_nothing_and_is_told_with_its_line() {
    let server = Server::stopped(&[]);
    let file = written(&server, "[[rule]]\nname = \"a\"\nlevels = \"1e-3\"\n");
    for command in ["check", "apply"] {
        let said = refused(&server, &["policy", command, &file]);
        assert!(
            said.contains("line 3") && said.contains("`level`"),
            "{said}"
        );
    }
    assert_eq!(
        server.json(&["policy", "versions"])[0],
        serde_json::json!([])
    );
}

#[test]
fn a_check_names_what_stands_for_nothing_here() {
    let server = Server::stopped(&[]);
    let rules = "[[rule]]\nname = \"a\"\nservices = [\"urn:gone\"]\ngroups = [\"nobody\"]\nmode = \"observe\"\n";
    let checked = &server.json(&["policy", "check", &written(&server, rules)])[0];
    let notes = checked["notes"].to_string();
    assert!(
        notes.contains("urn:gone") && notes.contains("nobody"),
        "{notes}"
    );
    assert_eq!(checked["rules"][0]["services"][0], "urn:gone");
}

#[tokio::test]
async fn rules_that_this_program_cannot_read_let_nobody_through() {
    let mut scene = Scene::set().await;
    apply(&scene.server, OBSERVE_CONTRACTORS, &[]);
    let store = scene.server.store().await;
    let newer = selfsame_idp::store::StoredPolicy {
        version: 2,
        document: "from = \"a newer program\"".to_owned(),
        percent: 100,
        applied: selfsame_protocol::UnixMillis(0),
    };
    let record = selfsame_idp::audit::Record::new(
        "test",
        selfsame_idp::audit::Action::PolicyApplied,
        "policy 2",
    );
    let added = store
        .add_policy(&newer, record, selfsame_protocol::UnixMillis(0))
        .await;
    assert!(matches!(added, Ok(true)));
    let _link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive().await;
    let proof = scene.proof(&page).await;
    let told = scene.visit.prove(&page, &proof).await;
    assert_ne!(told.status, 200, "{}", told.body);
    let told = Told::by(&scene.visit.respond(&page).await);
    assert_eq!((told.status(), told.person()), ("AuthnFailed", None));
}
