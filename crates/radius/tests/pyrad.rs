//! The same packets in pyrad, which somebody else wrote: each side reads what the other made.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use selfsame_radius::{
    Authenticator, Credentials, Enquiry, IntegrityRule, Packet, Password, Reply, Request,
    SharedSecret,
};
use serde_json::{Value, json};

const COUNT: usize = 200;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// One JSON line for each answer of the peer's script.
fn pyrad(args: &[&str], lines: &[Value]) -> Vec<Value> {
    let python = root().join("target/venv/bin/python");
    let mut child = Command::new(&python)
        .arg(root().join("tests/peers/pyrad_packets.py"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{python:?}: {error}; `scripts/provision test` makes it"));
    let mut input = child.stdin.take().expect("a pipe");
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("it ran");
    writer.join().expect("no panic").expect("written");
    assert!(output.status.success());
    String::from_utf8(output.stdout)
        .expect("text")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

fn octets(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().expect("text").as_bytes();
    hex.chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("hex"), 16).expect("hex"))
        .collect()
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn secret(line: &Value) -> SharedSecret {
    SharedSecret::new(octets(&line["secret"])).expect("a secret")
}

fn request(line: &Value) -> Request {
    let octets = octets(&line["request"]);
    let packet = Packet::parse(&octets).expect("a packet");
    Request::read(&packet, &secret(line), IntegrityRule::Required).expect("a request")
}

#[test]
fn what_pyrad_asks_is_read_and_it_takes_every_answer() {
    let made = pyrad(&["requests", "7", &COUNT.to_string()], &[]);
    assert_eq!(made.len(), COUNT);
    let mut answered = Vec::new();
    for line in &made {
        let request = request(line);
        assert_eq!(request.user_name.as_deref(), line["user"].as_str());
        let password = Password::new(line["password"].as_str().expect("text"));
        assert_eq!(request.credentials, Credentials::Password(password));
        let states: Vec<_> = request
            .proxy_states
            .iter()
            .map(|state| hex(state))
            .collect();
        assert_eq!(json!(states), line["proxy_states"]);
        for reply in [
            Reply::accept(),
            Reply::reject().message("non, désolé"),
            Reply::challenge(b"a state").session_timeout(60),
        ] {
            let answer = reply.encode(&request, &secret(line)).expect("it fits");
            answered.push(
                json!({"secret": line["secret"], "request": line["request"], "answer": hex(&answer)}),
            );
        }
    }
    let taken = pyrad(&["answers"], &answered);
    let codes: Vec<_> = taken.iter().map(|line| line["code"].clone()).collect();
    assert!(taken.iter().all(|line| line["taken"] == true));
    assert_eq!(&codes[..3], &[json!(2), json!(3), json!(11)]);
}

#[test]
fn pyrad_takes_no_answer_that_was_altered_on_the_way() {
    let made = pyrad(&["requests", "8", "1"], &[]);
    let line = &made[0];
    let answer = Reply::reject()
        .encode(&request(line), &secret(line))
        .expect("it fits");
    let altered = (0..answer.len()).filter(|at| ![1, 2, 3].contains(at));
    let lines: Vec<_> = altered
        .map(|at| {
            let mut answer = answer.clone();
            answer[at] ^= 2;
            json!({"secret": line["secret"], "request": line["request"], "answer": hex(&answer)})
        })
        // An altered length of an attribute is not even read.
        .filter(|line| Packet::parse(&octets(&line["answer"])).is_ok())
        .collect();
    let taken = pyrad(&["answers"], &lines);
    assert!(taken.len() > 30 && taken.iter().all(|line| line["taken"] == false));
}

#[test]
fn pyrad_reads_what_a_proxy_of_ours_asks() {
    let lines: Vec<_> = (0..COUNT)
        .map(|n| {
            let octet = u8::try_from(n).expect("small");
            let secret = format!("secret {n}");
            let enquiry = Enquiry::new(
                (octet, Authenticator([octet; 16])),
                SharedSecret::new(secret.as_str()).expect("a secret"),
                &format!("person-{n}"),
                &Password::new("p".repeat(n % 129)),
                &[],
            );
            let request = hex(enquiry.expect("it fits").octets());
            json!({"secret": hex(secret.as_bytes()), "request": request})
        })
        .collect();
    for (n, read) in pyrad(&["read"], &lines).iter().enumerate() {
        assert_eq!(read["verified"], true, "{n}");
        assert_eq!(read["user"], format!("person-{n}"));
        assert_eq!(read["password"], "p".repeat(n % 129));
    }
}
