//! What a signature is worth, and for what.

use proptest::prelude::*;

use super::*;
use crate::{
    DeviceId, Nonce, Origin, SoftwareKey, UnixMillis,
    message::{Leave, LinkAuth},
};

fn key(seed: u8) -> SoftwareKey {
    SoftwareKey::from_secret(&[seed; 32]).expect("a small scalar is valid")
}

fn leave() -> Leave {
    Leave {
        v: VERSION,
        device: DeviceId::from_bytes([1; 16]),
        aud: Origin::parse("https://idp.example.com").unwrap(),
        iat: UnixMillis(1_700_000_000_000),
    }
}

fn forge(header: &str, payload: &str, key: &SoftwareKey) -> String {
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(payload)
    );
    let signature = key.sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn a_signed_message_comes_back_as_it_was() {
    let compact = sign(&key(3), &leave()).unwrap();
    assert_eq!(
        verify::<Leave>(&[key(3).public_key()], &compact),
        Ok(leave())
    );
}

#[test]
fn a_message_signed_by_another_key_is_refused() {
    let compact = sign(&key(3), &leave()).unwrap();
    let other = key(4).public_key();
    assert_eq!(
        verify::<Leave>(&[other], &compact),
        Err(Error::BadSignature)
    );
}

#[test]
fn a_signature_for_one_purpose_is_worth_nothing_for_another() {
    let auth = LinkAuth {
        v: VERSION,
        device: DeviceId::from_bytes([1; 16]),
        aud: Origin::parse("https://idp.example.com").unwrap(),
        nonce: Nonce::from_bytes([2; 32]),
        counter: 1,
        agent_version: "0".to_owned(),
        demo: false,
        iat: UnixMillis(0),
    };
    let compact = sign(&key(3), &auth).unwrap();
    let refused = verify::<Leave>(&[key(3).public_key()], &compact);
    assert!(matches!(refused, Err(Error::WrongType { .. })));
}

#[test]
fn no_other_algorithm_and_no_critical_field_is_accepted() {
    let payload = serde_json::to_string(&leave()).unwrap();
    for header in [
        r#"{"alg":"none","typ":"selfsame-leave+jwt","kid":"k"}"#,
        r#"{"alg":"HS256","typ":"selfsame-leave+jwt","kid":"k"}"#,
        r#"{"alg":"ES256","typ":"selfsame-leave+jwt","kid":"k","crit":["x"],"x":1}"#,
        r#"{"alg":"ES256","typ":"selfsame-leave+jwt","kid":"k","jwk":{}}"#,
        r#"{"alg":"ES256","alg":"ES256","typ":"selfsame-leave+jwt","kid":"k"}"#,
    ] {
        let compact = forge(header, &payload, &key(3));
        let refused = verify::<Leave>(&[key(3).public_key()], &compact);
        assert_eq!(refused, Err(Error::BadHeader), "{header}");
    }
}

#[test]
fn unknown_repeated_and_missing_fields_are_refused() {
    let header = r#"{"alg":"ES256","typ":"selfsame-leave+jwt","kid":"k"}"#;
    let good = serde_json::to_string(&leave()).unwrap();
    for payload in [
        good.replace("\"v\":1", "\"v\":1,\"extra\":0"),
        good.replace("\"v\":1", "\"v\":1,\"v\":1"),
        good.replace("\"v\":1,", ""),
        format!("{good} {{}}"),
    ] {
        let compact = forge(header, &payload, &key(3));
        let refused = verify::<Leave>(&[key(3).public_key()], &compact);
        assert!(matches!(refused, Err(Error::BadPayload(_))), "{payload}");
    }
}

#[test]
fn a_message_of_a_later_version_is_refused_by_name() {
    let compact = sign(&key(3), &Leave { v: 2, ..leave() }).unwrap();
    let refused = verify::<Leave>(&[key(3).public_key()], &compact);
    assert_eq!(refused, Err(Error::UnknownVersion(2)));
}

proptest! {
    #[test]
    fn any_altered_byte_is_refused(at in 0_usize..400, flip in 1_u8..128) {
        let mut bytes = sign(&key(3), &leave()).unwrap().into_bytes();
        let at = at % bytes.len();
        bytes[at] ^= flip;
        if let Ok(text) = String::from_utf8(bytes) {
            // The last character of an unpadded part carries spare bits, which the strict decoder
            // refuses; every other change must break the signature or the form.
            prop_assert!(verify::<Leave>(&[key(3).public_key()], &text).is_err());
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,300}") {
        let _ = verify::<Leave>(&[key(3).public_key()], &text);
    }
}
