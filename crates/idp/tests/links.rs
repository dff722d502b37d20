//! Links: only the enrolled key is welcome, a copied key is noticed, an ended device is cut off.

use std::time::{Duration, Instant};

use selfsame_idp::random;
use selfsame_protocol::{
    DeviceId, UnixMillis, VERSION, jws,
    message::{AgentState, Closing, DeviceFrame, Leave, ServerFrame},
};

use crate::support::{Link, Server, TestDevice};

async fn refused(link: &mut Link) -> Closing {
    match link.frame().await {
        ServerFrame::Closing { reason } => reason,
        other => panic!("not refused but {other:?}"),
    }
}

fn standing(server: &Server) -> String {
    server.json(&["device", "list"])[0][0]["standing"]
        .as_str()
        .expect("a word")
        .to_owned()
}

#[tokio::test]
async fn an_enrolled_device_is_welcome_and_its_state_is_remembered() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let mut link = device.link(&server, 1).await;
    link.say(&device.state(AgentState::Learning)).await;
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let listed = server.json(&["device", "list"])[0][0].clone();
        if listed["state"] == "learning" {
            assert_eq!(listed["generation"], device.generation.to_string());
            break;
        }
        assert!(Instant::now() < deadline, "{listed}");
    }
}

#[tokio::test]
async fn an_answer_to_another_greeting_is_refused() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let (mut link, _) = Link::open(&server).await;
    let stale = device.auth(&server, random::nonce(), 1);
    link.say(&DeviceFrame::Auth {
        jws: device.sign(&stale),
    })
    .await;
    assert_eq!(refused(&mut link).await, Closing::ProtocolError);
    assert_eq!(standing(&server), "active");
}

#[tokio::test]
async fn another_key_is_refused_and_does_the_device_no_harm() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let _first = device.link(&server, 5).await;
    let (mut link, nonce) = Link::open(&server).await;
    // A counter that goes back, which from the true key would suspend the device.
    let forged = jws::sign(&random::p256_key(), &device.auth(&server, nonce, 1)).expect("signed");
    link.say(&DeviceFrame::Auth { jws: forged }).await;
    assert_eq!(refused(&mut link).await, Closing::ProtocolError);
    assert_eq!(standing(&server), "active");
}

#[tokio::test]
async fn an_unknown_device_is_told_so() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let (mut link, nonce) = Link::open(&server).await;
    let mut auth = device.auth(&server, nonce, 1);
    auth.device = DeviceId::from_bytes(random::bytes());
    link.say(&DeviceFrame::Auth {
        jws: device.sign(&auth),
    })
    .await;
    assert_eq!(refused(&mut link).await, Closing::Unknown);
}

#[tokio::test]
async fn a_demonstration_build_is_refused_on_the_link_too() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let (mut link, nonce) = Link::open(&server).await;
    let mut auth = device.auth(&server, nonce, 1);
    auth.demo = true;
    link.say(&DeviceFrame::Auth {
        jws: device.sign(&auth),
    })
    .await;
    assert_eq!(refused(&mut link).await, Closing::DemoRefused);
}

#[tokio::test]
async fn a_counter_that_goes_back_suspends_the_device() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let mut first = device.link(&server, 7).await;
    let mut copy = device.try_link(&server, 7).await;
    assert_eq!(refused(&mut copy).await, Closing::Suspended);
    assert_eq!(first.until_closed().await, Some(Closing::Suspended));
    assert_eq!(standing(&server), "suspended");
    assert!(
        server
            .audit_actions()
            .contains(&"device-suspended".to_owned())
    );
    let mut later = device.try_link(&server, 8).await;
    assert_eq!(refused(&mut later).await, Closing::Suspended);
}

#[tokio::test]
async fn an_owner_restores_a_suspended_device_for_a_recorded_reason_and_no_other() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let id = device.id().to_string();
    let restore = [
        "device",
        "restore",
        &id,
        "--because",
        "restored from a backup",
    ];
    assert_eq!(server.cli(&restore).status.code(), Some(1), "it is active");
    drop(device.link(&server, 7).await);
    let mut copy = device.try_link(&server, 7).await;
    assert_eq!(refused(&mut copy).await, Closing::Suspended);
    assert_eq!(
        server.cli(&restore[..3]).status.code(),
        Some(2),
        "no reason"
    );
    assert_eq!(server.cli(&restore).status.code(), Some(0));
    drop(device.link(&server, 8).await);
    let line = server.last_line();
    assert_eq!(line["action"], "device-restored");
    assert_eq!(line["details"]["because"], "restored from a backup");
    assert_eq!(
        server.cli(&["device", "revoke", &id]).status.code(),
        Some(0)
    );
    assert_eq!(
        server.cli(&restore).status.code(),
        Some(1),
        "a revoked one stays revoked"
    );
}

#[tokio::test]
async fn two_links_that_both_answer_a_ping_suspend_the_device() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let mut first = device.link(&server, 1).await;
    let mut second = device.link(&server, 2).await;
    let (one, two) = tokio::join!(first.until_closed(), second.until_closed());
    assert_eq!(
        (one, two),
        (Some(Closing::Suspended), Some(Closing::Suspended))
    );
    assert_eq!(standing(&server), "suspended");
}

#[tokio::test]
async fn a_link_whose_older_one_is_dead_goes_on() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let mut dead = device.link(&server, 1).await;
    let mut live = device.link(&server, 2).await;
    let ServerFrame::Ping { n } = live.frame().await else {
        panic!("no ping")
    };
    live.say(&DeviceFrame::Pong { n }).await;
    // The old one never answers: after ten seconds the server drops it.
    assert!(matches!(dead.next().await, Some(ServerFrame::Ping { .. })));
    assert_eq!(dead.next().await, None);
    assert_eq!(standing(&server), "active");
    live.say(&device.state(AgentState::Active)).await;
    assert_eq!(
        server
            .cli(&["device", "revoke", &device.id().to_string()])
            .status
            .code(),
        Some(0)
    );
    assert_eq!(live.until_closed().await, Some(Closing::Revoked));
}

#[tokio::test]
async fn a_device_revoked_from_the_command_line_is_cut_off_within_two_seconds() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let mut link = device.link(&server, 1).await;
    let output = server.cli(&["device", "revoke", &device.id().to_string()]);
    assert!(output.status.success());
    let since = Instant::now();
    assert_eq!(link.until_closed().await, Some(Closing::Revoked));
    assert!(
        since.elapsed() < Duration::from_secs(2),
        "{:?}",
        since.elapsed()
    );
    let mut again = device.try_link(&server, 2).await;
    assert_eq!(refused(&mut again).await, Closing::Revoked);
}

#[tokio::test]
async fn a_person_who_erases_ends_the_enrolment() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let mut link = device.link(&server, 1).await;
    let leave = Leave {
        v: VERSION,
        device: device.id(),
        aud: server.origin(),
        iat: UnixMillis(0),
    };
    link.say(&DeviceFrame::Leave {
        jws: device.sign(&leave),
    })
    .await;
    assert_eq!(link.until_closed().await, Some(Closing::Revoked));
    assert_eq!(standing(&server), "erased");
    assert!(server.audit_actions().contains(&"device-erased".to_owned()));
}

#[tokio::test]
async fn a_frame_that_is_too_large_or_no_frame_ends_the_link() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let mut link = device.link(&server, 1).await;
    link.say_text(&"x".repeat(17 * 1024)).await;
    assert_eq!(link.until_closed().await, None);
    let mut link = device.link(&server, 2).await;
    link.say_text("{}").await;
    assert_eq!(link.until_closed().await, Some(Closing::ProtocolError));
    assert_eq!(standing(&server), "active");
}

#[tokio::test]
async fn a_device_that_floods_the_server_is_cut_off_and_may_come_back() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let mut link = device.link(&server, 1).await;
    let state = device.state(AgentState::Active);
    for _ in 0..100 {
        link.say(&state).await;
    }
    let reason = link.until_closed().await;
    assert!(
        matches!(reason, None | Some(Closing::ProtocolError)),
        "{reason:?}"
    );
    device.link(&server, 2).await;
    assert_eq!(standing(&server), "active");
}
