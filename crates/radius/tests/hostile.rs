//! What strangers, broken clients and whoever sits between send: refused, each with its own error, and never a panic.

use proptest::prelude::*;
use selfsame_radius::{
    Authenticator, Credentials, Enquiry, Error, IntegrityRule, Kind, MOST_OCTETS, Packet, Password,
    Reply, Request, SharedSecret, Verdict,
};

const RULES: [IntegrityRule; 2] = [IntegrityRule::Required, IntegrityRule::Lenient];

fn secret(text: &str) -> SharedSecret {
    SharedSecret::new(text).expect("a secret")
}

fn enquiry_with(others: &[(Kind, Vec<u8>)]) -> Enquiry {
    let ids = (7, Authenticator([9; 16]));
    let password = Password::new("correct horse");
    Enquiry::new(ids, secret("swordfish"), "ada", &password, others).expect("it fits")
}

fn read(octets: &[u8], rule: IntegrityRule) -> Result<Request, Error> {
    Request::read(&Packet::parse(octets)?, &secret("swordfish"), rule)
}

/// The same packet without its first attribute, which is the Message-Authenticator.
fn unprotected(octets: &[u8]) -> Vec<u8> {
    let mut short = octets.to_vec();
    short.drain(20..38);
    let length = u16::try_from(short.len()).expect("short");
    short[2..4].copy_from_slice(&length.to_be_bytes());
    short
}

fn with_attribute(octets: &[u8], kind: Kind, value: &[u8]) -> Vec<u8> {
    let mut long = octets.to_vec();
    long.extend([kind.0, u8::try_from(value.len() + 2).expect("short")]);
    long.extend(value);
    let length = u16::try_from(long.len()).expect("short");
    long[2..4].copy_from_slice(&length.to_be_bytes());
    long
}

#[test]
fn impossible_lengths_are_refused() {
    assert_eq!(Packet::parse(&[]).err(), Some(Error::TooShort(0)));
    assert_eq!(
        Packet::parse(&[1, 0, 0, 19]).err(),
        Some(Error::TooShort(19))
    );
    assert_eq!(
        Packet::parse(&[1, 0, 0, 20]).err(),
        Some(Error::TooShort(4))
    );
    let mut long = vec![0; 5000];
    long[2..4].copy_from_slice(&4097_u16.to_be_bytes());
    assert_eq!(Packet::parse(&long).err(), Some(Error::TooLong(4097)));
    for (tail, at) in [
        (&[1_u8, 0][..], 20),
        (&[1, 1], 20),
        (&[1, 9], 20),
        (&[1], 20),
        (&[1, 2, 1], 22),
    ] {
        let mut packet = vec![0; 20];
        packet.extend(tail);
        packet[3] = u8::try_from(packet.len()).expect("short");
        assert_eq!(
            Packet::parse(&packet).err(),
            Some(Error::AttributeLength(at)),
            "{tail:?}"
        );
    }
}

#[test]
fn padding_after_the_packet_is_left_out() {
    let mut octets = enquiry_with(&[]).octets().to_vec();
    let length = octets.len();
    octets.extend([1, 1, 1]);
    let packet = Packet::parse(&octets).expect("a packet");
    assert_eq!(packet.octets().len(), length);
    assert!(read(&octets, IntegrityRule::Required).is_ok());
}

#[test]
fn every_altered_octet_is_noticed_where_there_is_a_message_authenticator() {
    let good = enquiry_with(&[(Kind::PROXY_STATE, b"hop".to_vec())])
        .octets()
        .to_vec();
    assert!(read(&good, IntegrityRule::Required).is_ok());
    for at in 0..good.len() {
        for rule in RULES {
            let mut altered = good.clone();
            altered[at] ^= 1;
            assert!(read(&altered, rule).is_err(), "octet {at}, {rule:?}");
        }
    }
}

#[test]
fn another_secret_is_noticed() {
    let octets = enquiry_with(&[]).octets().to_vec();
    let packet = Packet::parse(&octets).expect("a packet");
    let refused = Request::read(&packet, &secret("other"), IntegrityRule::Lenient);
    assert_eq!(refused.err(), Some(Error::WrongMessageAuthenticator));
}

#[test]
fn proxy_state_in_an_unprotected_request_is_refused_even_where_the_rest_is_not() {
    let plain = unprotected(enquiry_with(&[]).octets());
    assert_eq!(
        read(&plain, IntegrityRule::Required).err(),
        Some(Error::NoMessageAuthenticator)
    );
    assert!(read(&plain, IntegrityRule::Lenient).is_ok());
    let hop = with_attribute(&plain, Kind::PROXY_STATE, b"chosen prefix");
    assert_eq!(
        read(&hop, IntegrityRule::Lenient).err(),
        Some(Error::UnprotectedProxyState)
    );
    let eap = with_attribute(&plain, Kind::EAP_MESSAGE, b"x");
    assert_eq!(
        read(&eap, IntegrityRule::Lenient).err(),
        Some(Error::NoMessageAuthenticator)
    );
}

#[test]
fn what_may_be_there_once_is_refused_twice() {
    let plain = unprotected(enquiry_with(&[(Kind::STATE, b"one".to_vec())]).octets());
    for kind in [Kind::USER_NAME, Kind::USER_PASSWORD, Kind::STATE] {
        let twice = with_attribute(&plain, kind, &[7; 16]);
        assert_eq!(
            read(&twice, IntegrityRule::Lenient).err(),
            Some(Error::Repeated(kind))
        );
    }
    let good = enquiry_with(&[]);
    let twice = with_attribute(good.octets(), Kind::MESSAGE_AUTHENTICATOR, &[0; 16]);
    assert_eq!(
        read(&twice, IntegrityRule::Lenient).err(),
        Some(Error::Repeated(Kind::MESSAGE_AUTHENTICATOR))
    );
}

#[test]
fn a_message_authenticator_of_another_length_is_none() {
    let plain = unprotected(enquiry_with(&[]).octets());
    for length in [0, 15, 17] {
        let odd = with_attribute(&plain, Kind::MESSAGE_AUTHENTICATOR, &vec![0; length]);
        assert_eq!(
            read(&odd, IntegrityRule::Lenient).err(),
            Some(Error::BadValue(Kind::MESSAGE_AUTHENTICATOR))
        );
    }
}

#[test]
fn a_password_of_impossible_length_is_refused() {
    let plain = unprotected(enquiry_with(&[]).octets());
    let packet = Packet::parse(&plain).expect("a packet");
    for length in [0, 1, 15, 17, 144] {
        let hidden = vec![1; length];
        let refused = Password::unhide(&hidden, packet.authenticator(), &secret("swordfish"));
        assert_eq!(refused.err(), Some(Error::BadValue(Kind::USER_PASSWORD)));
    }
    let refused = Password::new(vec![b'x'; 129]).hide(packet.authenticator(), &secret("s"));
    assert_eq!(refused.err(), Some(Error::PasswordTooLong));
}

#[test]
fn two_kinds_of_password_at_once_are_refused() {
    let plain = unprotected(enquiry_with(&[]).octets());
    let both = with_attribute(&plain, Kind::CHAP_PASSWORD, &[1; 17]);
    assert_eq!(
        read(&both, IntegrityRule::Lenient).err(),
        Some(Error::SeveralCredentials)
    );
}

#[test]
fn an_answer_is_no_request() {
    let request = read(enquiry_with(&[]).octets(), IntegrityRule::Required).expect("a request");
    let answer = Reply::accept()
        .encode(&request, &secret("swordfish"))
        .expect("it fits");
    assert!(matches!(
        read(&answer, IntegrityRule::Lenient),
        Err(Error::UnexpectedCode(2) | Error::WrongMessageAuthenticator)
    ));
}

#[test]
fn an_answer_without_message_authenticator_is_refused_as_what_the_attack_forges() {
    let enquiry = enquiry_with(&[]);
    let request = read(enquiry.octets(), IntegrityRule::Required).expect("a request");
    let answer = Reply::accept()
        .encode(&request, &secret("swordfish"))
        .expect("it fits");
    assert_eq!(
        enquiry.read(&answer).map(|answer| answer.verdict),
        Ok(Verdict::Accept)
    );
    // The Response Authenticator of the shorter packet is wrong too; a collision would make it right.
    assert!(enquiry.read(&unprotected(&answer)).is_err());
    for at in 0..answer.len() {
        let mut altered = answer.clone();
        altered[at] ^= 1;
        assert!(enquiry.read(&altered).is_err(), "octet {at}");
    }
}

#[test]
fn secrets_and_passwords_never_print_themselves() {
    let shown = format!(
        "{:?} {:?} {:?}",
        secret("swordfish"),
        Password::new("horse"),
        enquiry_with(&[])
    );
    assert!(!shown.contains("swordfish") && !shown.contains("horse"));
    let request = read(enquiry_with(&[]).octets(), IntegrityRule::Required);
    assert!(!format!("{request:?}").contains("correct"));
}

#[test]
fn an_answer_that_would_not_fit_is_not_written() {
    let states = vec![(Kind::PROXY_STATE, vec![7; 253]); 15];
    let request = read(enquiry_with(&states).octets(), IntegrityRule::Required).expect("a request");
    let long = "x".repeat(300);
    let refused = Reply::reject()
        .message(&long)
        .encode(&request, &secret("swordfish"));
    assert!(matches!(refused, Err(Error::TooLong(n)) if n > MOST_OCTETS));
    assert!(
        Reply::reject()
            .encode(&request, &secret("swordfish"))
            .is_ok()
    );
}

proptest! {
    #[test]
    fn no_octets_make_a_reader_panic(octets in prop::collection::vec(any::<u8>(), 0..300)) {
        for rule in RULES {
            let _ = read(&octets, rule);
        }
        let _ = enquiry_with(&[]).read(&octets);
    }

    #[test]
    fn a_packet_is_the_sum_of_its_attributes(attributes in prop::collection::vec((any::<u8>(), prop::collection::vec(any::<u8>(), 0..=253)), 0..12)) {
        let mut octets = vec![1, 2, 0, 0];
        octets.extend([3; 16]);
        for (kind, value) in &attributes {
            octets.extend([*kind, u8::try_from(value.len() + 2).expect("short")]);
            octets.extend(value);
        }
        let length = u16::try_from(octets.len()).expect("short");
        octets[2..4].copy_from_slice(&length.to_be_bytes());
        let packet = Packet::parse(&octets).expect("a packet");
        let read: Vec<_> = packet.attributes().map(|a| (a.kind.0, a.value.to_vec())).collect();
        prop_assert_eq!(read, attributes);
    }

    #[test]
    fn a_password_survives_being_hidden(text in prop::collection::vec(1_u8.., 0..=128), key in prop::collection::vec(any::<u8>(), 1..40), random: [u8; 16]) {
        let (password, secret) = (Password::new(text), SharedSecret::new(key).expect("a secret"));
        let hidden = password.hide(Authenticator(random), &secret).expect("short enough");
        prop_assert!(hidden.len().is_multiple_of(16));
        prop_assert_eq!(Password::unhide(&hidden, Authenticator(random), &secret), Ok(password));
    }

    #[test]
    fn an_answer_returns_every_proxy_state_in_order(states in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..8), message in ".{0,400}") {
        let others: Vec<_> = states.iter().map(|state| (Kind::PROXY_STATE, state.clone())).collect();
        let enquiry = enquiry_with(&others);
        let request = read(enquiry.octets(), IntegrityRule::Required).expect("a request");
        prop_assert_eq!(&request.proxy_states, &states);
        prop_assert_eq!(&request.credentials, &Credentials::Password(Password::new("correct horse")));
        let octets = Reply::challenge(b"s").message(&message).encode(&request, &secret("swordfish")).expect("it fits");
        let packet = Packet::parse(&octets).expect("a packet");
        let back: Vec<_> = packet.all(Kind::PROXY_STATE).map(<[u8]>::to_vec).collect();
        prop_assert_eq!(back, states);
        let text: Vec<u8> = packet.all(Kind::REPLY_MESSAGE).flatten().copied().collect();
        prop_assert_eq!(text, message.into_bytes());
        let answer = enquiry.read(&octets).expect("an answer");
        prop_assert_eq!(answer.verdict, Verdict::Challenge);
        prop_assert_eq!(answer.state.as_deref(), Some(&b"s"[..]));
    }
}
