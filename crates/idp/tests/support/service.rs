//! A service provider made of a few lines: it is registered, asks, and reads the answer.

use std::{fmt::Write as _, io::Write as _};

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::DeflateEncoder};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use selfsame_idp::{clock::Clock, random};
use selfsame_saml::Timestamp;
use sha2::{Digest, Sha256};

use super::Server;

/// Its name.
pub const ENTITY: &str = "https://sp.example/metadata";
/// Where its pages are.
pub const ORIGIN: &str = "https://sp.example";
/// Where it takes answers.
pub const ACS: &str = "https://sp.example/acs";

const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";

/// A registered service.
pub struct TestService {
    key: EcdsaKeyPair,
    destination: String,
}

/// A request, by the book until a test changes it.
pub struct Request {
    /// Its identifier.
    pub id: String,
    /// Attributes of the root, without the identifier.
    pub attributes: Vec<(&'static str, String)>,
    /// What follows the issuer.
    pub children: String,
    /// The relay state that goes with it.
    pub relay_state: String,
}

impl TestService {
    /// Registers a service whose requests must be signed, and lets it be answered.
    pub fn register(server: &Server) -> Self {
        let service = Self::register_for_observation(server);
        let set = [
            "sp",
            "set",
            ENTITY,
            "--mode",
            "assist",
            "--without-tests",
            "a test of its own",
        ];
        assert!(server.cli(&set).status.success());
        service
    }

    /// Registers a service whose requests must be signed; nobody is answered for yet.
    pub fn register_for_observation(server: &Server) -> Self {
        let made = rcgen::generate_simple_self_signed(["sp.example".to_owned()]).expect("a key");
        let metadata = metadata(&STANDARD.encode(made.cert.der()));
        let file = server.path().join("sp.xml");
        std::fs::write(&file, metadata).expect("written");
        let file = file.to_str().expect("text");
        let args = ["sp", "add", "--metadata", file, "--name", "Acme & Sons"];
        let added = server.cli(&[&args[..], &["--posts-from", "https://login.example"]].concat());
        assert!(
            added.status.success(),
            "{}",
            String::from_utf8_lossy(&added.stderr)
        );
        let der = made.signing_key.serialize_der();
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der, &SystemRandom::new());
        Self {
            key: key.expect("a P-256 key"),
            destination: format!("{}/saml/sso", server.origin()),
        }
    }

    /// A fresh request.
    pub fn request(&self) -> Request {
        let now = Timestamp::from_unix_millis(Clock::start().wall().0).to_string();
        Request {
            id: format!("_{}", random::check_id()),
            attributes: vec![
                ("AssertionConsumerServiceURL", ACS.to_owned()),
                ("Destination", self.destination.clone()),
                ("IssueInstant", now),
                ("Version", "2.0".to_owned()),
            ],
            children: String::new(),
            relay_state: "https://sp.example/?a=1&b=\"<2>\"".to_owned(),
        }
    }

    /// The path and signed query of a GET.
    pub fn by_redirect(&self, request: &Request) -> String {
        let mut query = unsigned_query(request);
        let _ = write!(query, "&SigAlg={}", encode(ECDSA_SHA256));
        let signature = encode(&STANDARD.encode(self.sign(query.as_bytes())));
        format!("/saml/sso?{query}&Signature={signature}")
    }

    /// The signed form of a POST.
    pub fn by_post(&self, request: &Request) -> String {
        let digest = STANDARD.encode(Sha256::digest(request.xml("")));
        let info = signed_info(&request.id, &digest);
        // Alone, SignedInfo declares the prefix that Signature declares in the document.
        let alone = info.replacen(
            "<ds:SignedInfo>",
            r#"<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">"#,
            1,
        );
        let value = STANDARD.encode(self.sign(alone.as_bytes()));
        form(&request.xml(&format!(r#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{info}<ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>"#)), &request.relay_state)
    }

    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        self.key
            .sign(&SystemRandom::new(), bytes)
            .expect("signed")
            .as_ref()
            .to_vec()
    }
}

impl Request {
    /// With another value of an attribute, or with one more.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.attributes.retain(|(other, _)| *other != name);
        self.attributes.push((name, value.to_owned()));
        self.attributes.sort();
        self
    }

    /// Without an attribute.
    pub fn without(mut self, name: &str) -> Self {
        self.attributes.retain(|(other, _)| *other != name);
        self
    }

    /// With another relay state; none at all when it is empty.
    pub fn beside(mut self, relay_state: &str) -> Self {
        self.relay_state = relay_state.to_owned();
        self
    }

    /// With more inside.
    pub fn holding(mut self, children: &str) -> Self {
        self.children = children.to_owned();
        self
    }

    /// The document, in canonical form.
    pub fn xml(&self, signature: &str) -> String {
        let (mut before, mut after) = (String::new(), String::new());
        for (name, value) in &self.attributes {
            let side = if *name < "ID" {
                &mut before
            } else {
                &mut after
            };
            let _ = write!(side, r#" {name}="{value}""#);
        }
        format!(
            r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"{before} ID="{}"{after}><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{ENTITY}</saml:Issuer>{signature}{}</samlp:AuthnRequest>"#,
            self.id, self.children
        )
    }
}

/// The form of a POST around any document.
pub fn form(xml: &str, relay_state: &str) -> String {
    let request = format!("SAMLRequest={}", encode(&STANDARD.encode(xml)));
    beside(request, relay_state)
}

/// An empty relay state is not sent at all.
fn beside(request: String, relay_state: &str) -> String {
    match relay_state {
        "" => request,
        state => format!("{request}&RelayState={}", encode(state)),
    }
}

/// The query of a GET, not signed.
pub fn unsigned_query(request: &Request) -> String {
    let document = format!("SAMLRequest={}", deflated(request.xml("").as_bytes()));
    beside(document, &request.relay_state)
}

/// Compressed, in base64, percent-encoded.
pub fn deflated(bytes: &[u8]) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("compressed");
    encode(&STANDARD.encode(encoder.finish().expect("compressed")))
}

/// Percent-encodes everything that is not a letter or digit.
pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte.is_ascii_alphanumeric() {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

fn signed_info(id: &str, digest: &str) -> String {
    format!(
        r##"<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="{ECDSA_SHA256}"></ds:SignatureMethod><ds:Reference URI="#{id}"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"##
    )
}

fn metadata(certificate: &str) -> String {
    format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY}"><md:SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{ACS}" index="0" isDefault="true"></md:AssertionConsumerService></md:SPSSODescriptor></md:EntityDescriptor>"#
    )
}
