//! Hard factors: the provider's event counts once, for a check just before it, and reaches the
//! device that proved presence in that check.

use selfsame_idp::{
    audit::{Action, Record},
    clock::Clock,
    date, random,
    store::{CheckOutcome, Consumed, Ended, NewCheck, ReplyKind},
};
use selfsame_protocol::{
    UnixMillis, jws,
    message::{Confirmed, ServerFrame},
};
use serde_json::{Value, json};

use crate::support::{Answer, Link, Server, TestDevice};

const HOOK: &str = "/v1/hooks/okta";

/// A check that ended in the other factor after the device proved presence.
async fn check_ended(server: &Server, device: &TestDevice, presence: UnixMillis) {
    let store = server.store().await;
    let new = NewCheck {
        id: random::check_id(),
        service: "https://sp.example".to_owned(),
        request_id: format!("_{}", random::check_id()),
        acs: "https://sp.example/acs".to_owned(),
        relay_state: None,
        name_id_format: None,
        reply: ReplyKind::Saml,
        cookie: selfsame_idp::secret::Secret::random().hash(),
    };
    store
        .begin_check(new.clone(), presence.plus(600_000), presence)
        .await
        .expect("begun");
    let ended = Ended {
        check: new.id,
        outcome: CheckOutcome::OtherFactor,
        reason: "unsure".to_owned(),
        presence: Some((device.id(), presence)),
        generation: Some(device.generation),
        grounds: None,
    };
    let record = Record::new("ada@example.com", Action::CheckOtherFactor, new.id);
    assert_eq!(
        store
            .consume(ended, record, presence)
            .await
            .expect("stored"),
        Consumed::Now
    );
}

fn event(id: &str, login: &str, at: UnixMillis) -> Value {
    json!({
        "eventType": "com.okta.event_hook", "eventId": format!("call-{id}"),
        "data": { "events": [{
            "uuid": id, "published": date::rfc3339(at), "eventType": "user.authentication.auth_via_mfa",
            "actor": { "type": "User", "alternateId": login }, "outcome": { "result": "SUCCESS" },
            "debugContext": { "debugData": { "factor": "OKTA_SOFT_TOKEN" } },
        }] },
    })
}

async fn report(server: &Server, event: &Value) -> Answer {
    let secret = server.json(&["hook", "show"])[0]["secret"]
        .as_str()
        .expect("a secret")
        .to_owned();
    server
        .browser()
        .post_json(HOOK, &[("authorization", &secret)], event)
        .await
}

async fn counted(server: &Server, event: &Value) -> u64 {
    let answer = report(server, event).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["counted"].as_u64().expect("a number")
}

async fn confirmed(link: &mut Link, device: &TestDevice) -> Confirmed {
    match link.frame().await {
        ServerFrame::Confirmed { jws } => {
            jws::verify(&device.enrolled.challenge_keys, &jws).expect("signed by a pinned key")
        }
        other => panic!("not confirmed but {other:?}"),
    }
}

#[tokio::test]
async fn the_address_verifies_itself_to_okta() {
    let server = Server::start();
    let answer = server
        .browser()
        .get(HOOK, &[("x-okta-verification-challenge", "abc")])
        .await;
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({ "verification": "abc" }))
    );
    assert_eq!(
        server.browser().get(HOOK, &[]).await.error_code(),
        "no_challenge"
    );
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_written_down() {
    let server = Server::start();
    let now = Clock::start().wall();
    let body = event("e-1", "ada@example.com", now);
    for headers in [&[("authorization", "guess")][..], &[]] {
        let answer = server.browser().post_json(HOOK, headers, &body).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (401, "wrong_secret")
        );
    }
    assert!(server.audit_actions().contains(&"hook-refused".to_owned()));
}

#[tokio::test]
async fn a_factor_after_a_check_is_confirmed_to_the_device_that_was_there() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let mut link = device.link(&server, 1).await;
    let now = Clock::start().wall();
    check_ended(&server, &device, now.plus(-60_000)).await;
    assert_eq!(
        counted(&server, &event("e-1", "ADA@example.com", now)).await,
        1
    );
    let confirmed = confirmed(&mut link, &device).await;
    assert_eq!(confirmed.device, device.id());
    assert_eq!(confirmed.generation, device.generation);
    assert_eq!(confirmed.iss, server.origin());
    assert_eq!(confirmed.window.to_string(), date::day(now));
    assert!(
        server
            .audit_actions()
            .contains(&"hard-factor-seen".to_owned())
    );
}

#[tokio::test]
async fn a_repeated_event_counts_once_even_when_another_check_would_fit() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let now = Clock::start().wall();
    check_ended(&server, &device, now.plus(-60_000)).await;
    check_ended(&server, &device, now.plus(-50_000)).await;
    let body = event("e-1", "ada@example.com", now);
    assert_eq!(counted(&server, &body).await, 1);
    assert_eq!(counted(&server, &body).await, 0);
    assert_eq!(
        counted(&server, &event("e-2", "ada@example.com", now)).await,
        1
    );
    assert_eq!(
        counted(&server, &event("e-3", "ada@example.com", now)).await,
        0
    );
}

#[tokio::test]
async fn an_event_later_than_five_minutes_or_before_the_check_does_not_count() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let now = Clock::start().wall();
    check_ended(&server, &device, now.plus(-301_000)).await;
    assert_eq!(
        counted(&server, &event("late", "ada@example.com", now)).await,
        0
    );
    assert_eq!(
        counted(
            &server,
            &event("early", "ada@example.com", now.plus(-400_000))
        )
        .await,
        0
    );
    // A provider whose clock is ahead cannot stretch the five minutes either.
    assert_eq!(
        counted(
            &server,
            &event("ahead", "ada@example.com", now.plus(60_000))
        )
        .await,
        0
    );
    assert_eq!(
        counted(
            &server,
            &event("in-time", "ada@example.com", now.plus(-100_000))
        )
        .await,
        1
    );
}

#[tokio::test]
async fn another_persons_factor_does_not_count() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    TestDevice::enrol(&server, "eve@example.com").await;
    let now = Clock::start().wall();
    check_ended(&server, &device, now.plus(-1_000)).await;
    assert_eq!(
        counted(&server, &event("e-1", "eve@example.com", now)).await,
        0
    );
}

#[tokio::test]
async fn a_device_that_was_away_is_told_when_it_comes_back_and_again_after_that() {
    let mut server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let now = Clock::start().wall();
    check_ended(&server, &device, now.plus(-1_000)).await;
    assert_eq!(
        counted(&server, &event("e-1", "ada@example.com", now)).await,
        1
    );
    server.kill();
    server.resume();
    for counter in 1..=2 {
        let mut link = device.link(&server, counter).await;
        let confirmed = confirmed(&mut link, &device).await;
        assert_eq!(confirmed.generation, device.generation);
        drop(link);
    }
}

#[tokio::test]
async fn a_demonstration_counts_sign_ins_in_place_of_days() {
    let server = Server::start_with(&["--demo"]);
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let mut link = device.link(&server, 1).await;
    let now = Clock::start().wall();
    for n in 1..=2 {
        check_ended(&server, &device, now.plus(-1_000)).await;
        counted(&server, &event(&format!("e-{n}"), "ada@example.com", now)).await;
        assert_eq!(
            confirmed(&mut link, &device).await.window.to_string(),
            format!("demo-{n}")
        );
    }
}
