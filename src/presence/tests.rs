//! The responder on real sockets: the bare 404, time-outs, limits and ports. The peer here is a test
//! program and so a stranger; what a browser gets is tested with a real one, end to end.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use selfsame_behaviour::GenerationId;
use selfsame_protocol::{
    CheckId, DeviceId, Nonce, Origin, Signer, SoftwareKey, UnixMillis, VERSION, jws,
    message::{CHALLENGE_AUDIENCE, Challenge, Enrolled, PresenceRequest},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

use super::{CONNECTIONS, Responder, first_free, prover::Prover};
use crate::{
    clock,
    engine::EngineStatus,
    enrolment::{Identity, Record},
    vault::Backing,
};

const BARE_404: &str = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const ORIGIN: &str = "https://idp.example.com";

fn server_key() -> SoftwareKey {
    SoftwareKey::from_secret(&[5; 32]).expect("a key")
}

fn responder() -> Responder {
    let key = server_key().public_key();
    let answer = Enrolled {
        v: VERSION,
        device: DeviceId::from_bytes([1; 16]),
        person: "alice@example.com".to_owned(),
        origin: Origin::parse(ORIGIN).expect("an origin"),
        challenge_keys: [key, key],
        time: UnixMillis(0),
    };
    let device_key = SoftwareKey::from_secret(&[3; 32]).expect("a key");
    let status = EngineStatus::starting(Backing::File, GenerationId([0; 16]));
    let prover = Prover {
        identity: Arc::new(Identity {
            record: Record::new(answer, None, UnixMillis(0)),
            signer: Arc::new(device_key),
        }),
        clock: Arc::default(),
        proved: Arc::default(),
        engine: watch::Sender::new(status).subscribe(),
    };
    Responder { prover }
}

/// Starts a responder on a port of its own.
async fn start() -> u16 {
    let port = watch::Sender::new(None);
    let mut chosen = port.subscribe();
    tokio::spawn(responder().serve(&[0], port));
    chosen.wait_for(Option::is_some).await.expect("it listens");
    let port = *chosen.borrow();
    port.expect("it listens")
}

async fn ask(port: u16, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("connected");
    stream.write_all(request).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answered");
    answer
}

fn post(port: u16, change: impl Fn(&str) -> String, body: &str) -> Vec<u8> {
    let head = format!(
        "POST /v1/presence HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {ORIGIN}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    (change(&head) + body).into_bytes()
}

/// A request that is in order in everything but who sends it.
fn valid_body() -> String {
    let now = clock::wall();
    let challenge = Challenge {
        v: VERSION,
        iss: Origin::parse(ORIGIN).expect("an origin"),
        aud: CHALLENGE_AUDIENCE.to_owned(),
        check: CheckId::from_bytes([1; 16]),
        nonce: Nonce::from_bytes([2; 32]),
        service: "Okta".to_owned(),
        iat: now,
        exp: now.plus(60_000),
    };
    let challenge = jws::sign(&server_key(), &challenge).expect("signed");
    serde_json::to_string(&PresenceRequest {
        v: VERSION,
        challenge,
    })
    .expect("JSON")
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_is_the_same_bare_404() {
    let port = start().await;
    let body = valid_body();
    let with = |from: &'static str, to: &'static str| move |head: &str| head.replace(from, to);
    let requests = [
        post(port, with("/v1/presence", "/"), &body),
        post(port, with("POST", "GET"), &body),
        post(port, with("Host: 127.0.0.1", "Host: localhost"), &body),
        post(port, with(ORIGIN, "https://evil.example"), &body),
        post(port, with("Origin: https://idp.example.com\r\n", ""), &body),
        post(port, with("application/json", "text/plain"), &body),
        post(port, |head| head.to_owned(), "{}"),
        post(port, with("HTTP/1.1", "HTTP/1.0"), &body),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 this is TLS\r\n\r\n".to_vec(),
        format!("OPTIONS /v1/presence HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: null\r\n\r\n")
            .into_bytes(),
    ];
    for request in requests {
        let text = String::from_utf8_lossy(&request).into_owned();
        assert_eq!(ask(port, &request).await, BARE_404, "{text}");
    }
}

#[tokio::test]
async fn a_program_that_is_no_browser_is_refused_however_right_its_request_is() {
    let port = start().await;
    let request = post(port, |head| head.to_owned(), &valid_body());
    assert_eq!(ask(port, &request).await, BARE_404);
}

#[tokio::test]
async fn the_identity_providers_page_is_allowed_to_ask_and_may_go_on_on_the_same_connection() {
    let port = start().await;
    let mut request = format!(
        "OPTIONS /v1/presence HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {ORIGIN}\r\n\
         Access-Control-Request-Method: POST\r\n\r\n"
    )
    .into_bytes();
    request.extend(post(port, |head| head.to_owned(), "{}"));
    let answer = ask(port, &request).await;
    assert!(
        answer.starts_with("HTTP/1.1 204 No Content\r\n"),
        "{answer}"
    );
    assert!(answer.contains(&format!("access-control-allow-origin: {ORIGIN}\r\n")));
    assert!(answer.ends_with(BARE_404), "{answer}");
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_not_taken() {
    let port = start().await;
    let request = post(port, |head| head.to_owned(), &"x".repeat(10 * 1024 * 1024));
    assert_eq!(ask(port, &request).await, BARE_404);
}

#[tokio::test]
async fn a_peer_that_sends_a_byte_now_and_then_is_cut_off_after_five_seconds() {
    let port = start().await;
    let mut stream = TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("connected");
    let began = Instant::now();
    let cut = loop {
        if stream.write_all(b"P").await.is_err() {
            break true;
        }
        let mut byte = [0; 1];
        let heard = tokio::time::timeout(Duration::from_millis(200), stream.read(&mut byte)).await;
        if matches!(heard, Ok(Ok(0) | Err(_))) {
            break true;
        }
        if began.elapsed() > Duration::from_secs(8) {
            break false;
        }
    };
    assert!(
        cut,
        "the connection is still open after {:?}",
        began.elapsed()
    );
    assert!(began.elapsed() >= Duration::from_secs(4));
}

#[tokio::test]
async fn idle_connections_beyond_the_limit_are_dropped_and_do_not_block_for_ever() {
    let port = start().await;
    let mut held = Vec::new();
    for _ in 0..CONNECTIONS {
        held.push(
            TcpStream::connect(("127.0.0.1", port))
                .await
                .expect("connected"),
        );
    }
    let mut one_more = TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("connected");
    let mut byte = [0; 1];
    let read = tokio::time::timeout(Duration::from_secs(2), one_more.read(&mut byte)).await;
    assert!(matches!(read, Ok(Ok(0) | Err(_))), "it is dropped at once");
    held.clear();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let request = post(port, |head| head.to_owned(), "{}");
    assert_eq!(ask(port, &request).await, BARE_404);
}

#[tokio::test]
async fn the_next_port_is_taken_when_one_is_in_use_and_none_when_all_are() {
    let squatter = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let taken = squatter.local_addr().expect("bound").port();
    assert!(first_free(&[taken]).await.is_none());
    let other = first_free(&[taken, 0]).await.expect("the second is free");
    assert_ne!(other.local_addr().expect("bound").port(), taken);
}

#[tokio::test]
async fn an_agent_whose_ports_are_all_taken_goes_on_and_says_so() {
    let squatter = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let taken = [squatter.local_addr().expect("bound").port()];
    let port = watch::Sender::new(Some(1));
    let mut chosen = port.subscribe();
    let serving = tokio::spawn(async move { responder().serve(&taken, port).await });
    chosen
        .wait_for(Option::is_none)
        .await
        .expect("it says that there is none");
    assert!(!serving.is_finished());
    serving.abort();
}
