//! Putting a signature into an element that is canonical already.

use ring::digest::{SHA256, digest};

use crate::base64_text;
use crate::certificate::Certificate;
use crate::names::FreshId;
use crate::signer::{Signer, SignerError};

/// An element in canonical form, and where in it its signature belongs: after its issuer.
pub(super) struct Unsigned<'a> {
    pub id: &'a FreshId,
    pub xml: String,
    pub signature_at: usize,
}

/// The parts of a signature that are always the same, each written once.
#[derive(Debug)]
pub(super) struct Template {
    /// Everything after the signature value.
    tail: String,
}

const SIGNATURE_HEAD: &str = r#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">"#;
/// `ds:SignedInfo` by itself, which is what is signed, declares the prefix that `ds:Signature` declares in the document.
const SIGNED_INFO_ALONE: &str = r#"<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">"#;
const SIGNED_INFO: &str = "<ds:SignedInfo>";
const BEFORE_ID: &str = concat!(
    r#"<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod>"#,
    r#"<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>"#,
    r##"<ds:Reference URI="#"##,
);
const BEFORE_DIGEST: &str = concat!(
    r#""><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>"#,
    r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms>"#,
    r#"<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>"#,
);
const AFTER_DIGEST: &str = "</ds:DigestValue></ds:Reference></ds:SignedInfo>";

impl Template {
    pub(super) fn new(certificate: &Certificate) -> Self {
        let certificate = certificate.to_base64();
        Self {
            tail: format!(
                "</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
            ),
        }
    }

    /// The element with its signature inside.
    pub(super) fn sign(
        &self,
        unsigned: &Unsigned<'_>,
        signer: &Signer,
    ) -> Result<String, SignerError> {
        let digest = digest(&SHA256, unsigned.xml.as_bytes());
        let mut to_sign = String::with_capacity(1024);
        to_sign.push_str(SIGNED_INFO_ALONE);
        for part in [BEFORE_ID, unsigned.id.as_str(), BEFORE_DIGEST] {
            to_sign.push_str(part);
        }
        base64_text::encode_onto(digest.as_ref(), &mut to_sign);
        to_sign.push_str(AFTER_DIGEST);
        let signature = signer.sign(to_sign.as_bytes())?;

        let (before, after) = unsigned.xml.split_at(unsigned.signature_at);
        let mut out =
            String::with_capacity(unsigned.xml.len() + to_sign.len() + self.tail.len() + 1024);
        let signed_info = &to_sign[SIGNED_INFO_ALONE.len()..];
        for part in [
            before,
            SIGNATURE_HEAD,
            SIGNED_INFO,
            signed_info,
            "<ds:SignatureValue>",
        ] {
            out.push_str(part);
        }
        base64_text::encode_onto(&signature, &mut out);
        out.push_str(&self.tail);
        out.push_str(after);
        Ok(out)
    }
}
