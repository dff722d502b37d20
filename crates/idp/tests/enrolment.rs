//! Enrolment: a token is spent once, on a key that the asker holds.

use selfsame_idp::{
    audit::{Action, Record},
    clock::Clock,
    random,
    secret::Secret,
    store::{Login, NewToken},
};
use selfsame_protocol::{Origin, Signer};
use serde_json::json;

use crate::support::{
    Server, TestDevice,
    device::{enrolment, send_enrolment},
};

#[tokio::test]
async fn a_token_enrols_a_device_for_its_person() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    assert_eq!(device.enrolled.person, "ada@example.com");
    assert_eq!(device.enrolled.origin, server.origin());
    assert_ne!(
        device.enrolled.challenge_keys[0],
        device.enrolled.challenge_keys[1]
    );
    let listed = &server.json(&["device", "list"])[0][0];
    assert_eq!(listed["id"], json!(device.id()));
    assert_eq!(listed["user"], "ada@example.com");
    assert_eq!(listed["standing"], "active");
    assert_eq!(listed["key_storage"], "software");
}

#[tokio::test]
async fn a_used_token_is_refused_as_used() {
    let server = Server::start();
    let token = server.token("ada@example.com");
    let (first, second) = (random::p256_key(), random::p256_key());
    let answer = send_enrolment(
        &server,
        &enrolment(&server, &token, first.public_key()),
        &first,
    )
    .await;
    assert_eq!(answer.status, 200);
    let answer = send_enrolment(
        &server,
        &enrolment(&server, &token, second.public_key()),
        &second,
    )
    .await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (403, "token_used")
    );
    assert!(
        server
            .audit_actions()
            .contains(&"enrolment-refused".to_owned())
    );
}

#[tokio::test]
async fn one_token_tried_by_many_at_once_enrols_one() {
    let server = Server::start();
    let token = server.token("ada@example.com");
    let attempts = (0..8).map(|_| async {
        let key = random::p256_key();
        send_enrolment(&server, &enrolment(&server, &token, key.public_key()), &key)
            .await
            .status
    });
    let statuses = futures_util::future::join_all(attempts).await;
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|status| **status == 403).count(),
        7,
        "{statuses:?}"
    );
}

#[tokio::test]
async fn an_unknown_token_is_refused_as_unknown() {
    let server = Server::start();
    let key = random::p256_key();
    let answer = send_enrolment(
        &server,
        &enrolment(&server, "sse_guess", key.public_key()),
        &key,
    )
    .await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (403, "token_unknown")
    );
}

#[tokio::test]
async fn an_expired_token_is_refused_as_expired() {
    let server = Server::start();
    let (token, now) = (Secret::enrolment_token(), Clock::start().wall());
    let expired = NewToken {
        hash: token.hash(),
        login: Login::parse("ada@example.com").expect("a login"),
        uses: 1,
        expires: now.plus(-1),
    };
    let record = Record::new("cli", Action::TokenCreated, "ada@example.com");
    server
        .store()
        .await
        .add_token(&expired, record, now)
        .await
        .expect("stored");
    let key = random::p256_key();
    let answer = send_enrolment(
        &server,
        &enrolment(&server, token.expose(), key.public_key()),
        &key,
    )
    .await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (403, "token_expired")
    );
}

#[tokio::test]
async fn a_key_that_the_asker_does_not_hold_is_refused_and_spends_nothing() {
    let server = Server::start();
    let token = server.token("ada@example.com");
    let (theirs, mine) = (random::p256_key(), random::p256_key());
    let forged = enrolment(&server, &token, theirs.public_key());
    let answer = send_enrolment(&server, &forged, &mine).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (400, "bad_signature")
    );
    assert_eq!(send_enrolment(&server, &forged, &theirs).await.status, 200);
}

#[tokio::test]
async fn an_enrolment_meant_for_another_server_is_refused() {
    let server = Server::start();
    let key = random::p256_key();
    let mut astray = enrolment(&server, &server.token("ada@example.com"), key.public_key());
    astray.server = Origin::parse("https://elsewhere.example").expect("an origin");
    let answer = send_enrolment(&server, &astray, &key).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (403, "wrong_server")
    );
}

#[tokio::test]
async fn a_demonstration_build_is_enrolled_only_in_demonstration_mode() {
    let server = Server::start();
    let key = random::p256_key();
    let mut demo = enrolment(&server, &server.token("ada@example.com"), key.public_key());
    demo.demo = true;
    let answer = send_enrolment(&server, &demo, &key).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (403, "demo_refused")
    );

    let server = Server::start_with(&["--demo"]);
    TestDevice::enrol_as(&server, "ada@example.com", |enrolment| {
        enrolment.demo = true
    })
    .await;
    assert_eq!(server.json(&["device", "list"])[0][0]["demo"], true);
}

#[tokio::test]
async fn a_person_may_have_five_devices_and_not_six() {
    let server = Server::start();
    for n in 0..5 {
        TestDevice::enrol_as(&server, "ada@example.com", |enrolment| {
            enrolment.host_label = format!("desk {n}");
        })
        .await;
    }
    let key = random::p256_key();
    let sixth = enrolment(&server, &server.token("ADA@example.com"), key.public_key());
    let answer = send_enrolment(&server, &sixth, &key).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (403, "too_many_devices")
    );
    TestDevice::enrol(&server, "grace@example.com").await;
}

#[tokio::test]
async fn a_computer_that_enrols_again_takes_the_place_of_what_it_was() {
    let server = Server::start();
    let earlier = TestDevice::enrol(&server, "ada@example.com").await;
    let mut link = earlier.link(&server, 1).await;
    TestDevice::enrol_as(&server, "ada@example.com", |enrolment| {
        enrolment.host_label = "laptop".to_owned();
    })
    .await;
    TestDevice::enrol(&server, "grace@example.com").await;
    let again = TestDevice::enrol(&server, "ada@example.com").await;
    assert_eq!(
        link.until_closed().await,
        Some(selfsame_protocol::message::Closing::Revoked)
    );
    let devices = &server.json(&["device", "list"])[0];
    let revoked: Vec<_> = devices
        .as_array()
        .expect("a list")
        .iter()
        .filter(|device| device["standing"] == "revoked")
        .collect();
    assert_eq!(revoked.len(), 1, "no other computer and nobody else's");
    assert_eq!(revoked[0]["id"], earlier.id().to_string());
    let lines = server.json(&["audit", "tail", "-n", "2"]);
    assert_eq!(lines[0]["action"], "device-revoked");
    assert_eq!(lines[0]["details"]["why"], "enrolled-again");
    assert_eq!(lines[0]["details"]["by"], again.id().to_string());
    assert_eq!(lines[1]["action"], "device-enrolled");
}

#[tokio::test]
async fn a_key_is_enrolled_once() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let again = enrolment(
        &server,
        &server.token("eve@example.com"),
        device.key.public_key(),
    );
    let answer = send_enrolment(&server, &again, &device.key).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (403, "key_known")
    );
}

#[tokio::test]
async fn what_is_no_enrolment_gets_a_clear_error() {
    let server = Server::start();
    let browser = server.browser();
    for body in [
        json!({}),
        json!({ "v": 1, "enrolment": "a.b.c" }),
        json!({ "v": 1, "enrolment": "x", "more": 1 }),
    ] {
        let answer = browser.post_json("/v1/enrol", &[], &body).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (400, "bad_request"),
            "{body}"
        );
    }
    let answer = browser
        .post_json("/v1/enrol", &[], &json!({ "v": 2, "enrolment": "a.b.c" }))
        .await;
    assert_eq!(answer.error_code(), "unknown_version");
    let answer = browser.post_form("/v1/enrol", &[], "v=1").await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (400, "bad_request")
    );
}

#[tokio::test]
async fn no_token_is_found_in_the_database_or_the_audit_log() {
    let mut server = Server::start();
    let token = server.token("ada@example.com");
    let key = random::p256_key();
    send_enrolment(&server, &enrolment(&server, &token, key.public_key()), &key).await;
    server.terminate();
    for entry in std::fs::read_dir(server.path()).expect("files") {
        let file = entry.expect("a file").path();
        if file.is_file() {
            let bytes = std::fs::read(&file).expect("bytes");
            let found = bytes
                .windows(token.len())
                .any(|window| window == token.as_bytes());
            assert!(!found, "{}", file.display());
        }
    }
}

#[tokio::test]
async fn an_enrolment_that_cannot_be_written_down_spends_nothing() {
    let server = Server::start();
    let token = server.token("ada@example.com");
    let address = format!("sqlite://{}", server.database().display());
    let database = sqlx::SqlitePool::connect(&address)
        .await
        .expect("the database");
    sqlx::query(
        "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    )
    .execute(&database)
    .await
    .expect("a trigger");
    let key = random::p256_key();
    let wanted = enrolment(&server, &token, key.public_key());
    let answer = send_enrolment(&server, &wanted, &key).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (503, "store_unavailable")
    );
    sqlx::query("DROP TRIGGER full")
        .execute(&database)
        .await
        .expect("dropped");
    assert_eq!(send_enrolment(&server, &wanted, &key).await.status, 200);
}
