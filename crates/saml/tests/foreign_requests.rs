//! Requests that node-saml and pysaml2 really sent are accepted, and say what those programs meant.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "support/service.rs"]
mod service;

use selfsame_saml::request::Authenticity;
use selfsame_saml::{
    AuthnRequest, ImportedMetadata, NameIdFormat, PostMessage, RedirectMessage, RequestError,
    Timestamp,
};
use service::{certificate, endpoints, fixture};

fn line(name: &str) -> String {
    fixture(name).trim_end().to_owned()
}

fn peer(name: &str) -> (ImportedMetadata, Timestamp) {
    let imported =
        ImportedMetadata::parse(fixture(&format!("{name}/metadata.xml")).as_bytes()).unwrap();
    (
        imported,
        Timestamp::parse(&line(&format!("{name}/made-at.txt"))).unwrap(),
    )
}

fn redirect(name: &str, file: &str) -> Result<AuthnRequest, RequestError> {
    let (imported, made_at) = peer(name);
    let message = RedirectMessage::parse(&line(&format!("{name}/{file}.txt")))?;
    message.verify(&imported.service, &endpoints(), made_at)
}

fn post(name: &str, file: &str) -> Result<AuthnRequest, RequestError> {
    let (imported, made_at) = peer(name);
    let message = PostMessage::parse(&line(&format!("{name}/{file}.txt")), None)?;
    message.verify(&imported.service, &endpoints(), made_at)
}

#[test]
fn a_redirect_by_node_saml_is_accepted() {
    let request = redirect("node-saml", "redirect").unwrap();
    assert_eq!(request.authenticity, Authenticity::Signed);
    assert_eq!(request.issuer.as_str(), "https://sp.example/node-saml");
    assert_eq!(request.acs.as_str(), "https://sp.example/node-saml/acs");
    assert_eq!(
        request.relay_state.as_ref().unwrap().as_str(),
        "a/relay/state+with=oddities&é"
    );
    assert!(request.force_authn);
    assert!(!request.is_passive);
    assert_eq!(request.name_id_format(), NameIdFormat::Unspecified);
    assert_eq!(request.refusal(), None);
}

#[test]
fn a_redirect_by_node_saml_with_sha_512_is_accepted() {
    assert_eq!(
        redirect("node-saml", "redirect-sha512")
            .unwrap()
            .authenticity,
        Authenticity::Signed
    );
}

#[test]
fn a_post_by_node_saml_is_accepted_although_it_compresses() {
    let request = post("node-saml", "post").unwrap();
    assert_eq!(request.authenticity, Authenticity::Signed);
    assert_eq!(request.acs.as_str(), "https://sp.example/node-saml/acs");
}

#[test]
fn a_redirect_by_pysaml2_is_accepted() {
    let request = redirect("pysaml2", "redirect").unwrap();
    assert_eq!(request.authenticity, Authenticity::Signed);
    assert_eq!(request.acs.as_str(), "https://sp.example/pysaml2/acs");
}

#[test]
fn a_post_by_pysaml2_is_accepted() {
    let request = post("pysaml2", "post").unwrap();
    assert_eq!(request.authenticity, Authenticity::Signed);
    assert_eq!(request.issuer.as_str(), "https://sp.example/pysaml2");
}

#[test]
fn node_saml_with_sha_1_is_refused_in_both_bindings() {
    assert_eq!(
        redirect("node-saml", "redirect-sha1"),
        Err(RequestError::Sha1)
    );
    assert_eq!(post("node-saml", "post-sha1"), Err(RequestError::Sha1));
}

#[test]
fn foreign_requests_signed_with_another_key_than_the_registered_one_are_refused() {
    for name in ["node-saml", "pysaml2"] {
        let (imported, made_at) = peer(name);
        let mut service = imported.service;
        service.signing_certificates = vec![certificate("other")];
        let by_redirect = RedirectMessage::parse(&line(&format!("{name}/redirect.txt"))).unwrap();
        let by_post = PostMessage::parse(&line(&format!("{name}/post.txt")), None).unwrap();
        assert_eq!(
            by_redirect.verify(&service, &endpoints(), made_at),
            Err(RequestError::SignatureInvalid)
        );
        assert_eq!(
            by_post.verify(&service, &endpoints(), made_at),
            Err(RequestError::SignatureInvalid)
        );
    }
}

#[test]
fn metadata_by_pysaml2_leaves_its_redirect_consumer_out_with_a_note() {
    let (imported, _) = peer("pysaml2");
    assert_eq!(imported.service.assertion_consumers.len(), 1);
    assert_eq!(imported.notes.len(), 1);
    assert!(imported.notes[0].to_string().contains("HTTP-Redirect"));
}
