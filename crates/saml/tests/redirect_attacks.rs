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
use selfsame_saml::request::{Authenticity, Comparison};
use selfsame_saml::{NameIdFormat, RedirectMessage, Refusal};
use service::*;

fn code(query: &str) -> &'static str {
    outcome(&receive_redirect(query, &service()))
}

fn code_of(draft: &Draft) -> &'static str {
    code(&signed_redirect(draft))
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
fn a_request_meant_for_another_address_is_refused() {
    assert_eq!(
        code_of(&Draft::by_redirect().with("Destination", "https://evil.example/sso")),
        "wrong-destination"
    );
    // The address of the other binding is another address too.
    assert_eq!(code_of(&Draft::by_post()), "wrong-destination");
    assert_eq!(
        code_of(&Draft::by_redirect().without("Destination")),
        "missing-destination"
    );
}

#[test]
fn a_request_from_more_than_three_minutes_ago_or_ahead_is_refused() {
    let at = |instant: &str| code_of(&Draft::by_redirect().with("IssueInstant", instant));
    assert_eq!(at("2026-11-25T00:57:00Z"), "accepted");
    assert_eq!(at("2026-11-25T00:56:59.999Z"), "stale-request");
    assert_eq!(at("2026-11-25T01:03:00Z"), "accepted");
    assert_eq!(at("2026-11-25T01:03:00.001Z"), "stale-request");
    assert_eq!(at("2026-11-25T01:00:00"), "malformed-request");
}

#[test]
fn an_answer_goes_to_registered_addresses_only_even_when_the_request_is_signed() {
    let to = |url: &str| code_of(&Draft::by_redirect().with("AssertionConsumerServiceURL", url));
    assert_eq!(to("https://sp.example/other"), "accepted");
    assert_eq!(to("https://evil.example/acs"), "unregistered-acs");
    assert_eq!(to("https://sp.example/acs/"), "unregistered-acs");
    assert_eq!(to("https://sp.example/ACS"), "unregistered-acs");
    assert_eq!(to("https://sp.example:443/acs"), "unregistered-acs");
}

#[test]
fn an_assertion_consumer_may_be_named_by_index_or_left_to_the_default() {
    let draft = Draft::by_redirect().without("AssertionConsumerServiceURL");
    let receive = |draft: &Draft| receive_redirect(&signed_redirect(draft), &service());
    assert_eq!(receive(&draft).unwrap().acs.as_str(), ACS);
    let first = draft.clone().with("AssertionConsumerServiceIndex", "0");
    assert_eq!(
        receive(&first).unwrap().acs.as_str(),
        "https://sp.example/other"
    );
    assert_eq!(
        code_of(&draft.clone().with("AssertionConsumerServiceIndex", "7")),
        "unregistered-acs"
    );
    assert_eq!(
        code_of(&Draft::by_redirect().with("AssertionConsumerServiceIndex", "1")),
        "malformed-request"
    );
}

#[test]
fn another_response_binding_version_issuer_or_message_is_refused() {
    let draft = Draft::by_redirect;
    let artifact = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact";
    assert_eq!(
        code_of(&draft().with("ProtocolBinding", artifact)),
        "protocol-binding-refused"
    );
    assert_eq!(code_of(&draft().with("Version", "1.1")), "wrong-version");
    let mut other = draft();
    other.issuer = "https://other.example".to_owned();
    assert_eq!(code_of(&other), "wrong-issuer");
    let logout = draft().xml().replace("AuthnRequest", "LogoutRequest");
    assert_eq!(
        code(&saml_request_parameter(&logout)),
        "not-an-authn-request"
    );
}

#[test]
fn a_bad_message_id_is_refused() {
    for id in ["", "1", "a b", "a&quot;b", &"a".repeat(257)] {
        let mut draft = Draft::by_redirect();
        draft.id = id.to_owned();
        assert_eq!(code_of(&draft), "bad-request-id", "{id}");
    }
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

#[test]
fn hints_contexts_and_the_application_behind_okta_are_handed_on() {
    let draft = Draft::by_redirect().with("ForceAuthn", "1").with("IsPassive", "true").children(
        r#"<samlp:Extensions><o:OktaAppInstanceId xmlns:o="urn:okta">0oa1</o:OktaAppInstanceId><o:OktaAppName xmlns:o="urn:okta">mail</o:OktaAppName></samlp:Extensions><saml:Subject xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">alice@example.com</saml:NameID></saml:Subject><samlp:NameIDPolicy AllowCreate="true" Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"/><samlp:RequestedAuthnContext Comparison="minimum"><saml:AuthnContextClassRef xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">urn:x</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>"#,
    );
    let query = format!("{}&login_hint=alice%40example.com", signed_redirect(&draft));
    let request = receive_redirect(&query, &service()).unwrap();
    assert!(request.force_authn && request.is_passive);
    let subject = request.subject_hint.clone().unwrap();
    assert_eq!(
        (subject.format, &*subject.name),
        (Some(NameIdFormat::EmailAddress), "alice@example.com")
    );
    assert_eq!(request.login_hint.as_deref(), Some("alice@example.com"));
    assert_eq!(request.name_id_format(), NameIdFormat::Persistent);
    assert_eq!(
        request.requested_authn_context.clone().unwrap().comparison,
        Comparison::Minimum
    );
    let app = request.app_context.clone().unwrap();
    assert_eq!(
        (&*app.instance_id, app.name.as_deref()),
        ("0oa1", Some("mail"))
    );
    assert_eq!(request.refusal(), None);
}

#[test]
fn the_application_behind_okta_is_found_as_attributes_too() {
    let draft = Draft::by_redirect().children(
        r#"<samlp:Extensions><saml:Attribute xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Name="OktaAppInstanceId"><saml:AttributeValue>0oa1</saml:AttributeValue></saml:Attribute></samlp:Extensions>"#,
    );
    let request = receive_redirect(&signed_redirect(&draft), &service()).unwrap();
    assert_eq!(request.app_context.unwrap().instance_id, "0oa1");
}

#[test]
fn what_can_never_be_answered_is_known_at_once() {
    let refusal = |children: &str| {
        let query = signed_redirect(&Draft::by_redirect().children(children));
        receive_redirect(&query, &service()).unwrap().refusal()
    };
    let class = |class: &str| {
        format!(
            r#"<samlp:RequestedAuthnContext><saml:AuthnContextClassRef xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">urn:oasis:names:tc:SAML:2.0:ac:classes:{class}</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>"#
        )
    };
    assert_eq!(
        refusal(&class("PasswordProtectedTransport")),
        Some(Refusal::NoAuthnContext)
    );
    assert_eq!(refusal(&class("unspecified")), None);
    let kerberos =
        r#"<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos"/>"#;
    assert_eq!(refusal(kerberos), Some(Refusal::InvalidNameIdPolicy));
}

#[test]
fn the_issuer_is_known_before_anything_is_believed() {
    let message =
        RedirectMessage::parse(&saml_request_parameter(&Draft::by_redirect().xml())).unwrap();
    assert_eq!(message.issuer().as_str(), ENTITY);
}

#[test]
fn every_refusal_has_a_sentence_that_says_who_has_to_act() {
    let refusals = [
        receive_redirect("", &service()).unwrap_err(),
        receive_redirect(
            &saml_request_parameter(&Draft::by_redirect().xml()),
            &service(),
        )
        .unwrap_err(),
    ];
    for refusal in refusals {
        assert!(
            refusal.to_string().contains(". ") || refusal.to_string().contains("has to"),
            "{refusal}"
        );
    }
}
