//! HTTP-Redirect: what is accepted, and everything that is refused with its own reason.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "support/service.rs"]
mod service;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm,
};
use selfsame_saml::request::Authenticity;
use service::*;

fn code(query: &str) -> &'static str {
    outcome(&receive_redirect(query, &service()))
}

#[test]
fn a_signed_request_is_accepted() {
    let request = receive_redirect(&signed_redirect(&Draft::by_redirect()), &service()).unwrap();
    assert_eq!(request.authenticity, Authenticity::Signed);
    assert_eq!(request.id.as_str(), "_request-1");
    assert_eq!(request.acs.as_str(), ACS);
    assert_eq!(request.relay_state.unwrap().as_str(), "state");
}

fn ecdsa(algorithm: &'static EcdsaSigningAlgorithm, key: &str, octets: &[u8]) -> Vec<u8> {
    let random = SystemRandom::new();
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, &private_key_der(key), &random).unwrap();
    pair.sign(&random, octets).unwrap().as_ref().to_vec()
}

#[test]
fn services_that_sign_with_elliptic_curves_are_accepted_with_their_own_curve_only() {
    let unsigned = saml_request_parameter(&Draft::by_redirect().xml());
    let p256 = signed_query(
        &unsigned,
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        |octets| ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING, "sp-p256", octets),
    );
    let p384 = signed_query(
        &unsigned,
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
        |octets| ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING, "sp-p384", octets),
    );
    let received =
        |query: &str, key| outcome(&receive_redirect(query, &service_with("true", &[key])));
    assert_eq!(received(&p256, "sp-p256"), "accepted");
    assert_eq!(received(&p384, "sp-p384"), "accepted");
    assert_eq!(received(&p256, "sp-p384"), "signature-invalid");
    assert_eq!(received(&p256, "sp-rsa"), "signature-invalid");
}

#[test]
fn an_elliptic_signature_of_zeros_is_refused() {
    let unsigned = saml_request_parameter(&Draft::by_redirect().xml());
    let query = signed_query(
        &unsigned,
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        |_| vec![0; 64],
    );
    assert_eq!(
        outcome(&receive_redirect(
            &query,
            &service_with("true", &["sp-p256"])
        )),
        "signature-invalid"
    );
}

#[test]
fn the_second_of_two_registered_keys_is_good_too() {
    let service = service_with("true", &["other", "sp-rsa"]);
    assert_eq!(
        outcome(&receive_redirect(
            &signed_redirect(&Draft::by_redirect()),
            &service
        )),
        "accepted"
    );
}

#[test]
fn an_unsigned_request_is_refused_where_the_metadata_says_signed() {
    let query = saml_request_parameter(&Draft::by_redirect().xml());
    assert_eq!(code(&query), "unsigned-request");
    let lenient = receive_redirect(&query, &service_with("false", &[])).unwrap();
    assert_eq!(lenient.authenticity, Authenticity::Unsigned);
}

#[test]
fn a_wrong_signature_is_refused_even_where_none_is_needed() {
    let query =
        signed_redirect(&Draft::by_redirect()).replace("RelayState=state", "RelayState=other");
    assert_eq!(
        outcome(&receive_redirect(
            &query,
            &service_with("false", &["sp-rsa"])
        )),
        "signature-invalid"
    );
}

#[test]
fn a_signature_by_a_service_without_a_registered_key_is_refused() {
    let query = signed_redirect(&Draft::by_redirect());
    assert_eq!(
        outcome(&receive_redirect(&query, &service_with("false", &[]))),
        "no-signing-key"
    );
}

#[test]
fn a_changed_relay_state_request_or_algorithm_breaks_the_signature() {
    let query = signed_redirect(&Draft::by_redirect());
    assert_eq!(
        code(&query.replace("RelayState=state", "RelayState=stat")),
        "signature-invalid"
    );
    assert_eq!(
        code(&query.replace("&RelayState=state", "")),
        "signature-invalid"
    );
    assert_eq!(
        code(&query.replace("rsa%2Dsha256", "rsa%2Dsha512")),
        "signature-invalid"
    );
    let other = saml_request_parameter(&Draft::by_redirect().with("ForceAuthn", "true").xml());
    let swapped = format!("{other}{}", &query[query.find("&RelayState").unwrap()..]);
    assert_eq!(code(&swapped), "signature-invalid");
}

#[test]
fn the_same_octets_escaped_anew_are_not_what_was_signed() {
    let query = signed_redirect(&Draft::by_redirect());
    assert_eq!(
        code(&query.replace("RelayState=state", "RelayState=%73tate")),
        "signature-invalid"
    );
}

#[test]
fn parameters_may_come_in_any_order() {
    let query = signed_redirect(&Draft::by_redirect());
    let mut parameters: Vec<&str> = query.split('&').collect();
    parameters.reverse();
    assert_eq!(code(&parameters.join("&")), "accepted");
}

#[test]
fn a_parameter_that_stands_there_twice_is_refused() {
    let query = signed_redirect(&Draft::by_redirect());
    for twice in [
        "SAMLRequest=x",
        "RelayState=x",
        "SigAlg=x",
        "Signature=x",
        "RelayState",
    ] {
        assert_eq!(
            code(&format!("{query}&{twice}")),
            "duplicate-parameter",
            "{twice}"
        );
        assert_eq!(
            code(&format!("{twice}&{query}")),
            "duplicate-parameter",
            "{twice}"
        );
    }
}

#[test]
fn a_parameter_whose_name_is_escaped_is_refused() {
    let query = signed_redirect(&Draft::by_redirect());
    assert_eq!(code(&format!("{query}&%52elayState=x")), "malformed-query");
    assert_eq!(
        code(&query.replace("SAMLRequest", "SAML%52equest")),
        "malformed-query"
    );
}

#[test]
fn a_response_in_place_of_or_beside_the_request_is_refused() {
    let query = signed_redirect(&Draft::by_redirect());
    assert_eq!(
        code(&format!("{query}&SAMLResponse=x")),
        "response-in-request"
    );
    assert_eq!(code("SAMLResponse=x"), "response-in-request");
    assert_eq!(code(""), "missing-parameter");
}

#[test]
fn half_a_signature_is_refused() {
    let query = signed_redirect(&Draft::by_redirect());
    let (without, _) = query.split_once("&Signature=").unwrap();
    assert_eq!(code(without), "missing-parameter");
    let (_, signature) = query.split_once("&Signature=").unwrap();
    let request = query.split('&').next().unwrap();
    assert_eq!(
        code(&format!("{request}&Signature={signature}")),
        "missing-parameter"
    );
}

#[test]
fn sha_1_hmac_and_unknown_algorithms_are_refused() {
    let unsigned = saml_request_parameter(&Draft::by_redirect().xml());
    let with = |algorithm: &str| code(&signed_query(&unsigned, algorithm, rsa_signature));
    assert_eq!(
        with("http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        "sha1-refused"
    );
    assert_eq!(
        with("http://www.w3.org/2000/09/xmldsig#dsa-sha1"),
        "sha1-refused"
    );
    assert_eq!(
        with("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
        "algorithm-refused"
    );
    assert_eq!(with("none"), "algorithm-refused");
    assert_eq!(with(""), "algorithm-refused");
}

fn query_of_deflated(octets: &[u8]) -> String {
    format!("SAMLRequest={}", percent_encoded(&STANDARD.encode(octets)))
}

#[test]
fn a_deflate_bomb_is_refused_at_the_limit() {
    let bomb = deflated(&vec![b' '; 50 << 20]);
    assert!(bomb.len() < 60_000);
    assert_eq!(code(&query_of_deflated(&bomb)), "inflate-cap");
}

#[test]
fn octets_after_the_compressed_message_are_refused() {
    let mut octets = deflated(Draft::by_redirect().xml().as_bytes());
    octets.push(0);
    assert_eq!(code(&query_of_deflated(&octets)), "trailing-data");
}

#[test]
fn a_message_cut_short_or_not_compressed_or_not_base64_is_refused() {
    let octets = deflated(Draft::by_redirect().xml().as_bytes());
    assert_eq!(
        code(&query_of_deflated(&octets[..octets.len() / 2])),
        "malformed-deflate"
    );
    assert_eq!(
        code(&query_of_deflated(b"<samlp:AuthnRequest/>")),
        "malformed-deflate"
    );
    assert_eq!(code("SAMLRequest=%2"), "malformed-query");
    assert_eq!(code("SAMLRequest=a b"), "malformed-base64");
    assert_eq!(code("SAMLRequest=YWJj%0A"), "malformed-base64");
    assert_eq!(
        code(&format!("SAMLRequest={}", "A".repeat(200_000))),
        "too-large"
    );
    assert_eq!(
        code("SAMLRequest=YWJj&SAMLEncoding=urn:other"),
        "unknown-encoding"
    );
}

#[test]
fn a_relay_state_of_more_than_4096_octets_is_refused() {
    let request = saml_request_parameter(&Draft::by_redirect().xml());
    assert_eq!(
        code(&format!("{request}&RelayState={}", "a".repeat(4097))),
        "relay-state-too-long"
    );
    assert_eq!(
        code(&format!("{request}&RelayState={}", "a".repeat(4096))),
        "unsigned-request"
    );
}

#[test]
fn doctype_entity_processing_instruction_cdata_and_comment_in_text_are_refused() {
    let xml = Draft::by_redirect().xml();
    let received = |xml: &str| code(&saml_request_parameter(xml));
    assert_eq!(
        received(&format!("<!DOCTYPE a []>{xml}")),
        "doctype-refused"
    );
    assert_eq!(
        received(&format!(
            "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>{xml}"
        )),
        "doctype-refused"
    );
    assert_eq!(received(&xml.replace(ENTITY, "&xxe;")), "entity-refused");
    assert_eq!(
        received(&format!("<?xml-stylesheet href=\"a\"?>{xml}")),
        "processing-instruction-refused"
    );
    assert_eq!(
        received(&xml.replace(ENTITY, "<?pi?>https://sp.example/metadata")),
        "processing-instruction-refused"
    );
    assert_eq!(
        received(&xml.replace(ENTITY, "<![CDATA[https://sp.example/metadata]]>")),
        "cdata-refused"
    );
    let split = xml.replace(ENTITY, "https://sp.example/metadata<!-- -->.evil.example");
    assert_eq!(received(&split), "comment-in-text");
    assert_eq!(
        received(&format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?>{xml}")),
        "not-utf8"
    );
    assert_eq!(
        received(&format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>{xml}")),
        "unsigned-request"
    );
    assert_eq!(received(&format!("{xml}{xml}")), "malformed-xml");
    assert_eq!(received(&format!("{xml}text")), "malformed-xml");
}

#[test]
fn deep_wide_and_ambiguous_documents_are_refused() {
    let received = |children: &str| {
        code(&saml_request_parameter(
            &Draft::by_redirect().children(children).xml(),
        ))
    };
    let deep = format!("{}{}", "<a>".repeat(6000), "</a>".repeat(6000));
    assert_eq!(received(&deep), "too-deep");
    let attributes: String = (0..70).map(|n| format!(" a{n}=\"\"")).collect();
    assert_eq!(
        received(&format!("<a{attributes}/>")),
        "too-many-attributes"
    );
    assert_eq!(received(r#"<a ID="_request-1"/>"#), "duplicate-id");
    assert_eq!(received(r#"<a Id="_request-1"/>"#), "duplicate-id");
    assert_eq!(received("<unbound:a/>"), "malformed-xml");
    assert_eq!(received("<a b=\"\n\"/>"), "line-break-in-attribute");
}
