//! The loopback port from outside: scripts and tunnels are no browsers, and taken ports are no end.

use std::{
    io::{Read, Write},
    net::TcpListener,
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use selfsame_protocol::{
    CheckId, Nonce, Origin, PRESENCE_PORTS, SoftwareKey, UnixMillis, VERSION, jws,
    message::{CHALLENGE_AUDIENCE, Challenge, PresenceRequest},
};
use serde_json::Value;

use super::{
    bench::{Agent, Idp},
    tunnel::Tunnel,
};

/// Held by tests that need a port, and by the one that takes them all.
fn alone_at_the_ports() -> MutexGuard<'static, ()> {
    static PORTS: Mutex<()> = Mutex::new(());
    PORTS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listens(status: &Value) -> bool {
    status["link"]["state"] == "online" && status["presence"]["port"].is_u64()
}

fn port_of(status: &Value) -> u16 {
    let port = status["presence"]["port"].as_u64().expect("it listens");
    u16::try_from(port).expect("a port")
}

/// What the page of a check sends: signed by the identity provider's own key, fresh, never seen.
fn body(idp: &Idp, nonce: u8) -> String {
    let secret = URL_SAFE_NO_PAD
        .decode(idp.challenge_key())
        .expect("base64url");
    let key = SoftwareKey::from_secret(&secret.try_into().expect("32 bytes")).expect("a key");
    let now = SystemTime::UNIX_EPOCH
        .elapsed()
        .expect("after 1970")
        .as_millis();
    let now = UnixMillis(i64::try_from(now).expect("before the year 292 million"));
    let challenge = Challenge {
        v: VERSION,
        iss: Origin::parse(&idp.origin()).expect("an origin"),
        aud: CHALLENGE_AUDIENCE.to_owned(),
        check: CheckId::from_bytes([nonce; 16]),
        nonce: Nonce::from_bytes([nonce; 32]),
        service: "Okta".to_owned(),
        iat: now,
        exp: now.plus(60_000),
    };
    let challenge = jws::sign(&key, &challenge).expect("signed");
    serde_json::to_string(&PresenceRequest {
        v: VERSION,
        challenge,
    })
    .expect("JSON")
}

fn request(idp: &Idp, port: u16, body: &str) -> String {
    format!(
        "POST /v1/presence HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        idp.origin(),
        body.len()
    )
}

fn refused_for(agent: &Agent, program: &str) {
    let log = agent.log();
    let refused = log
        .lines()
        .rev()
        .find(|line| line.contains("presence request was refused"));
    let refused = refused.unwrap_or_else(|| panic!("nothing was refused:\n{log}"));
    assert!(
        refused.contains("not a known browser") && refused.contains(program),
        "{refused}"
    );
}

#[test]
fn a_script_or_a_tunnel_is_refused_however_right_its_request_is() {
    let _alone = alone_at_the_ports();
    let (agent, idp) = (Agent::new(), Idp::start());
    idp.enrol(&agent);
    let _running = agent.start(listens);
    let port = port_of(&agent.until(listens));

    let origin = format!("Origin: {}", idp.origin());
    let url = format!("http://127.0.0.1:{port}/v1/presence");
    let curl = Command::new("curl")
        .args([
            "-s",
            "-i",
            "--noproxy",
            "*",
            "-H",
            &origin,
            "-H",
            "Content-Type: application/json",
        ])
        .args(["--data", &body(&idp, 1), &url])
        .output()
        .expect("curl runs");
    assert!(curl.stdout.starts_with(b"HTTP/1.1 404 Not Found\r\n"));
    refused_for(&agent, "curl");

    let script = "import socket, sys\n\
         s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n\
         s.sendall(sys.argv[2].encode()); print(s.recv(4096).decode())";
    let python = Command::new("python3")
        .args([
            "-c",
            script,
            &port.to_string(),
            &request(&idp, port, &body(&idp, 2)),
        ])
        .output()
        .expect("python runs");
    assert!(python.stdout.starts_with(b"HTTP/1.1 404"), "{python:?}");
    refused_for(&agent, "python3");

    through(&Tunnel::of_socat(port), &agent, &idp, port);
    through(&Tunnel::of_ssh(port), &agent, &idp, port);
}

fn through(tunnel: &Tunnel, agent: &Agent, idp: &Idp, port: u16) {
    let mut stream = tunnel.enter();
    stream
        .write_all(request(idp, port, &body(idp, 3)).as_bytes())
        .expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    refused_for(agent, tunnel.program());
}

#[test]
fn an_agent_that_finds_every_port_taken_goes_on_and_says_so() {
    let _alone = alone_at_the_ports();
    let (agent, idp) = (Agent::new(), Idp::start());
    idp.enrol(&agent);
    // Some may be another agent's: taken is taken.
    let squatters: Vec<_> = PRESENCE_PORTS
        .map(|port| TcpListener::bind(("127.0.0.1", port)))
        .into_iter()
        .collect();
    let _running = agent.start(|status| status["link"]["state"] == "online");
    let status = agent.run(&["status", "--json"]);
    assert!(
        status.json()["presence"]["port"].is_null(),
        "{}",
        status.out
    );
    assert_eq!(status.code, 20);
    assert!(
        status.out.contains("Browsers cannot reach Selfsame"),
        "{}",
        status.out
    );
    drop(squatters);
}

#[test]
fn nothing_else_listens_on_the_network() {
    let _alone = alone_at_the_ports();
    let (agent, idp) = (Agent::new(), Idp::start());
    idp.enrol(&agent);
    let running = agent.start(listens);
    let port = port_of(&agent.until(listens));
    let listening = Command::new("ss")
        .args(["-Hltunp"])
        .output()
        .expect("ss runs");
    let table = String::from_utf8_lossy(&listening.stdout).into_owned();
    let own: Vec<&str> = table
        .lines()
        .filter(|line| line.contains(&format!("pid={},", running.id())))
        .collect();
    assert_eq!(own.len(), 1, "{own:?}");
    assert!(own[0].contains(&format!("127.0.0.1:{port} ")), "{own:?}");
}
