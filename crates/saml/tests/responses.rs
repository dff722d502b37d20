//! What services get: judged by xmlsec1, xmllint and by reading it as a service would.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "support/service.rs"]
mod service;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use selfsame_saml::request::AppContext;
use selfsame_saml::response::ResponseError;
use selfsame_saml::xml::{Document, Element, Limits};
use selfsame_saml::{
    AcsUrl, Attribute, EntityId, FreshId, MessageId, NameId, NameIdFormat, Refusal, RelayState,
    ReplyTo, Responder, SignedResponse, Signer, Success, metadata::CLOCK_SKEW,
    response::SignedParts,
};
use service::*;

const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const OUR_ENTITY: &str = "https://idp.selfsame.example/metadata";

fn responder() -> Responder {
    let signer = Signer::from_pkcs8_der(&private_key_der("idp")).unwrap();
    Responder::new(
        EntityId::parse(OUR_ENTITY).unwrap(),
        signer,
        &certificate("idp"),
    )
    .unwrap()
}

fn reply_to() -> ReplyTo {
    ReplyTo {
        in_response_to: MessageId::parse("_request-1").unwrap(),
        acs: AcsUrl::parse("https://sp.example/acs?a=1&b=2").unwrap(),
        service: EntityId::parse(ENTITY).unwrap(),
    }
}

fn success_for(name: &str, attributes: &[Attribute]) -> SignedResponse {
    signed_success_for(SignedParts::Both, name, attributes)
}

fn signed_success_for(signed: SignedParts, name: &str, attributes: &[Attribute]) -> SignedResponse {
    let success = Success {
        signed,
        clock_skew: CLOCK_SKEW,
        reply_to: &reply_to(),
        response_id: &FreshId::from_entropy([1; 20]),
        assertion_id: &FreshId::from_entropy([2; 20]),
        session_index: &FreshId::from_entropy([3; 20]),
        subject: &NameId::new(NameIdFormat::EmailAddress, name).unwrap(),
        judged_at: now().minus(Duration::from_millis(1500)),
        attributes,
    };
    responder().success(&success, now()).unwrap()
}

/// A name with everything that has to be escaped, or must not be.
const HOSTILE: &str = r#"al&ice<"'>]]>&amp;é€😀\u{2028}"#;

fn hostile_success() -> SignedResponse {
    let context = AppContext {
        instance_id: HOSTILE.to_owned(),
        name: Some("a\"<b>&".to_owned()),
    };
    success_for(HOSTILE, &Attribute::echo(&context).unwrap())
}

fn xmlsec1_accepts(xml: &str, signature_of: Option<&str>) -> bool {
    let file = temporary(xml);
    let certificate = fixture_path("keys/idp.crt");
    let mut arguments = vec!["--verify", "--enabled-reference-uris", "same-doc"];
    for name in ["assertion:Assertion", "protocol:Response"] {
        arguments.push("--id-attr:ID");
        arguments.push(if name.starts_with('a') {
            "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"
        } else {
            "urn:oasis:names:tc:SAML:2.0:protocol:Response"
        });
    }
    arguments.extend(["--pubkey-cert-pem", certificate.to_str().unwrap()]);
    let xpath = signature_of
        .map(|element| format!("//*[local-name()='{element}']/*[local-name()='Signature']"));
    if let Some(xpath) = &xpath {
        arguments.extend(["--node-xpath", xpath]);
    }
    arguments.push(path_of(&file));
    tool("xmlsec1", &arguments).status.success()
}

#[test]
fn xmlsec1_accepts_both_signatures_of_a_success() {
    for response in [success_for("alice@example.com", &[]), hostile_success()] {
        assert!(xmlsec1_accepts(response.xml(), Some("Response")));
        assert!(xmlsec1_accepts(response.xml(), Some("Assertion")));
    }
}

#[test]
fn xmlsec1_finds_one_signature_where_one_was_set() {
    for (signed, with, without) in [
        (SignedParts::Response, "Response", "Assertion"),
        (SignedParts::Assertion, "Assertion", "Response"),
    ] {
        let response = signed_success_for(signed, HOSTILE, &[]);
        assert!(xmlsec1_accepts(response.xml(), Some(with)));
        assert!(!xmlsec1_accepts(response.xml(), Some(without)));
        assert_eq!(response.xml().matches("<ds:Signature ").count(), 1);
    }
}

#[test]
fn xmlsec1_refuses_a_response_in_which_anything_was_changed() {
    let response = success_for("alice@example.com", &[]);
    let xml = response.xml();
    let other_person = xml.replace("alice@", "mallory@");
    assert!(!xmlsec1_accepts(&other_person, Some("Response")));
    assert!(!xmlsec1_accepts(&other_person, Some("Assertion")));
    let other_status = xml.replace("status:Success", "status:Responder");
    assert!(!xmlsec1_accepts(&other_status, Some("Response")));
    assert!(
        xmlsec1_accepts(&other_status, Some("Assertion")),
        "the assertion has a signature of its own"
    );
}

#[test]
fn the_assertion_verifies_by_itself_when_it_is_cut_out() {
    let response = hostile_success();
    let xml = response.xml();
    let start = xml.find("<saml:Assertion ").unwrap();
    let end = xml.find("</saml:Assertion>").unwrap() + "</saml:Assertion>".len();
    assert!(xmlsec1_accepts(&xml[start..end], None));
}

#[test]
fn xmlsec1_accepts_the_signature_of_every_failure() {
    for refusal in [
        Refusal::AuthnFailed,
        Refusal::NoPassive,
        Refusal::RequestDenied,
        Refusal::InvalidNameIdPolicy,
        Refusal::NoAuthnContext,
    ] {
        let response = responder()
            .failure(refusal, &reply_to(), &FreshId::from_entropy([9; 20]), now())
            .unwrap();
        assert!(xmlsec1_accepts(response.xml(), None), "{refusal:?}");
        assert!(response.xml().contains(refusal.status_code()));
        assert!(
            !response.xml().contains("Assertion "),
            "a failure states nothing about the person"
        );
        assert!(response.xml().contains("status:Responder"));
    }
}

#[test]
fn xmllint_leaves_a_response_as_it_is() {
    for response in [success_for("alice", &[]), hostile_success()] {
        let file = temporary(response.xml());
        let output = tool("xmllint", &["--exc-c14n", path_of(&file)]);
        assert!(output.status.success());
        assert_eq!(
            String::from_utf8(output.stdout)
                .unwrap()
                .trim_end_matches('\n'),
            response.xml()
        );
    }
}

fn read<T>(response: &SignedResponse, look: impl FnOnce(Element<'_, '_>) -> T) -> T {
    let document =
        Document::parse(response.xml().as_bytes(), Limits { max_octets: 65_536 }).unwrap();
    look(document.root().unwrap())
}

fn path<'d, 'a>(root: Element<'d, 'a>, names: &[&'static str]) -> Element<'d, 'a> {
    names.iter().fold(root, |element, name| {
        let (namespace, name) = name
            .strip_prefix("p:")
            .map_or((ASSERTION, *name), |name| (PROTOCOL, name));
        element
            .child(namespace, name)
            .unwrap()
            .unwrap_or_else(|| panic!("no {name}"))
    })
}

#[test]
fn a_response_says_whom_it_answers_where_it_goes_and_that_all_went_well() {
    read(&success_for("alice", &[]), |root| {
        assert!(root.is(PROTOCOL, "Response"));
        assert_eq!(
            root.attribute("Destination"),
            Some("https://sp.example/acs?a=1&b=2")
        );
        assert_eq!(root.attribute("InResponseTo"), Some("_request-1"));
        assert_eq!(root.attribute("Version"), Some("2.0"));
        assert_eq!(
            root.attribute("IssueInstant"),
            Some("2026-11-25T01:00:00.000Z")
        );
        assert_eq!(path(root, &["Issuer"]).text().unwrap(), OUR_ENTITY);
        let status = path(root, &["p:Status", "p:StatusCode"]);
        assert_eq!(
            status.attribute("Value"),
            Some("urn:oasis:names:tc:SAML:2.0:status:Success")
        );
    });
}

#[test]
fn an_assertion_names_the_person_the_audience_the_recipient_and_two_minutes() {
    read(&success_for("alice@example.com", &[]), |root| {
        let assertion = path(root, &["Assertion"]);
        assert_eq!(path(assertion, &["Issuer"]).text().unwrap(), OUR_ENTITY);
        let name_id = path(assertion, &["Subject", "NameID"]);
        assert_eq!(name_id.text().unwrap(), "alice@example.com");
        assert_eq!(
            name_id.attribute("Format"),
            Some(NameIdFormat::EmailAddress.uri())
        );
        let confirmation = path(assertion, &["Subject", "SubjectConfirmation"]);
        assert_eq!(
            confirmation.attribute("Method"),
            Some("urn:oasis:names:tc:SAML:2.0:cm:bearer")
        );
        let data = path(confirmation, &["SubjectConfirmationData"]);
        assert_eq!(data.attribute("InResponseTo"), Some("_request-1"));
        assert_eq!(
            data.attribute("Recipient"),
            Some("https://sp.example/acs?a=1&b=2")
        );
        assert_eq!(
            data.attribute("NotOnOrAfter"),
            Some("2026-11-25T01:02:00.000Z")
        );
        assert_eq!(
            data.attribute("NotBefore"),
            None,
            "SAML profiles forbid it here"
        );
        let conditions = path(assertion, &["Conditions"]);
        assert_eq!(
            conditions.attribute("NotBefore"),
            Some("2026-11-25T00:59:00.000Z")
        );
        assert_eq!(
            conditions.attribute("NotOnOrAfter"),
            Some("2026-11-25T01:02:00.000Z")
        );
        assert_eq!(
            path(conditions, &["AudienceRestriction", "Audience"])
                .text()
                .unwrap(),
            ENTITY
        );
    });
}

#[test]
fn the_statement_gives_the_moment_of_judgement_and_claims_no_kind_of_authentication() {
    read(&success_for("alice", &[]), |root| {
        let statement = path(root, &["Assertion", "AuthnStatement"]);
        assert_eq!(
            statement.attribute("AuthnInstant"),
            Some("2026-11-25T00:59:58.500Z")
        );
        assert_eq!(
            statement.attribute("SessionIndex"),
            Some(FreshId::from_entropy([3; 20]).as_str())
        );
        assert_eq!(statement.attribute("SessionNotOnOrAfter"), None);
        let class = path(statement, &["AuthnContext", "AuthnContextClassRef"]);
        assert_eq!(
            class.text().unwrap(),
            "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
        );
    });
}

#[test]
fn hostile_names_arrive_as_they_were_and_change_nothing_around_them() {
    read(&hostile_success(), |root| {
        let assertion = path(root, &["Assertion"]);
        assert_eq!(
            path(assertion, &["Subject", "NameID"]).text().unwrap(),
            HOSTILE
        );
        let attributes: Vec<_> = path(assertion, &["AttributeStatement"])
            .children()
            .collect();
        assert_eq!(attributes.len(), 2);
        assert_eq!(attributes[0].attribute("Name"), Some("OktaAppInstanceId"));
        assert_eq!(
            path(attributes[0], &["AttributeValue"]).text().unwrap(),
            HOSTILE
        );
        assert_eq!(attributes[1].attribute("Name"), Some("OktaAppName"));
    });
}

#[test]
fn the_order_of_elements_is_the_one_of_the_schema() {
    read(
        &success_for(
            "alice",
            &Attribute::echo(&AppContext {
                instance_id: "a".to_owned(),
                name: None,
            })
            .unwrap(),
        ),
        |root| {
            let names = |element: Element<'_, '_>| {
                element
                    .children()
                    .map(|c| c.local_name().to_owned())
                    .collect::<Vec<_>>()
            };
            assert_eq!(names(root), ["Issuer", "Signature", "Status", "Assertion"]);
            let inside = names(path(root, &["Assertion"]));
            assert_eq!(
                inside,
                [
                    "Issuer",
                    "Signature",
                    "Subject",
                    "Conditions",
                    "AuthnStatement",
                    "AttributeStatement"
                ]
            );
        },
    );
}

#[test]
fn names_that_xml_cannot_carry_are_refused_not_altered() {
    for name in ["", "a\u{0}b", "a\nb", "a\u{FFFE}", &"a".repeat(1025)] {
        assert_eq!(
            NameId::new(NameIdFormat::Unspecified, name),
            Err(ResponseError::BadText)
        );
    }
}

#[test]
fn a_certificate_that_does_not_belong_to_the_key_is_refused() {
    let signer = Signer::from_pkcs8_der(&private_key_der("idp")).unwrap();
    let entity = EntityId::parse(OUR_ENTITY).unwrap();
    assert_eq!(
        Responder::new(entity, signer, &certificate("other")).unwrap_err(),
        ResponseError::WrongCertificate
    );
}

#[test]
fn a_signing_key_never_shows_in_debug_output() {
    assert!(format!("{:?}", responder()).contains("Signer([redacted])"));
}

#[test]
fn only_rsa_keys_sign() {
    assert!(Signer::from_pkcs8_der(&private_key_der("sp-p256")).is_err());
    assert!(Signer::from_pkcs8_der(b"").is_err());
}

#[test]
fn the_form_carries_the_octets_that_were_signed_and_the_relay_state_as_it_came() {
    let response = success_for("alice", &[]);
    let xml = response.xml().to_owned();
    let form = response.into_form(Some(RelayState::parse("\"><script>").unwrap()));
    assert_eq!(
        STANDARD.decode(&form.saml_response).unwrap(),
        xml.as_bytes()
    );
    assert_eq!(form.relay_state.unwrap().as_str(), "\"><script>");
    assert_eq!(form.action.as_str(), "https://sp.example/acs?a=1&b=2");
}
