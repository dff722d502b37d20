//! Whatever a stranger sends, the parsers answer.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "support/service.rs"]
mod service;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use selfsame_saml::xml::{Document, Limits, canonical_without};
use selfsame_saml::{
    AcsUrl, Certificate, ImportedMetadata, MessageId, PostMessage, RedirectMessage, Signer,
    Timestamp,
};
use service::*;

/// Markup torn apart and put together anew.
fn markup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_a\" Version=\"2.0\">".to_owned()),
        Just("</samlp:AuthnRequest>".to_owned()),
        Just("<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">".to_owned()),
        Just("<ds:SignedInfo>".to_owned()),
        Just("</ds:SignedInfo></ds:Signature>".to_owned()),
        Just("<a xmlns=\"".to_owned()),
        Just("\"/>".to_owned()),
        Just("<!--".to_owned()),
        Just("-->".to_owned()),
        Just("<?xml version=\"1.0\" encoding=\"".to_owned()),
        Just("?>".to_owned()),
        Just("&#x".to_owned()),
        Just("&#1114112;".to_owned()),
        Just("é\u{FEFF}".to_owned()),
        "[<>/=\"' a:xmlns&;]{0,6}",
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn feed(octets: &[u8]) {
    if let Ok(document) = Document::parse(octets, Limits { max_octets: 65_536 }) {
        let _ = canonical_without(&document, document.root().unwrap(), None, &[]);
    }
    let _ = ImportedMetadata::parse(octets);
    let base64 = STANDARD.encode(octets);
    if let Ok(message) = PostMessage::parse(&base64, None) {
        let _ = message.verify(&service_with("false", &["sp-rsa"]), &endpoints(), now());
    }
    let query = format!(
        "SAMLRequest={}",
        percent_encoded(&STANDARD.encode(deflated(octets)))
    );
    if let Ok(message) = RedirectMessage::parse(&query) {
        let _ = message.verify(&service_with("false", &["sp-rsa"]), &endpoints(), now());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_random_octets(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
        feed(&octets);
        let _ = Certificate::from_der(&octets);
        let _ = Signer::from_pkcs8_der(&octets);
    }

    #[test]
    fn on_torn_markup(text in markup()) {
        feed(text.as_bytes());
    }

    #[test]
    fn on_random_text(text in any::<String>()) {
        let _ = RedirectMessage::parse(&text);
        let _ = PostMessage::parse(&text, Some(&text));
        let _ = Timestamp::parse(&text);
        let _ = MessageId::parse(&text);
        let _ = AcsUrl::parse(&format!("https://{text}")).map(|url| url.origin().len());
        let _ = Certificate::from_pem(&text);
    }

    #[test]
    fn on_a_genuine_message_with_one_octet_changed(at in 0_usize..2200, octet in any::<u8>()) {
        let mut xml = STANDARD.decode(fixture("pysaml2/post.txt").trim_end()).unwrap();
        let at = at % xml.len();
        let before = std::mem::replace(&mut xml[at], octet);
        let made_at = Timestamp::parse(fixture("pysaml2/made-at.txt").trim_end()).unwrap();
        let service = ImportedMetadata::parse(fixture("pysaml2/metadata.xml").as_bytes()).unwrap().service;
        let message = PostMessage::parse(&STANDARD.encode(&xml), None);
        let result = message.and_then(|message| message.verify(&service, &endpoints(), made_at));
        let genuine = STANDARD.decode(fixture("pysaml2/post.txt").trim_end()).unwrap();
        let original = PostMessage::parse(&STANDARD.encode(genuine), None).unwrap().verify(&service, &endpoints(), made_at).unwrap();
        // What is outside the signed form (white space, quotes, an unread certificate) may change; what is read may not.
        if let Ok(request) = result {
            prop_assert_eq!(request, original, "octet {} changed from {} to {}", at, before, octet);
        }
    }
}
