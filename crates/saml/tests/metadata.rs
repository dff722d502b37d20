//! Metadata in both directions.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "support/service.rs"]
mod service;

use selfsame_saml::metadata::{ImportNote, RequestSigning};
use selfsame_saml::xml::{Document, Limits};
use selfsame_saml::{
    Certificate, EntityId, IdentityProviderMetadata, ImportedMetadata, MetadataError, NameIdFormat,
};
use service::*;

const OKTA: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- as an Okta org hands it out -->
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
    entityID="https://www.okta.com/saml2/service-provider/spEXAMPLEEXAMPLE0001">
  <md:SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true"
      protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
      <ds:X509Data><ds:X509Certificate>
        CERTIFICATE
      </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat>
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
      Location="https://example.okta.com/sso/saml2/0oaEXAMPLE0000001" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>"#;

fn okta() -> String {
    OKTA.replace("CERTIFICATE", &certificate("sp-rsa").to_base64())
}

fn import(xml: &str) -> Result<ImportedMetadata, MetadataError> {
    ImportedMetadata::parse(xml.as_bytes())
}

#[test]
fn metadata_of_an_okta_org_is_taken_over() {
    let ImportedMetadata { service, notes } = import(&okta()).unwrap();
    assert_eq!(
        service.entity_id.as_str(),
        "https://www.okta.com/saml2/service-provider/spEXAMPLEEXAMPLE0001"
    );
    assert_eq!(service.request_signing, RequestSigning::Required);
    assert!(service.wants_assertions_signed);
    assert_eq!(service.signing_certificates, [certificate("sp-rsa")]);
    assert_eq!(service.name_id_formats, [NameIdFormat::Unspecified]);
    assert_eq!(
        service.default_assertion_consumer().unwrap().url.as_str(),
        "https://example.okta.com/sso/saml2/0oaEXAMPLE0000001"
    );
    assert_eq!(notes, []);
}

#[test]
fn a_key_without_use_signs_too_and_one_for_encryption_does_not() {
    let without_use = okta().replace(" use=\"signing\"", "");
    assert_eq!(
        import(&without_use)
            .unwrap()
            .service
            .signing_certificates
            .len(),
        1
    );
    let encryption = okta().replace("use=\"signing\"", "use=\"encryption\"");
    assert_eq!(import(&encryption), Err(MetadataError::SignedWithoutKey));
}

#[test]
fn signed_requests_without_a_key_are_an_error() {
    assert_eq!(
        import(&metadata("true", &[])),
        Err(MetadataError::SignedWithoutKey)
    );
    assert_eq!(
        import(&metadata("1", &[])),
        Err(MetadataError::SignedWithoutKey)
    );
    // What cannot be read as "no" is taken as "yes".
    assert_eq!(
        import(&metadata("TRUE", &[])),
        Err(MetadataError::SignedWithoutKey)
    );
}

#[test]
fn unsigned_requests_are_possible_and_pointed_out() {
    let imported = import(&metadata("false", &[])).unwrap();
    assert_eq!(imported.service.request_signing, RequestSigning::Optional);
    assert_eq!(imported.notes, [ImportNote::UnsignedRequests]);
}

#[test]
fn assertion_consumers_over_http_or_another_binding_do_not_count() {
    let over_http = okta().replace("https://example.okta.com", "http://example.okta.com");
    assert_eq!(
        import(&over_http).unwrap_err().code(),
        "metadata-assertion-consumer-refused"
    );
    let artifact = okta().replace("bindings:HTTP-POST", "bindings:HTTP-Artifact");
    assert_eq!(import(&artifact), Err(MetadataError::NoAssertionConsumer));
}

#[test]
fn two_assertion_consumers_with_one_index_are_refused() {
    let xml = metadata("true", &["sp-rsa"]).replace("index=\"1\"", "index=\"0\"");
    assert_eq!(import(&xml), Err(MetadataError::AssertionConsumerIndex));
    let xml = metadata("true", &["sp-rsa"]).replace("index=\"1\"", "index=\"one\"");
    assert_eq!(import(&xml), Err(MetadataError::AssertionConsumerIndex));
}

#[test]
fn without_a_marked_default_the_first_consumer_not_marked_otherwise_is_it() {
    let xml = metadata("true", &["sp-rsa"]).replace(" isDefault=\"true\"", "");
    assert_eq!(
        import(&xml)
            .unwrap()
            .service
            .default_assertion_consumer()
            .unwrap()
            .url
            .as_str(),
        ACS
    );
}

#[test]
fn something_other_than_one_service_provider_is_refused() {
    for xml in [
        "<a/>".to_owned(),
        okta().replace("SPSSODescriptor", "IDPSSODescriptor"),
        okta().replace("tc:SAML:2.0:protocol", "tc:SAML:1.1:protocol"),
        format!(
            "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">{}</md:EntitiesDescriptor>",
            metadata("false", &[])
        ),
    ] {
        assert_eq!(
            import(&xml),
            Err(MetadataError::NotServiceProvider),
            "{xml}"
        );
    }
}

#[test]
fn hostile_files_are_refused() {
    let xml = metadata("false", &[]);
    assert_eq!(
        import(&format!("<!DOCTYPE a>{xml}")).unwrap_err().code(),
        "metadata-xml-refused"
    );
    assert_eq!(
        import(&" ".repeat(600 * 1024)).unwrap_err().code(),
        "metadata-xml-refused"
    );
    assert_eq!(
        import(&xml.replace(ENTITY, "a b")).unwrap_err().code(),
        "metadata-bad-name"
    );
    assert_eq!(
        import(&okta().replace("MII", "MIJ")).unwrap_err().code(),
        "metadata-bad-certificate"
    );
}

#[test]
fn our_metadata_names_what_a_service_needs_and_is_canonical() {
    let certificates = [
        certificate("idp"),
        certificate("other"),
        certificate("sp-rsa"),
    ];
    let entity_id = EntityId::parse("https://idp.selfsame.example/metadata").unwrap();
    let xml = IdentityProviderMetadata {
        entity_id: &entity_id,
        request_signing: RequestSigning::Required,
        signing_certificates: &certificates,
        endpoints: &endpoints(),
    }
    .to_xml();
    let document = Document::parse(xml.as_bytes(), Limits { max_octets: 65_536 }).unwrap();
    assert_eq!(
        document.root().unwrap().attribute("entityID"),
        Some(entity_id.as_str())
    );
    assert!(xml.contains(r#"WantAuthnRequestsSigned="true""#));
    assert!(xml.contains(r#"HTTP-POST" Location="https://idp.selfsame.example/sso/post""#));
    assert!(xml.contains(r#"HTTP-Redirect" Location="https://idp.selfsame.example/sso/redirect""#));
    assert_eq!(
        xml.matches("<ds:X509Certificate>").count(),
        2,
        "Okta takes two at most"
    );
    let file = temporary(&xml);
    let output = tool("xmllint", &["--exc-c14n", path_of(&file)]);
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), xml);
}

#[test]
fn a_certificate_has_the_fingerprint_that_openssl_shows() {
    let path = fixture_path("keys/sp-rsa.crt");
    let output = tool(
        "openssl",
        &[
            "x509",
            "-noout",
            "-fingerprint",
            "-sha256",
            "-in",
            path.to_str().unwrap(),
        ],
    );
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        shown.trim().split_once('=').unwrap().1,
        certificate("sp-rsa").fingerprint()
    );
}

#[test]
fn a_certificate_with_a_short_key_is_refused() {
    let key = tempfile::NamedTempFile::new().unwrap();
    let output = tool(
        "openssl",
        &[
            "req",
            "-x509",
            "-newkey",
            "rsa:1024",
            "-nodes",
            "-subj",
            "/CN=short",
            "-keyout",
            path_of(&key),
        ],
    );
    let refused = Certificate::from_pem(&String::from_utf8(output.stdout).unwrap()).unwrap_err();
    assert!(refused.to_string().contains("1024 bits"), "{refused}");
}
