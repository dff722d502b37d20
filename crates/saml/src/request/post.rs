//! An AuthnRequest by HTTP-POST (SAML bindings §3.5).

use crate::base64_text;
use crate::metadata::ServiceProvider;
use crate::names::{EntityId, RelayState};
use crate::timestamp::Timestamp;
use crate::xml::Document;

use super::claims::{self, Claims};
use super::enveloped::{self, EnvelopedSignature};
use super::inflate::inflate;
use super::validate::{Arrival, validate};
use super::{Authenticity, AuthnRequest, Binding, Endpoints, MAX_OCTETS, RequestError};

/// A request that was decoded and is well-formed, but not yet believed.
#[derive(Debug, Clone)]
pub struct PostMessage {
    claims: Claims,
    relay_state: Option<RelayState>,
    signature: Option<EnvelopedSignature>,
}

impl PostMessage {
    /// Reads the two form fields, after the form's own encoding was undone.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub fn parse(saml_request: &str, relay_state: Option<&str>) -> Result<Self, RequestError> {
        if saml_request.len() > MAX_OCTETS {
            return Err(RequestError::TooLarge);
        }
        let xml =
            plain(base64_text::decode_strict(saml_request).ok_or(RequestError::MalformedBase64)?)?;
        let document = Document::parse(&xml, claims::LIMITS)?;
        Ok(Self {
            claims: Claims::read(&document)?,
            relay_state: relay_state
                .map(RelayState::parse)
                .transpose()
                .map_err(|_| RequestError::RelayStateTooLong)?,
            signature: enveloped::find(&document)?,
        })
    }

    /// The service that the request says it comes from.
    #[must_use]
    pub fn issuer(&self) -> &EntityId {
        &self.claims.issuer
    }

    /// Checks everything against the registered service and the time `now`.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub fn verify(
        self,
        service: &ServiceProvider,
        endpoints: &Endpoints,
        now: Timestamp,
    ) -> Result<AuthnRequest, RequestError> {
        let (claims, authenticity) = match &self.signature {
            None => (self.claims, Authenticity::Unsigned),
            Some(signature) => (verified_claims(signature, service)?, Authenticity::Signed),
        };
        let arrival = Arrival {
            binding: Binding::HttpPost,
            authenticity,
            endpoint: &endpoints.post,
            relay_state: self.relay_state,
            login_hint: None,
        };
        validate(claims, arrival, service, now)
    }
}

/// Undoes the compression that node-saml and its kin apply here too, although the binding has none.
/// XML begins with `<`, and nothing that begins otherwise is XML.
fn plain(octets: Vec<u8>) -> Result<Vec<u8>, RequestError> {
    match octets.first() {
        Some(b'<' | 0xEF | b' ' | b'\t' | b'\r' | b'\n') | None => Ok(octets),
        Some(_) => inflate(&octets),
    }
}

/// Reads the request a second time, from nothing but the octets that the signature covers.
fn verified_claims(
    signature: &EnvelopedSignature,
    service: &ServiceProvider,
) -> Result<Claims, RequestError> {
    let octets = signature.verify(&service.signing_certificates)?;
    Claims::read(&Document::parse(octets, claims::LIMITS)?)
}
