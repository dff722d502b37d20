//! What holds for a request however it came: for whom, when, where to, and what it asks for.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "support/service.rs"]
mod service;

use selfsame_saml::request::Comparison;
use selfsame_saml::{NameIdFormat, RedirectMessage, Refusal};
use service::*;

fn code(query: &str) -> &'static str {
    outcome(&receive_redirect(query, &service()))
}

fn code_of(draft: &Draft) -> &'static str {
    code(&signed_redirect(draft))
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
