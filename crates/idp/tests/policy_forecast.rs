//! Forecasts: what was really decided is decided again, by what counts now and by rules that are not applied yet.

use selfsame_idp::{
    audit::{Action, Record},
    clock::Clock,
};
use selfsame_protocol::{Level, Verdict, message::VerdictMessage};
use serde_json::{Value, json};
use sqlx::{Row, SqlitePool};

use crate::{
    policies::{sign_in, written},
    support::scene::{ADA, Scene},
};

fn unsure(verdict: &mut VerdictMessage) {
    verdict.verdict = Verdict::Unsure;
    verdict.level = None;
}

fn strong(verdict: &mut VerdictMessage) {
    verdict.level = Some(Level::Fmr1e3);
}

fn forecast(scene: &Scene, file: &[&str]) -> Value {
    let command = [&["policy", "forecast"], file].concat();
    scene.server.json(&command).remove(0)
}

#[tokio::test]
async fn what_was_decided_is_decided_again_before_a_change_is_applied() {
    let mut scene = Scene::set().await;
    sign_in(&mut scene, 1, strong).await;
    sign_in(&mut scene, 2, unsure).await;
    let now = forecast(&scene, &[]);
    assert_eq!(now["challenges"], 2);
    let at = |n: usize| &now["levels"][n];
    assert_eq!(at(0)["recognised"], json!({ "of_these": 1, "of_all": 2 }));
    assert_eq!(at(0)["reasons"], json!({ "verdict-unsure": 1 }));
    // The level was met, but the key of a test's device is in software.
    let reasons = json!({ "verdict-unsure": 1, "software-key-level": 1 });
    assert_eq!(at(1)["reasons"], reasons);
    assert_eq!(at(1)["below_half"][0]["login"], ADA);
    let rules = "[[rule]]\nname = \"all\"\nmode = \"observe\"\n";
    let changed = forecast(&scene, &[&written(&scene.server, rules)]);
    let changes = &changed["changes"];
    assert_eq!(changes["no_longer_answered"], json!({ "observe-only": 1 }));
    assert_eq!(changes["same"], 1);
    assert_eq!(changes["people"], json!([[ADA, 1]]));
    let versions = scene.server.json(&["policy", "versions"]);
    assert_eq!(versions[0], json!([]), "nothing was applied");
}

#[tokio::test]
async fn a_verdict_may_say_that_more_was_met_and_the_answer_claims_only_what_was_asked_for() {
    let mut scene = Scene::set().await;
    let (status, details) = sign_in(&mut scene, 1, strong).await;
    assert_eq!(
        (status.as_str(), &details["level"]),
        ("Success", &json!("1e-3"))
    );
}

#[tokio::test]
async fn decisions_of_before_are_counted_and_not_guessed_at() {
    let mut scene = Scene::set().await;
    sign_in(&mut scene, 1, |_| {}).await;
    let old = Record::new(ADA, Action::CheckApproved, "urn:service")
        .with(json!({ "check": "an-old-one", "verdict": "same" }));
    let store = scene.server.store().await;
    store
        .append_audit(old, Clock::start().wall())
        .await
        .expect("written");
    let now = forecast(&scene, &[]);
    assert_eq!(
        (&now["challenges"], &now["not_kept"]),
        (&json!(1), &json!(1))
    );
}

#[tokio::test]
async fn what_is_kept_of_a_decision_names_nobody_and_says_nothing_of_how_they_type() {
    let mut scene = Scene::set().await;
    sign_in(&mut scene, 1, |_| {}).await;
    let address = format!("sqlite://{}", scene.server.database().display());
    let database = SqlitePool::connect(&address).await.expect("the database");
    let row = sqlx::query("SELECT facts, person, rule, reason FROM decisions")
        .fetch_one(&database)
        .await
        .expect("a decision");
    let facts: Value = serde_json::from_str(row.get("facts")).expect("facts");
    let mut keys: Vec<_> = facts.as_object().expect("an object").keys().collect();
    keys.sort();
    let expected = [
        "demo",
        "key_storage",
        "presence",
        "said",
        "standing",
        "verdict_age_ms",
        "windows",
    ];
    assert_eq!(keys, expected);
    let said = &facts["said"];
    assert_eq!(
        *said,
        json!({ "verdict": "same", "level": "1e-2", "evidence_age": said["evidence_age"], "reasons": [] })
    );
    assert!(!facts.to_string().contains(ADA));
}
