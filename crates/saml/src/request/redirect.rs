//! An AuthnRequest by HTTP-Redirect (SAML bindings §3.4).

use crate::base64_text;
use crate::metadata::ServiceProvider;
use crate::names::{EntityId, RelayState};
use crate::signature::SignatureAlgorithm;
use crate::timestamp::Timestamp;
use crate::xml::Document;

use super::claims::{self, Claims};
use super::inflate::inflate;
use super::query::RawQuery;
use super::validate::{Arrival, validate};
use super::{Authenticity, AuthnRequest, Binding, Endpoints, RequestError};

const DEFLATE: &str = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";

/// A request that was decoded and is well-formed, but not yet believed.
#[derive(Debug, Clone)]
pub struct RedirectMessage {
    claims: Claims,
    relay_state: Option<RelayState>,
    login_hint: Option<String>,
    signature: Option<QuerySignature>,
}

#[derive(Debug, Clone)]
struct QuerySignature {
    algorithm: SignatureAlgorithm,
    value: Vec<u8>,
    octets: String,
}

impl RedirectMessage {
    /// Reads the query of a GET. `raw_query` is what follows the `?`, exactly as received.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub fn parse(raw_query: &str) -> Result<Self, RequestError> {
        let query = RawQuery::parse(raw_query)?;
        let xml = inflated_request(&query)?;
        let document = Document::parse(&xml, claims::LIMITS)?;
        let relay_state = query
            .decoded("RelayState")?
            .map(|text| RelayState::parse(&text));
        Ok(Self {
            claims: Claims::read(&document)?,
            relay_state: relay_state
                .transpose()
                .map_err(|_| RequestError::RelayStateTooLong)?,
            login_hint: query.decoded("login_hint")?,
            signature: signature(&query)?,
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
        let authenticity = match &self.signature {
            None => Authenticity::Unsigned,
            Some(signature) => signature.verify(service)?,
        };
        let arrival = Arrival {
            binding: Binding::HttpRedirect,
            authenticity,
            endpoint: &endpoints.redirect,
            relay_state: self.relay_state,
            login_hint: self.login_hint,
        };
        validate(self.claims, arrival, service, now)
    }
}

impl QuerySignature {
    fn verify(&self, service: &ServiceProvider) -> Result<Authenticity, RequestError> {
        let keys = &service.signing_certificates;
        if keys.is_empty() {
            return Err(RequestError::NoSigningKey);
        }
        if !self
            .algorithm
            .verifies(keys, self.octets.as_bytes(), &self.value)
        {
            return Err(RequestError::SignatureInvalid);
        }
        Ok(Authenticity::Signed)
    }
}

fn inflated_request(query: &RawQuery<'_>) -> Result<Vec<u8>, RequestError> {
    if query
        .decoded("SAMLEncoding")?
        .is_some_and(|encoding| encoding != DEFLATE)
    {
        return Err(RequestError::UnknownEncoding);
    }
    let text = query
        .decoded("SAMLRequest")?
        .ok_or(RequestError::MissingParameter("SAMLRequest"))?;
    let compressed = base64_text::decode_strict(&text).ok_or(RequestError::MalformedBase64)?;
    inflate(&compressed)
}

fn signature(query: &RawQuery<'_>) -> Result<Option<QuerySignature>, RequestError> {
    match (query.decoded("SigAlg")?, query.decoded("Signature")?) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(RequestError::MissingParameter("Signature")),
        (None, Some(_)) => Err(RequestError::MissingParameter("SigAlg")),
        (Some(algorithm), Some(value)) => Ok(Some(QuerySignature {
            algorithm: SignatureAlgorithm::from_uri(&algorithm)?,
            value: base64_text::decode_strict(&value).ok_or(RequestError::MalformedBase64)?,
            octets: query.signed_octets(),
        })),
    }
}
