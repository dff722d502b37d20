//! Our own metadata, for the service's administrator to upload.

use crate::certificate::Certificate;
use crate::metadata::RequestSigning;
use crate::names::{EntityId, NameIdFormat};
use crate::request::Endpoints;
use crate::xml::{METADATA, PROTOCOL, SIGNATURE, Writer};

/// What our metadata says.
#[derive(Debug, Clone)]
pub struct IdentityProviderMetadata<'a> {
    /// Our name.
    pub entity_id: &'a EntityId,
    /// Announced as `WantAuthnRequestsSigned`; say `Required` only where that is enforced.
    pub request_signing: RequestSigning,
    /// The certificate we sign with, then the next one while keys are being changed. Two at most are written: Okta takes no more.
    pub signing_certificates: &'a [Certificate],
    /// Where we take requests.
    pub endpoints: &'a Endpoints,
}

impl IdentityProviderMetadata<'_> {
    /// Writes the document.
    #[must_use]
    pub fn to_xml(&self) -> String {
        let mut xml = Writer::with_capacity(8192);
        let namespaces = [("md", METADATA)];
        xml.open(
            "md:EntityDescriptor",
            &namespaces,
            &[("entityID", self.entity_id.as_str())],
        );
        let signed = match self.request_signing {
            RequestSigning::Required => "true",
            RequestSigning::Optional => "false",
        };
        let attributes = [
            ("WantAuthnRequestsSigned", signed),
            ("protocolSupportEnumeration", PROTOCOL),
        ];
        xml.open("md:IDPSSODescriptor", &[], &attributes);
        for certificate in self.signing_certificates.iter().take(2) {
            write_key(&mut xml, certificate);
        }
        for format in [
            NameIdFormat::Unspecified,
            NameIdFormat::EmailAddress,
            NameIdFormat::Persistent,
        ] {
            xml.leaf("md:NameIDFormat", &[], format.uri());
        }
        write_sso(
            &mut xml,
            "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
            &self.endpoints.post,
        );
        write_sso(
            &mut xml,
            "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
            &self.endpoints.redirect,
        );
        xml.finish()
    }
}

fn write_key(xml: &mut Writer, certificate: &Certificate) {
    xml.open("md:KeyDescriptor", &[], &[("use", "signing")]);
    xml.open("ds:KeyInfo", &[("ds", SIGNATURE)], &[]);
    xml.open("ds:X509Data", &[], &[]);
    xml.leaf("ds:X509Certificate", &[], &certificate.to_base64());
    for _ in 0..3 {
        xml.close();
    }
}

fn write_sso(xml: &mut Writer, binding: &str, location: &str) {
    xml.open(
        "md:SingleSignOnService",
        &[],
        &[("Binding", binding), ("Location", location)],
    );
    xml.close();
}
