//! Comparing what a request says with what is registered and with the clock.

use std::time::Duration;

use crate::metadata::{RequestSigning, ServiceProvider};
use crate::names::{AcsUrl, RelayState};
use crate::timestamp::Timestamp;

use super::claims::Claims;
use super::{Authenticity, AuthnRequest, Binding, RequestError};

/// How far `IssueInstant` may be from now, either way, beside what the clocks differ.
const FRESHNESS: Duration = Duration::from_secs(120);
const HTTP_POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

/// How a message came in and what vouches for it.
pub(super) struct Arrival<'a> {
    pub binding: Binding,
    pub authenticity: Authenticity,
    /// Our address for this binding.
    pub endpoint: &'a str,
    pub relay_state: Option<RelayState>,
    pub login_hint: Option<String>,
}

pub(super) fn validate(
    claims: Claims,
    arrival: Arrival<'_>,
    service: &ServiceProvider,
    now: Timestamp,
) -> Result<AuthnRequest, RequestError> {
    if claims.issuer != service.entity_id {
        return Err(RequestError::WrongIssuer);
    }
    check_signing(arrival.authenticity, service)?;
    check_destination(&claims, &arrival)?;
    if claims.issue_instant.distance(now) > FRESHNESS + service.clock_skew {
        return Err(RequestError::Stale);
    }
    if claims
        .protocol_binding
        .as_deref()
        .is_some_and(|binding| binding != HTTP_POST)
    {
        return Err(RequestError::ProtocolBinding);
    }
    Ok(AuthnRequest {
        acs: assertion_consumer(&claims, service)?,
        id: claims.id,
        issuer: claims.issuer,
        issue_instant: claims.issue_instant,
        destination: claims.destination,
        force_authn: claims.force_authn,
        is_passive: claims.is_passive,
        name_id_policy: claims.name_id_policy,
        subject_hint: claims.subject_hint,
        login_hint: arrival.login_hint,
        requested_authn_context: claims.requested_authn_context,
        app_context: claims.app_context,
        relay_state: arrival.relay_state,
        binding: arrival.binding,
        authenticity: arrival.authenticity,
    })
}

fn check_signing(
    authenticity: Authenticity,
    service: &ServiceProvider,
) -> Result<(), RequestError> {
    match (authenticity, service.request_signing) {
        (Authenticity::Unsigned, RequestSigning::Required) => Err(RequestError::Unsigned),
        _ => Ok(()),
    }
}

fn check_destination(claims: &Claims, arrival: &Arrival<'_>) -> Result<(), RequestError> {
    match (claims.destination.as_deref(), arrival.authenticity) {
        (Some(destination), _) if destination == arrival.endpoint => Ok(()),
        (None, Authenticity::Unsigned) => Ok(()),
        (None, Authenticity::Signed) => Err(RequestError::MissingDestination),
        (Some(_), _) => Err(RequestError::WrongDestination),
    }
}

fn assertion_consumer(claims: &Claims, service: &ServiceProvider) -> Result<AcsUrl, RequestError> {
    let consumers = &service.assertion_consumers;
    let found = match (&claims.acs_url, claims.acs_index) {
        (Some(_), Some(_)) => {
            return Err(RequestError::Malformed(
                "it names its assertion consumer by URL and by index",
            ));
        }
        (Some(url), None) => consumers
            .iter()
            .find(|consumer| consumer.url.as_str() == url),
        (None, Some(index)) => consumers
            .iter()
            .find(|consumer| consumer.index == Some(index)),
        (None, None) => service.default_assertion_consumer(),
    };
    found
        .map(|consumer| consumer.url.clone())
        .ok_or(RequestError::UnregisteredAcs)
}
