//! One wrong thing at a time is refused, each for its own reason.

use selfsame_protocol::{
    CheckId, Nonce, Origin, PublicKey, Signer, SoftwareKey, UnixMillis, VERSION, jws,
    message::{CHALLENGE_AUDIENCE, CHALLENGE_LIFE_MS, Challenge, Channel},
};

use super::{
    Pinned, Proved, Refusal, Wanted, admit_challenge, admit_head, admit_page, challenge_in,
};
use crate::presence::http::Head;

const PORT: u16 = 61_731;
const NOW: UnixMillis = UnixMillis(1_000_000);

struct Server {
    origin: Origin,
    key: SoftwareKey,
    keys: [PublicKey; 2],
}

impl Server {
    fn new() -> Self {
        let key = SoftwareKey::from_secret(&[5; 32]).expect("a key");
        let next = SoftwareKey::from_secret(&[6; 32]).expect("a key");
        Self {
            origin: Origin::parse("https://idp.example.com").expect("an origin"),
            keys: [key.public_key(), next.public_key()],
            key,
        }
    }

    fn pinned(&self) -> Pinned<'_> {
        Pinned {
            origin: &self.origin,
            keys: &self.keys,
        }
    }

    fn challenge(&self) -> Challenge {
        Challenge {
            v: VERSION,
            iss: self.origin.clone(),
            aud: CHALLENGE_AUDIENCE.to_owned(),
            check: CheckId::from_bytes([1; 16]),
            nonce: Nonce::from_bytes([2; 32]),
            service: "Okta".to_owned(),
            iat: NOW,
            exp: NOW.plus(CHALLENGE_LIFE_MS),
        }
    }

    fn judge(&self, signer: &SoftwareKey, challenge: &Challenge) -> Result<Challenge, Refusal> {
        let challenge = jws::sign(signer, challenge).expect("signed");
        admit_challenge(&challenge, self.pinned(), NOW)
    }
}

fn head() -> Head {
    Head {
        method: "POST".to_owned(),
        path: "/v1/presence".to_owned(),
        host: Some("127.0.0.1:61731".to_owned()),
        origin: Some("https://idp.example.com".to_owned()),
        content_type: Some("application/json".to_owned()),
        content_length: 0,
    }
}

fn with(change: impl FnOnce(&mut Head)) -> Head {
    let mut head = head();
    change(&mut head);
    head
}

#[test]
fn the_identity_providers_own_page_may_ask() {
    let server = Server::new();
    assert_eq!(admit_head(&head(), PORT, &server.origin), Ok(Wanted::Proof));
    let preflight = with(|h| {
        h.method = "OPTIONS".to_owned();
        h.content_type = None;
    });
    assert_eq!(
        admit_head(&preflight, PORT, &server.origin),
        Ok(Wanted::Preflight)
    );
    assert_eq!(
        server.judge(&server.key, &server.challenge()),
        Ok(server.challenge())
    );
}

#[test]
fn one_wrong_thing_in_the_head_is_enough_to_refuse() {
    let server = Server::new();
    let own = |text: &str| Some(text.to_owned());
    let cases = [
        (with(|h| h.path = "/".to_owned()), Refusal::Path),
        (
            with(|h| h.path = "/v1/presence?x".to_owned()),
            Refusal::Path,
        ),
        (with(|h| h.path = "/v1/presence/".to_owned()), Refusal::Path),
        (with(|h| h.method = "GET".to_owned()), Refusal::Method),
        (with(|h| h.method = "PUT".to_owned()), Refusal::Method),
        (with(|h| h.method = "post".to_owned()), Refusal::Method),
        (with(|h| h.host = None), Refusal::Host),
        (with(|h| h.host = own("localhost:61731")), Refusal::Host),
        (with(|h| h.host = own("127.0.0.1")), Refusal::Host),
        (with(|h| h.host = own("127.0.0.1:61732")), Refusal::Host),
        (
            with(|h| h.host = own("rebound.example:61731")),
            Refusal::Host,
        ),
        (with(|h| h.origin = None), Refusal::Origin),
        (with(|h| h.origin = own("null")), Refusal::Origin),
        (
            with(|h| h.origin = own("https://idp.example.com:8443")),
            Refusal::Origin,
        ),
        (
            with(|h| h.origin = own("http://idp.example.com")),
            Refusal::Origin,
        ),
        (
            with(|h| h.origin = own("https://idp.example.com.evil.test")),
            Refusal::Origin,
        ),
        (with(|h| h.content_type = None), Refusal::ContentType),
        (
            with(|h| h.content_type = own("text/plain")),
            Refusal::ContentType,
        ),
        (
            with(|h| h.content_type = own("application/jsonp")),
            Refusal::ContentType,
        ),
    ];
    for (head, refusal) in cases {
        assert_eq!(
            admit_head(&head, PORT, &server.origin),
            Err(refusal),
            "{head:?}"
        );
    }
}

#[test]
fn a_challenge_of_another_key_another_origin_or_another_time_is_refused() {
    let server = Server::new();
    let stranger = SoftwareKey::from_secret(&[9; 32]).expect("a key");
    assert!(matches!(
        server.judge(&stranger, &server.challenge()),
        Err(Refusal::Challenge(selfsame_protocol::Error::BadSignature))
    ));
    let elsewhere = Origin::parse("https://other.example.com").expect("an origin");
    let stale = [
        Challenge {
            iss: elsewhere,
            ..server.challenge()
        },
        Challenge {
            aud: "browser".to_owned(),
            ..server.challenge()
        },
        Challenge {
            exp: NOW,
            ..server.challenge()
        },
        Challenge {
            exp: NOW.plus(CHALLENGE_LIFE_MS + 1),
            ..server.challenge()
        },
        Challenge {
            iat: NOW.plus(30_000),
            ..server.challenge()
        },
    ];
    for challenge in stale {
        assert_eq!(
            server.judge(&server.key, &challenge),
            Err(Refusal::NotForUs)
        );
    }
}

#[test]
fn a_body_that_is_not_a_presence_request_is_refused() {
    let right = br#"{"v":1,"challenge":"x"}"#;
    assert_eq!(challenge_in(right), Ok("x".to_owned()));
    for body in [
        &b""[..],
        b"{}",
        b"null",
        br#"{"v":2,"challenge":"x"}"#,
        br#"{"v":1,"challenge":"x","more":1}"#,
    ] {
        assert_eq!(challenge_in(body), Err(Refusal::Body));
    }
}

#[test]
fn only_the_pinned_origin_is_the_identity_providers_page() {
    let Server { origin, .. } = Server::new();
    assert_eq!(admit_page(Some("https://idp.example.com"), &origin), Ok(()));
    for other in [
        None,
        Some(""),
        Some("null"),
        Some("https://idp.example.com/"),
        Some("https://idp.example.com:8443"),
        Some("https://evil.example"),
    ] {
        assert_eq!(admit_page(other, &origin), Err(Refusal::Origin));
    }
}

#[test]
fn each_nonce_is_answered_once_even_for_another_check() {
    let challenge = Server::new().challenge();
    let mut proved = Proved::default();
    assert!(!proved.covers(challenge.check, challenge.nonce));
    assert_eq!(proved.take(&challenge, Channel::Loopback), Ok(()));
    assert!(proved.covers(challenge.check, challenge.nonce));
    assert!(!proved.covers(CheckId::from_bytes([7; 16]), challenge.nonce));
    let other_check = Challenge {
        check: CheckId::from_bytes([7; 16]),
        ..challenge.clone()
    };
    for again in [challenge, other_check] {
        let taken = proved.take(&again, Channel::Loopback);
        assert_eq!(taken, Err(Refusal::Replayed));
    }
}

#[test]
fn a_page_whose_answer_by_the_extension_was_lost_is_answered_by_loopback_once() {
    let challenge = Server::new().challenge();
    let mut proved = Proved::default();
    for channel in [Channel::Extension, Channel::Loopback] {
        assert_eq!(proved.take(&challenge, channel), Ok(()));
        assert_eq!(proved.take(&challenge, channel), Err(Refusal::Replayed));
    }
}
