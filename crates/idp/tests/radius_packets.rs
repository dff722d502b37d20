//! What comes to the RADIUS port: strangers, wrong secrets, broken packets and repetitions.

use std::time::Duration;

use selfsame_radius::{Kind, Packet, Verdict};

use crate::support::{
    gateway::{Site, enquiry, hear},
    scene::ADA,
};

const SILENCE: Duration = Duration::from_millis(400);

/// The same request without its Message-Authenticator.
fn unprotected(octets: &[u8]) -> Vec<u8> {
    let mut short = octets.to_vec();
    short.drain(20..38);
    let length = u16::try_from(short.len()).expect("short");
    short[2..4].copy_from_slice(&length.to_be_bytes());
    short
}

/// Whether what is sent is answered at all.
async fn is_answered(site: &Site, octets: &[u8]) -> bool {
    let socket = site.socket().await;
    socket.send(octets).await.expect("sent");
    hear(&socket, SILENCE).await.is_some()
}

#[tokio::test]
async fn whatever_is_no_request_under_the_secret_is_dropped_and_written_down() {
    let site = Site::start(&[]);
    let good = enquiry(ADA, "x", &[]).octets().to_vec();
    let mut altered = good.clone();
    altered[22] ^= 1;
    let mut code = good.clone();
    code[0] = 4;
    let cases = [
        (altered, "radius-wrong-secret"),
        (unprotected(&good), "radius-no-message-authenticator"),
        (good[..30].to_vec(), "radius-malformed"),
        (code, "radius-unexpected-code"),
    ];
    for (octets, cause) in cases {
        assert!(!is_answered(&site, &octets).await, "{cause}");
        let (action, _, why) = site.last_line().await;
        assert_eq!((action.as_str(), why.as_str()), ("request-refused", cause));
    }
}

#[tokio::test]
async fn a_flood_of_wrong_packets_leaves_one_line() {
    let site = Site::start(&[]);
    let before = site.server.audit_actions().len();
    for _ in 0..20 {
        assert!(!site_hears(&site, b"nonsense that is long enough to look at").await);
    }
    tokio::time::sleep(SILENCE).await;
    assert_eq!(site.server.audit_actions().len(), before + 1);
}

async fn site_hears(site: &Site, octets: &[u8]) -> bool {
    let socket = site.socket().await;
    socket.send(octets).await.expect("sent");
    hear(&socket, Duration::from_millis(1)).await.is_some()
}

#[tokio::test]
async fn a_stranger_is_not_answered() {
    let site = Site::start(&[]);
    let removed = site
        .server
        .cli(&["radius", "client", "remove", "office vpn"]);
    assert!(removed.status.success());
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let good = enquiry(ADA, "x", &[]).octets().to_vec();
    assert!(!is_answered(&site, &good).await);
    assert_eq!(site.last_line().await.2, "radius-unknown-client");
}

#[tokio::test]
async fn a_client_that_is_let_off_is_answered_but_not_with_proxy_state() {
    let site = Site::start(&["--message-authenticator", "optional"]);
    let plain = unprotected(enquiry(ADA, "x", &[]).octets());
    assert!(is_answered(&site, &plain).await);
    let hop = [(Kind::PROXY_STATE, b"a chosen prefix".to_vec())];
    let with_hop = unprotected(enquiry(ADA, "x", &hop).octets());
    assert!(!is_answered(&site, &with_hop).await);
    assert_eq!(site.last_line().await.2, "radius-unprotected-proxy-state");
    let listed = &site.server.json(&["radius", "client", "list"])[0][0];
    let note = listed["notes"][0].as_str().expect("a note");
    assert!(note.starts_with("UNSAFE"), "{note}");
}

#[tokio::test]
async fn a_repeated_request_is_decided_once_and_answered_with_the_same_octets() {
    let site = Site::start(&[]);
    let socket = site.socket().await;
    let request = enquiry(ADA, "x", &[]);
    socket.send(request.octets()).await.expect("sent");
    let first = hear(&socket, Duration::from_secs(3))
        .await
        .expect("an answer");
    let lines = site.server.audit_actions().len();
    for _ in 0..3 {
        socket.send(request.octets()).await.expect("sent");
        let again = hear(&socket, Duration::from_secs(3)).await;
        assert_eq!(again.as_ref(), Some(&first));
    }
    assert_eq!(site.server.audit_actions().len(), lines);
}

#[tokio::test]
async fn a_request_that_was_decided_before_a_restart_is_not_decided_again() {
    let mut site = Site::start(&[]);
    let request = enquiry(ADA, "x", &[]);
    assert!(is_answered(&site, request.octets()).await);
    site.server.kill();
    site.server.resume();
    assert!(!is_answered(&site, request.octets()).await);
}

#[tokio::test]
async fn the_message_authenticator_is_first_and_proxy_states_come_back_in_order() {
    let site = Site::start(&[]);
    let hops = [b"one".to_vec(), b"two".to_vec()].map(|hop| (Kind::PROXY_STATE, hop));
    let request = enquiry(ADA, "x", &hops);
    let socket = site.socket().await;
    socket.send(request.octets()).await.expect("sent");
    let octets = hear(&socket, Duration::from_secs(3))
        .await
        .expect("an answer");
    assert_eq!(
        request.read(&octets).expect("the right one").verdict,
        Verdict::Reject
    );
    let packet = Packet::parse(&octets).expect("a packet");
    let first = packet.attributes().next().expect("an attribute").kind;
    assert_eq!(first, Kind::MESSAGE_AUTHENTICATOR);
    let back: Vec<_> = packet.all(Kind::PROXY_STATE).collect();
    assert_eq!(back, [b"one", b"two"]);
}
