//! HTTP-POST: signed requests, and the eight wrapping moves of SAML Raider carried over to AuthnRequests.
//!
//! xmlsec1 makes the signatures, so every attack starts from a message that somebody else's software signed.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "support/service.rs"]
mod service;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use selfsame_saml::PostMessage;
use selfsame_saml::request::Authenticity;
use service::*;

fn code(xml: &str) -> &'static str {
    outcome(&receive_post(xml, &service()))
}

#[test]
fn a_signed_request_is_accepted() {
    let request = receive_post(&Draft::by_post().signed(), &service()).unwrap();
    assert_eq!(request.authenticity, Authenticity::Signed);
    assert_eq!(request.acs.as_str(), ACS);
    assert_eq!(request.relay_state.unwrap().as_str(), "state");
}

#[test]
fn every_accepted_algorithm_is_accepted() {
    for (method, key) in [
        ("rsa-sha384", "sp-rsa"),
        ("rsa-sha512", "sp-rsa"),
        ("ecdsa-sha256", "sp-p256"),
        ("ecdsa-sha384", "sp-p384"),
    ] {
        let mut template = SignatureTemplate::over("_request-1");
        template.method = format!("http://www.w3.org/2001/04/xmldsig-more#{method}");
        template.references = reference("_request-1", "http://www.w3.org/2001/04/xmlenc#sha512");
        let xml = sign(&Draft::by_post().xml_with(&template.xml()), key);
        assert_eq!(
            outcome(&receive_post(&xml, &service_with("true", &[key]))),
            "accepted",
            "{method}"
        );
    }
}

#[test]
fn a_signature_with_inclusive_namespaces_comments_and_line_breaks_is_accepted() {
    let inclusive = r#"<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="xs #default"/>"#;
    let mut template = SignatureTemplate::over("_request-1");
    let plain = r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>"#;
    let with_prefixes = format!(
        r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">{inclusive}</ds:Transform>"#
    );
    template.references = template.references.replace(plain, &with_prefixes);
    template.canonicalization = format!(
        r#"<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">{inclusive}</ds:CanonicalizationMethod>"#
    );
    let unsigned = Draft::by_post().children(
        "\r\n <!-- c --> <samlp:Extensions a='1&#10;&quot;\"'/>"
            .replace("\"'", "'")
            .as_str(),
    );
    let xml = unsigned.xml_with(&template.xml()).replace(
        "<samlp:AuthnRequest ",
        "<samlp:AuthnRequest\n xmlns:xs=\"urn:xs\" xmlns=\"urn:d\"\t",
    );
    assert_eq!(code(&sign(&xml, "sp-rsa")), "accepted");
}

#[test]
fn an_unsigned_request_is_refused_where_the_metadata_says_signed() {
    assert_eq!(code(&Draft::by_post().xml()), "unsigned-request");
    assert_eq!(
        outcome(&receive_post(
            &Draft::by_post().xml(),
            &service_with("false", &[])
        )),
        "accepted"
    );
}

#[test]
fn every_change_of_a_signed_request_breaks_it() {
    let xml = Draft::by_post().signed();
    for (from, to) in [
        (ACS, "https://sp.example/other"),
        ("Version=\"2.0\"", "Version=\"2.0\" ForceAuthn=\"true\""),
        ("</saml:Issuer>", "</saml:Issuer><samlp:Extensions/>"),
        (
            "</samlp:AuthnRequest>",
            "<samlp:Extensions/></samlp:AuthnRequest>",
        ),
        ("</samlp:AuthnRequest>", " </samlp:AuthnRequest>"),
    ] {
        let changed = xml.replace(from, to);
        assert_ne!(changed, xml);
        assert_eq!(code(&changed), "signature-invalid", "{from} to {to}");
    }
}

#[test]
fn a_key_that_the_message_brings_along_counts_for_nothing() {
    let mut template = SignatureTemplate::over("_request-1");
    let certificate = certificate("other").to_base64();
    template.more = format!(
        "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
    );
    let xml = Draft::by_post().xml_with(&template.xml());
    assert_eq!(code(&sign(&xml, "other")), "signature-invalid");
    assert_eq!(code(&sign(&xml, "sp-rsa")), "accepted");
}

#[test]
fn a_signature_by_a_service_without_a_registered_key_is_refused() {
    let received = receive_post(&Draft::by_post().signed(), &service_with("false", &[]));
    assert_eq!(outcome(&received), "no-signing-key");
}

#[test]
fn sha_1_in_signature_or_digest_is_refused() {
    let mut template = SignatureTemplate::over("_request-1");
    template.method = "http://www.w3.org/2000/09/xmldsig#rsa-sha1".to_owned();
    assert_eq!(
        code(&sign(&Draft::by_post().xml_with(&template.xml()), "sp-rsa")),
        "sha1-refused"
    );
    let mut template = SignatureTemplate::over("_request-1");
    template.references = reference("_request-1", "http://www.w3.org/2000/09/xmldsig#sha1");
    assert_eq!(
        code(&sign(&Draft::by_post().xml_with(&template.xml()), "sp-rsa")),
        "sha1-refused"
    );
}

#[test]
fn a_hash_with_the_public_certificate_as_its_key_is_refused() {
    let mut template = SignatureTemplate::over("_request-1");
    template.method = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256".to_owned();
    let key = fixture_path("keys/sp-rsa.crt");
    let xml = sign_with(
        &Draft::by_post().xml_with(&template.xml()),
        &["--hmackey", key.to_str().unwrap()],
    );
    assert_eq!(code(&xml), "algorithm-refused");
}

#[test]
fn two_references_two_signed_infos_or_two_signatures_are_refused() {
    let mut template = SignatureTemplate::over("_request-1");
    template.references = template.references.repeat(2);
    assert_eq!(
        code(&sign(&Draft::by_post().xml_with(&template.xml()), "sp-rsa")),
        "signature-malformed"
    );

    let signed = Draft::by_post().signed();
    let start = signed.find("<ds:SignedInfo>").unwrap();
    let end = signed.find("</ds:SignedInfo>").unwrap() + "</ds:SignedInfo>".len();
    let signed_info = &signed[start..end];
    assert_eq!(
        code(&signed.replace(signed_info, &signed_info.repeat(2))),
        "signature-malformed"
    );

    let signature = signature_of(&signed);
    assert_eq!(
        code(&signed.replace(signature, &signature.repeat(2))),
        "signature-wrapping"
    );
}

#[test]
fn transforms_other_than_enveloped_then_exclusive_are_refused() {
    let xpath = r#"<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>true()</ds:XPath></ds:Transform>"#;
    let mut template = SignatureTemplate::over("_request-1");
    template.references = reference_with("_request-1", SHA256, xpath);
    assert_eq!(
        code(&sign(&Draft::by_post().xml_with(&template.xml()), "sp-rsa")),
        "signature-malformed"
    );

    let mut template = SignatureTemplate::over("_request-1");
    template.references = template.references.replace(
        r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>"#,
        r#"<ds:Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>"#,
    );
    assert_eq!(
        code(&sign(&Draft::by_post().xml_with(&template.xml()), "sp-rsa")),
        "signature-malformed"
    );

    let mut template = SignatureTemplate::over("_request-1");
    template.canonicalization =
        r#"<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>"#.to_owned();
    assert_eq!(
        code(&sign(&Draft::by_post().xml_with(&template.xml()), "sp-rsa")),
        "signature-malformed"
    );
}

#[test]
fn a_signature_over_the_whole_document_instead_of_the_request_id_is_refused() {
    let mut template = SignatureTemplate::over("_request-1");
    template.references = template.references.replace("#_request-1", "");
    assert_eq!(
        code(&sign(&Draft::by_post().xml_with(&template.xml()), "sp-rsa")),
        "signature-wrapping"
    );
}

#[test]
fn a_comment_in_the_digest_or_signature_value_is_refused() {
    let xml = Draft::by_post().signed();
    for element in ["DigestValue", "SignatureValue"] {
        let commented = xml.replace(
            &format!("<ds:{element}>"),
            &format!("<ds:{element}><!--x-->"),
        );
        assert_ne!(commented, xml);
        assert_eq!(code(&commented), "comment-in-text");
    }
}

#[test]
fn a_comment_that_cuts_the_issuer_in_two_is_refused() {
    let xml = Draft::by_post()
        .signed()
        .replace(ENTITY, "https://sp.example/meta<!---->data");
    assert_eq!(code(&xml), "comment-in-text");
}

#[test]
fn a_signature_of_the_service_over_something_else_does_not_make_a_request() {
    // Services sign their metadata too, and it is public.
    let template = SignatureTemplate::over("_metadata").xml();
    let metadata = format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_metadata">{template}</md:EntityDescriptor>"#
    );
    let signed = sign(&metadata, "sp-rsa");
    let signed = &signed[signed.find("<md:").unwrap()..];
    let signature = signature_of(signed);
    let mut evil = Draft::by_post();
    evil.id = "_evil".to_owned();
    let inside = format!("<samlp:Extensions>{}</samlp:Extensions>", signed.trim_end());
    assert_eq!(
        code(&evil.clone().children(&inside).xml()),
        "signature-wrapping"
    );
    let moved = format!(
        "<samlp:Extensions>{}</samlp:Extensions>",
        signed.trim_end().replace(signature, "")
    );
    assert_eq!(
        code(&evil.children(&moved).xml_with(signature)),
        "signature-wrapping"
    );
}

/// An attacker's request, the signature he caught, and the request it was made for, with and without it.
struct Wrapping {
    evil: Draft,
    signature: String,
    original: String,
    original_with_signature: String,
}

impl Wrapping {
    fn with_evil_id(id: &str) -> Self {
        let signed = Draft::by_post().signed();
        let signed = signed[signed.find("<samlp:").unwrap()..]
            .trim_end()
            .to_owned();
        let signature = signature_of(&signed).to_owned();
        let mut evil =
            Draft::by_post().with("AssertionConsumerServiceURL", "https://sp.example/other");
        evil.id = id.to_owned();
        Self {
            evil,
            original: signed.replace(&signature, ""),
            original_with_signature: signed,
            signature,
        }
    }

    /// The signature with `content` put in before its end.
    fn signature_holding(&self, content: &str) -> String {
        self.signature
            .replace("</ds:Signature>", &format!("{content}</ds:Signature>"))
    }

    fn evil(&self, signature: &str, children: &str) -> String {
        self.evil.clone().children(children).xml_with(signature)
    }
}

/// The moves in the order of SAML Raider's XSWHelpers, with the signed AuthnRequest in the part of the signed Response or Assertion.
fn wrapped(move_number: u8, parts: &Wrapping) -> String {
    match move_number {
        // The original inside the signature of the evil request.
        1 => parts.evil(&parts.signature_holding(&parts.original), ""),
        // The original beside the signature, before it.
        2 => parts.evil(&format!("{}{}", parts.original, parts.signature), ""),
        // The evil request around the original, which keeps its own signature.
        3 => parts.evil(&parts.original_with_signature, ""),
        // The same with the original last.
        4 => parts.evil("", &parts.original_with_signature),
        // The signature stays on the evil request, the original goes to its end.
        5 => parts.evil(&parts.signature, &parts.original),
        // The original inside its signature, and both at the end of the evil request.
        6 => parts.evil("", &parts.signature_holding(&parts.original)),
        // The original in Extensions, where the schema allows anything.
        7 => parts.evil(
            &parts.signature,
            &format!("<samlp:Extensions>{}</samlp:Extensions>", parts.original),
        ),
        // The original in an Object of the signature, where the schema allows anything too.
        _ => parts.evil(
            &parts.signature_holding(&format!("<ds:Object>{}</ds:Object>", parts.original)),
            "",
        ),
    }
}

#[test]
fn none_of_the_eight_wrapping_moves_gets_through() {
    let parts = Wrapping::with_evil_id("_evil");
    assert_eq!(
        code(&parts.original_with_signature),
        "accepted",
        "what was wrapped is good by itself"
    );
    for number in 1..=8 {
        assert_eq!(
            code(&wrapped(number, &parts)),
            "signature-wrapping",
            "move {number}"
        );
    }
}

#[test]
fn none_of_the_wrapping_moves_gets_through_with_the_original_id_on_the_evil_request() {
    let parts = Wrapping::with_evil_id("_request-1");
    for number in 1..=8 {
        assert_eq!(
            code(&wrapped(number, &parts)),
            "duplicate-id",
            "move {number}"
        );
    }
}

#[test]
fn none_of_the_wrapping_moves_gets_through_when_the_original_is_renamed() {
    // Not an AuthnRequest any more by its name, so that only the reference gives it away.
    let parts = Wrapping::with_evil_id("_evil");
    for number in [1, 2, 5, 7, 8] {
        let original = parts.original.replace("samlp:AuthnRequest", "samlp:Other");
        let xml = wrapped(number, &parts).replace(&parts.original, &original);
        let code = code(&xml);
        assert!(
            ["signature-wrapping", "signature-malformed"].contains(&code),
            "move {number}: {code}"
        );
    }
}

#[test]
fn the_form_field_has_to_be_plain_base64_of_at_most_64_kib() {
    let parse = |field: &str| PostMessage::parse(field, None).unwrap_err().code();
    let field = STANDARD.encode(Draft::by_post().signed());
    assert_eq!(parse(&format!("{field}\n")), "malformed-base64");
    assert_eq!(
        parse(&format!("{} {}", &field[..8], &field[8..])),
        "malformed-base64"
    );
    assert_eq!(parse("="), "malformed-base64");
    assert_eq!(parse(""), "malformed-xml");
    assert_eq!(parse(&"A".repeat(65_537)), "too-large");
    assert_eq!(
        parse(&STANDARD.encode(deflated(&vec![b' '; 50 << 20]))),
        "too-large"
    );
    assert_eq!(
        parse(&STANDARD.encode(deflated(&vec![b' '; 10 << 20]))),
        "inflate-cap"
    );
    assert_eq!(
        PostMessage::parse(&field, Some(&"a".repeat(4097)))
            .unwrap_err()
            .code(),
        "relay-state-too-long"
    );
}

#[test]
fn doctype_and_entity_are_refused_however_the_message_is_signed() {
    let xml = Draft::by_post().signed();
    let xml = xml[xml.find("<samlp:").unwrap()..].to_owned();
    assert_eq!(
        code(&format!(
            "<!DOCTYPE samlp:AuthnRequest SYSTEM \"https://evil.example/x.dtd\">{xml}"
        )),
        "doctype-refused"
    );
    assert_eq!(
        code(&xml.replace(ENTITY, "&#x68;ttps&colon;//sp")),
        "entity-refused"
    );
}

#[test]
fn a_wrong_destination_or_time_is_refused_although_the_signature_is_good() {
    assert_eq!(code(&Draft::by_redirect().signed()), "wrong-destination");
    assert_eq!(
        code(&Draft::by_post().without("Destination").signed()),
        "missing-destination"
    );
    assert_eq!(
        code(
            &Draft::by_post()
                .with("IssueInstant", "2026-11-25T00:50:00Z")
                .signed()
        ),
        "stale-request"
    );
    assert_eq!(
        code(
            &Draft::by_post()
                .with("AssertionConsumerServiceURL", "https://evil.example")
                .signed()
        ),
        "unregistered-acs"
    );
}
