//! A service provider whose requests the tests make and spoil, and the machine's own tools that sign and judge for them.
#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    reason = "shared by several test programs; each uses a part"
)]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use selfsame_saml::{
    AuthnRequest, Certificate, Endpoints, ImportedMetadata, PostMessage, RedirectMessage,
    RequestError, ServiceProvider, Timestamp,
};

pub const ENTITY: &str = "https://sp.example/metadata";
pub const ACS: &str = "https://sp.example/acs";
pub const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
pub const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

pub fn now() -> Timestamp {
    Timestamp::parse("2026-11-25T01:00:00Z").unwrap()
}

pub fn endpoints() -> Endpoints {
    Endpoints {
        redirect: "https://idp.selfsame.example/sso/redirect".to_owned(),
        post: "https://idp.selfsame.example/sso/post".to_owned(),
    }
}

pub fn fixture_path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

pub fn fixture(name: &str) -> String {
    std::fs::read_to_string(fixture_path(name)).unwrap()
}

pub fn certificate(key: &str) -> Certificate {
    Certificate::from_pem(&fixture(&format!("keys/{key}.crt"))).unwrap()
}

pub fn private_key_der(key: &str) -> Vec<u8> {
    let pem = fixture(&format!("keys/{key}.key"));
    let body: String = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    STANDARD.decode(body).unwrap()
}

/// Metadata of the service, with `signed` as its AuthnRequestsSigned and `keys` for signing.
pub fn metadata(signed: &str, keys: &[&str]) -> String {
    let mut descriptors = String::new();
    for key in keys {
        let base64 = certificate(key).to_base64();
        write!(
            descriptors,
            r#"<md:KeyDescriptor><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"#
        )
        .unwrap();
    }
    format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY}"><md:SPSSODescriptor AuthnRequestsSigned="{signed}" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{descriptors}<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/other" index="0" isDefault="false"></md:AssertionConsumerService><md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{ACS}" index="1" isDefault="true"></md:AssertionConsumerService></md:SPSSODescriptor></md:EntityDescriptor>"#
    )
}

pub fn service_with(signed: &str, keys: &[&str]) -> ServiceProvider {
    ImportedMetadata::parse(metadata(signed, keys).as_bytes())
        .unwrap()
        .service
}

/// The service whose requests have to be signed with the RSA key.
pub fn service() -> ServiceProvider {
    service_with("true", &["sp-rsa"])
}

/// A request by the book, to be changed before it is written.
#[derive(Clone)]
pub struct Draft {
    pub id: String,
    pub attributes: Vec<(&'static str, String)>,
    pub issuer: String,
    pub children: String,
}

impl Draft {
    pub fn to(destination: &str) -> Self {
        Self {
            id: "_request-1".to_owned(),
            attributes: vec![
                ("AssertionConsumerServiceURL", ACS.to_owned()),
                ("Destination", destination.to_owned()),
                ("IssueInstant", now().to_string()),
                ("Version", "2.0".to_owned()),
            ],
            issuer: ENTITY.to_owned(),
            children: String::new(),
        }
    }

    pub fn by_post() -> Self {
        Self::to(&endpoints().post)
    }

    pub fn by_redirect() -> Self {
        Self::to(&endpoints().redirect)
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self = self.without(name);
        self.attributes.push((name, value.to_owned()));
        self
    }

    pub fn without(mut self, name: &'static str) -> Self {
        self.attributes.retain(|(other, _)| *other != name);
        self
    }

    pub fn children(mut self, children: &str) -> Self {
        self.children = children.to_owned();
        self
    }

    /// The request, with `signature` where the schema wants it.
    pub fn xml_with(&self, signature: &str) -> String {
        let mut attributes = String::new();
        for (name, value) in &self.attributes {
            write!(attributes, r#" {name}="{value}""#).unwrap();
        }
        format!(
            r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="{}"{attributes}><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{}</saml:Issuer>{signature}{}</samlp:AuthnRequest>"#,
            self.id, self.issuer, self.children
        )
    }

    pub fn xml(&self) -> String {
        self.xml_with("")
    }

    /// Signed by xmlsec1 with the service's RSA key.
    pub fn signed(&self) -> String {
        sign(
            &self.xml_with(&SignatureTemplate::over(&self.id).xml()),
            "sp-rsa",
        )
    }
}

/// What xmlsec1 fills in.
#[derive(Clone)]
pub struct SignatureTemplate {
    pub method: String,
    pub references: String,
    pub canonicalization: String,
    pub more: String,
}

impl SignatureTemplate {
    pub fn over(id: &str) -> Self {
        Self {
            method: RSA_SHA256.to_owned(),
            references: reference(id, SHA256),
            canonicalization: r#"<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>"#.to_owned(),
            more: String::new(),
        }
    }

    pub fn xml(&self) -> String {
        format!(
            r#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>{}<ds:SignatureMethod Algorithm="{}"/>{}</ds:SignedInfo><ds:SignatureValue/>{}</ds:Signature>"#,
            self.canonicalization, self.method, self.references, self.more
        )
    }
}

pub fn reference(id: &str, digest: &str) -> String {
    reference_with(id, digest, "")
}

pub fn reference_with(id: &str, digest: &str, more_transforms: &str) -> String {
    format!(
        r##"<ds:Reference URI="#{id}"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>{more_transforms}<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue/></ds:Reference>"##
    )
}

/// Runs a program of the machine. The tests need it, so a machine without it fails them.
pub fn tool(program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program).args(arguments).output();
    output.unwrap_or_else(|error| {
        panic!("these tests need {program} (Debian: xmlsec1, libxml2-utils): {error}")
    })
}

pub fn temporary(content: &str) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(".xml").tempfile().unwrap();
    std::fs::write(file.path(), content).unwrap();
    file
}

pub fn path_of(file: &tempfile::NamedTempFile) -> &str {
    file.path().to_str().unwrap()
}

/// Fills in the first signature template with xmlsec1.
pub fn sign(template: &str, key: &str) -> String {
    let key = fixture_path(&format!("keys/{key}.key"));
    sign_with(template, &["--privkey-pem", key.to_str().unwrap()])
}

pub fn sign_with(template: &str, key_arguments: &[&str]) -> String {
    let file = temporary(template);
    let mut arguments = vec![
        "--sign",
        "--id-attr:ID",
        "urn:oasis:names:tc:SAML:2.0:protocol:AuthnRequest",
        "--id-attr:ID",
        "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor",
    ];
    arguments.extend(key_arguments);
    arguments.push(path_of(&file));
    let output = tool("xmlsec1", &arguments);
    assert!(
        output.status.success(),
        "xmlsec1: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The `ds:Signature` element of a signed request.
pub fn signature_of(signed: &str) -> &str {
    let start = signed.find("<ds:Signature ").unwrap();
    let end = signed.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
    &signed[start..end]
}

pub fn deflated(xml: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(xml).unwrap();
    encoder.finish().unwrap()
}

pub fn percent_encoded(text: &str) -> String {
    let mut out = String::new();
    for octet in text.bytes() {
        if octet.is_ascii_alphanumeric() {
            out.push(char::from(octet));
        } else {
            write!(out, "%{octet:02X}").unwrap();
        }
    }
    out
}

pub fn saml_request_parameter(xml: &str) -> String {
    format!(
        "SAMLRequest={}",
        percent_encoded(&STANDARD.encode(deflated(xml.as_bytes())))
    )
}

/// A query signed by `sign`, which gets the octets to sign.
pub fn signed_query(
    unsigned: &str,
    algorithm: &str,
    sign: impl FnOnce(&[u8]) -> Vec<u8>,
) -> String {
    let octets = format!("{unsigned}&SigAlg={}", percent_encoded(algorithm));
    let signature = percent_encoded(&STANDARD.encode(sign(octets.as_bytes())));
    format!("{octets}&Signature={signature}")
}

pub fn rsa_signature(octets: &[u8]) -> Vec<u8> {
    selfsame_saml::Signer::from_pkcs8_der(&private_key_der("sp-rsa"))
        .unwrap()
        .sign(octets)
        .unwrap()
}

pub fn signed_redirect(draft: &Draft) -> String {
    let unsigned = format!("{}&RelayState=state", saml_request_parameter(&draft.xml()));
    signed_query(&unsigned, RSA_SHA256, rsa_signature)
}

pub fn receive_redirect(
    query: &str,
    service: &ServiceProvider,
) -> Result<AuthnRequest, RequestError> {
    RedirectMessage::parse(query)?.verify(service, &endpoints(), now())
}

pub fn receive_post(xml: &str, service: &ServiceProvider) -> Result<AuthnRequest, RequestError> {
    PostMessage::parse(&STANDARD.encode(xml), Some("state"))?.verify(service, &endpoints(), now())
}

/// The audit name of the refusal, or "accepted".
pub fn outcome(result: &Result<AuthnRequest, RequestError>) -> &'static str {
    result
        .as_ref()
        .map_or_else(RequestError::code, |_| "accepted")
}
