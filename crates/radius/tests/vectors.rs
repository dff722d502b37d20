//! The packets that RFC 2865 section 7 and RFC 5997 section 6 print, octet for octet.

use selfsame_radius::{
    Credentials, Error, IntegrityRule, Kind, Packet, Password, Purpose, Reply, Request,
    SharedSecret,
};

const NEMO_TELNETS: &str = "01 00 00 38 0f 40 3f 94 73 97 80 57 bd 83 d5 cb 98 f4 22 7a 01 06 6e 65 6d 6f 02 12 0d be \
    70 8d 93 d4 13 ce 31 96 e4 3f 78 2a 0a ee 04 06 c0 a8 01 10 05 06 00 00 00 03";
const MOPSY_ASKS: &str = "01 02 00 39 f3 a4 7a 1f 6a 6d 76 71 0b 94 7a b9 30 41 a0 39 01 07 6d 6f 70 73 79 02 12 33 65 \
    75 73 77 82 89 b5 70 88 5e 15 08 48 25 c5 04 06 c0 a8 01 10 05 06 00 00 00 07";
const MOPSY_ANSWERS: &str = "01 03 00 43 b1 22 55 6d 42 8a 13 d0 d6 25 38 07 c4 57 ec f0 01 07 6d 6f 70 73 79 02 12 69 \
    2c 1f 20 5f c0 81 b9 19 b9 51 95 f5 61 a5 81 04 06 c0 a8 01 10 05 06 00 00 00 07 18 0a 33 32 37 36 39 34 33 30";
const STATUS: &str = "0c da 00 26 8a 54 f4 68 6f b3 94 c5 28 66 e3 02 18 5d 06 23 50 12 5a 66 5e 2e 1e 84 11 f3 e2 43 \
    82 20 97 c8 4f a3";

fn octets(hex: &str) -> Vec<u8> {
    hex.split_whitespace()
        .map(|octet| u8::from_str_radix(octet, 16).expect("hex"))
        .collect()
}

fn secret() -> SharedSecret {
    SharedSecret::new("xyzzy5461").expect("a secret")
}

fn read(hex: &str) -> Request {
    let octets = octets(hex);
    let packet = Packet::parse(&octets).expect("a packet");
    Request::read(&packet, &secret(), IntegrityRule::Lenient).expect("a request")
}

#[test]
fn user_telnet_to_specified_host() {
    let request = read(NEMO_TELNETS);
    assert_eq!(request.purpose, Purpose::Access);
    assert_eq!(request.user_name.as_deref(), Some("nemo"));
    assert_eq!(
        request.credentials,
        Credentials::Password(Password::new("arctangent"))
    );
    assert_eq!(
        request.other(Kind::NAS_IP_ADDRESS).next(),
        Some(&[192, 168, 1, 16][..])
    );
    assert!(!request.is_protected);
}

#[test]
fn user_authenticating_with_challenge() {
    let asked = read(MOPSY_ASKS);
    assert_eq!(asked.user_name.as_deref(), Some("mopsy"));
    assert_eq!(
        asked.credentials,
        Credentials::Password(Password::new("challenge"))
    );
    let answered = read(MOPSY_ANSWERS);
    assert_eq!(answered.state.as_deref(), Some(&b"32769430"[..]));
    assert_eq!(
        answered.credentials,
        Credentials::Password(Password::new("99101462"))
    );
}

#[test]
fn a_request_for_a_sign_of_life() {
    let packet = octets(STATUS);
    let packet = Packet::parse(&packet).expect("a packet");
    let request = Request::read(&packet, &secret(), IntegrityRule::Required).expect("a request");
    assert_eq!(request.purpose, Purpose::Status);
    assert!(request.is_protected);
}

#[test]
fn a_password_is_hidden_as_the_rfc_prints_it() {
    let request = octets(NEMO_TELNETS);
    let packet = Packet::parse(&request).expect("a packet");
    let hidden = Password::new("arctangent")
        .hide(packet.authenticator(), &secret())
        .expect("short enough");
    assert_eq!(packet.sole(Kind::USER_PASSWORD), Ok(Some(&hidden[..])));
}

#[test]
fn without_a_message_authenticator_the_old_examples_are_refused_by_default() {
    let request = octets(NEMO_TELNETS);
    let packet = Packet::parse(&request).expect("a packet");
    let refused = Request::read(&packet, &secret(), IntegrityRule::Required);
    assert_eq!(refused.err(), Some(Error::NoMessageAuthenticator));
}

#[test]
fn a_message_authenticator_comes_first_in_every_answer() {
    let request = read(NEMO_TELNETS);
    for reply in [
        Reply::accept(),
        Reply::reject().message("no"),
        Reply::challenge(b"state"),
    ] {
        let answer = reply.encode(&request, &secret()).expect("it fits");
        let packet = Packet::parse(&answer).expect("a packet");
        let first = packet.attributes().next().expect("an attribute");
        assert_eq!(first.kind, Kind::MESSAGE_AUTHENTICATOR);
    }
}
