//! The answer to a request: a signed Response, with a signed Assertion when the person is the one, or a status without.
//!
//! A response is built once, by concatenation, and its octets are never parsed or written again: what is signed is what is sent.

mod enveloping;
mod failure;
mod form;
mod success;

pub use failure::Refusal;
pub use form::FormFields;
pub use success::{Attribute, NameId, SignedParts, Success};

use crate::certificate::{Certificate, PublicKey};
use crate::names::{AcsUrl, EntityId, FreshId, MessageId, RelayState};
use crate::signer::{Signer, SignerError};
use crate::timestamp::Timestamp;
use crate::xml::Writer;

use enveloping::{Template, Unsigned};

/// Why no response can be made. The fault is ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResponseError {
    /// Certificate and key do not belong together.
    #[error("the certificate does not belong to the signing key; put the matching pair in place")]
    WrongCertificate,
    /// A name that XML cannot carry or that is empty.
    #[error(
        "a name for the response is empty, longer than 1024 characters or holds control characters; correct the person's login"
    )]
    BadText,
    /// See [`SignerError`].
    #[error(transparent)]
    Signer(#[from] SignerError),
}

/// What every answer names: kept with a check that outlives its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyTo {
    /// The request's identifier.
    pub in_response_to: MessageId,
    /// Where the answer goes.
    pub acs: AcsUrl,
    /// The service, which is also the assertion's audience.
    pub service: EntityId,
}

/// Makes signed responses in the name of one identity provider.
#[derive(Debug)]
pub struct Responder {
    entity_id: EntityId,
    signer: Signer,
    template: Template,
}

impl Responder {
    /// A responder that signs with `signer` and shows `certificate`.
    ///
    /// # Errors
    /// `WrongCertificate`.
    pub fn new(
        entity_id: EntityId,
        signer: Signer,
        certificate: &Certificate,
    ) -> Result<Self, ResponseError> {
        let belongs =
            matches!(certificate.key(), PublicKey::Rsa(der) if der == signer.public_key_der());
        if !belongs {
            return Err(ResponseError::WrongCertificate);
        }
        Ok(Self {
            entity_id,
            signer,
            template: Template::new(certificate),
        })
    }

    /// Our own name.
    #[must_use]
    pub fn entity_id(&self) -> &EntityId {
        &self.entity_id
    }

    /// States that the person is the one, in an assertion inside a response. One signature or two.
    ///
    /// # Errors
    /// `Signer`.
    pub fn success(
        &self,
        success: &Success<'_>,
        now: Timestamp,
    ) -> Result<SignedResponse, ResponseError> {
        let assertion = success.assertion(&self.entity_id, now);
        let assertion = match success.signed {
            SignedParts::Both | SignedParts::Assertion => self.sign(&assertion)?,
            SignedParts::Response => assertion.xml,
        };
        let head = Head {
            id: success.response_id,
            reply_to: success.reply_to,
            issuer: &self.entity_id,
            now,
        };
        let response = head.response(|xml| {
            success::write_status(xml);
            xml.canonical(&assertion);
        });
        Ok(SignedResponse {
            acs: success.reply_to.acs.clone(),
            xml: match success.signed {
                SignedParts::Both | SignedParts::Response => self.sign(&response)?,
                SignedParts::Assertion => response.xml,
            },
        })
    }

    /// States that nothing is stated about the person: a status, no assertion. One signature.
    ///
    /// # Errors
    /// `Signer`.
    pub fn failure(
        &self,
        refusal: Refusal,
        reply_to: &ReplyTo,
        response_id: &FreshId,
        now: Timestamp,
    ) -> Result<SignedResponse, ResponseError> {
        let head = Head {
            id: response_id,
            reply_to,
            issuer: &self.entity_id,
            now,
        };
        let response = head.response(|xml| failure::write_status(xml, refusal));
        Ok(SignedResponse {
            acs: reply_to.acs.clone(),
            xml: self.sign(&response)?,
        })
    }

    fn sign(&self, unsigned: &Unsigned<'_>) -> Result<String, ResponseError> {
        Ok(self.template.sign(unsigned, &self.signer)?)
    }
}

/// What stands at the beginning of every response.
struct Head<'a> {
    id: &'a FreshId,
    reply_to: &'a ReplyTo,
    issuer: &'a EntityId,
    now: Timestamp,
}

impl<'a> Head<'a> {
    fn response(&self, write_rest: impl FnOnce(&mut Writer)) -> Unsigned<'a> {
        let mut xml = Writer::with_capacity(8192);
        let attributes = [
            ("Destination", self.reply_to.acs.as_str()),
            ("ID", self.id.as_str()),
            ("InResponseTo", self.reply_to.in_response_to.as_str()),
            ("IssueInstant", &self.now.to_string()),
            ("Version", "2.0"),
        ];
        xml.open(
            "samlp:Response",
            &[("samlp", crate::xml::PROTOCOL)],
            &attributes,
        );
        // Exclusive canonicalisation declares a prefix where it is used, so not on the response itself.
        xml.open("saml:Issuer", &[("saml", crate::xml::ASSERTION)], &[]);
        xml.text(self.issuer.as_str());
        xml.close();
        let signature_at = xml.position();
        write_rest(&mut xml);
        Unsigned {
            id: self.id,
            xml: xml.finish(),
            signature_at,
        }
    }
}

/// A response that is ready to be sent, octet for octet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedResponse {
    acs: AcsUrl,
    xml: String,
}

impl SignedResponse {
    /// The document.
    #[must_use]
    pub fn xml(&self) -> &str {
        &self.xml
    }

    /// The form that the browser posts to the service.
    #[must_use]
    pub fn into_form(self, relay_state: Option<RelayState>) -> FormFields {
        FormFields {
            saml_response: crate::base64_text::encode(&self.xml),
            action: self.acs,
            relay_state,
        }
    }
}
