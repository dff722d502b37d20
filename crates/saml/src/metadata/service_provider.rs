//! A service provider, read from the metadata that an administrator uploads.

use std::time::Duration;

use crate::certificate::Certificate;
use crate::names::{AcsUrl, EntityId, NameIdFormat};
use crate::xml::{Document, Element, Limits, METADATA, PROTOCOL, SIGNATURE};

use super::MetadataError;

/// Metadata of large federations is larger, but holds many services and is refused anyway.
const LIMITS: Limits = Limits {
    max_octets: 512 * 1024,
};
const HTTP_POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

/// Whether a service's requests must be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestSigning {
    /// An unsigned request is refused.
    Required,
    /// A signature is checked where there is one.
    Optional,
}

/// One place where a service takes responses, by HTTP-POST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssertionConsumer {
    /// Its address.
    pub url: AcsUrl,
    /// The number by which a request may name it.
    pub index: Option<u16>,
    /// What the metadata says about it being the default.
    pub is_default: Option<bool>,
}

/// A service whose requests are answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceProvider {
    /// Its name, and the audience of assertions for it.
    pub entity_id: EntityId,
    /// Whether its requests must be signed.
    pub request_signing: RequestSigning,
    /// Whether it asks for signed assertions. Ours always are.
    pub wants_assertions_signed: bool,
    /// The keys its requests may be signed with.
    pub signing_certificates: Vec<Certificate>,
    /// The forms in which it takes a person's name.
    pub name_id_formats: Vec<NameIdFormat>,
    /// Where it takes responses; never empty.
    pub assertion_consumers: Vec<AssertionConsumer>,
    /// How far its clock may be from ours: not in the metadata, but for an administrator to set.
    pub clock_skew: Duration,
}

/// The clock skew of a service where nobody said otherwise.
pub const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// Something in the metadata that is not used and that an administrator should know of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportNote {
    /// An assertion consumer service of another binding.
    #[error(
        "the assertion consumer service {location} is left out: its binding is {binding}, and responses go by HTTP-POST only"
    )]
    OtherBinding {
        /// Where it is.
        location: String,
        /// Its binding.
        binding: String,
    },
    /// Requests need not be signed.
    #[error(
        "the metadata does not say that requests are signed; turn signing on at the service, or anybody can make requests in its name"
    )]
    UnsignedRequests,
}

/// A service and what was left out of its metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedMetadata {
    /// The service.
    pub service: ServiceProvider,
    /// What to show beside it.
    pub notes: Vec<ImportNote>,
}

impl ImportedMetadata {
    /// Reads an uploaded metadata file.
    ///
    /// # Errors
    /// See [`MetadataError`].
    pub fn parse(file: &[u8]) -> Result<Self, MetadataError> {
        let document = Document::parse(file, LIMITS)?;
        let entity = document.root()?;
        let role = service_role(entity)?;
        let mut notes = Vec::new();
        let service = ServiceProvider {
            entity_id: EntityId::parse(entity.attribute("entityID").unwrap_or_default())?,
            request_signing: request_signing(role),
            wants_assertions_signed: flag(role, "WantAssertionsSigned").unwrap_or(false),
            signing_certificates: signing_certificates(role)?,
            name_id_formats: name_id_formats(role)?,
            assertion_consumers: assertion_consumers(role, &mut notes)?,
            clock_skew: CLOCK_SKEW,
        };
        match service.request_signing {
            RequestSigning::Required if service.signing_certificates.is_empty() => {
                return Err(MetadataError::SignedWithoutKey);
            }
            RequestSigning::Required => {}
            RequestSigning::Optional => notes.push(ImportNote::UnsignedRequests),
        }
        Ok(Self { service, notes })
    }
}

impl ServiceProvider {
    /// The assertion consumer of a request that names none (SAML metadata §2.4.4.1, indexed endpoints):
    /// the first marked as default, else the first not marked as none, else the first.
    #[must_use]
    pub fn default_assertion_consumer(&self) -> Option<&AssertionConsumer> {
        let consumers = &self.assertion_consumers;
        consumers
            .iter()
            .find(|c| c.is_default == Some(true))
            .or_else(|| consumers.iter().find(|c| c.is_default.is_none()))
            .or_else(|| consumers.first())
    }
}

fn service_role<'d, 'a>(entity: Element<'d, 'a>) -> Result<Element<'d, 'a>, MetadataError> {
    if !entity.is(METADATA, "EntityDescriptor") {
        return Err(MetadataError::NotServiceProvider);
    }
    let mut roles = entity
        .children_named(METADATA, "SPSSODescriptor")
        .filter(|role| {
            let protocols = role
                .attribute("protocolSupportEnumeration")
                .unwrap_or_default();
            protocols
                .split_whitespace()
                .any(|protocol| protocol == PROTOCOL)
        });
    match (roles.next(), roles.next()) {
        (Some(role), None) => Ok(role),
        _ => Err(MetadataError::NotServiceProvider),
    }
}

fn request_signing(role: Element<'_, '_>) -> RequestSigning {
    match role.attribute("AuthnRequestsSigned").map(str::trim) {
        None | Some("false" | "0") => RequestSigning::Optional,
        // Anything that is not plainly "no" asks for signatures.
        Some(_) => RequestSigning::Required,
    }
}

fn flag(element: Element<'_, '_>, name: &str) -> Option<bool> {
    match element.attribute(name)?.trim() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// The certificates of every key descriptor for signing; one without `use` serves both purposes.
fn signing_certificates(role: Element<'_, '_>) -> Result<Vec<Certificate>, MetadataError> {
    let mut certificates = Vec::new();
    let descriptors = role.children_named(METADATA, "KeyDescriptor");
    for descriptor in descriptors.filter(|d| d.attribute("use") != Some("encryption")) {
        for info in descriptor.children_named(SIGNATURE, "KeyInfo") {
            for data in info.children_named(SIGNATURE, "X509Data") {
                for certificate in data.children_named(SIGNATURE, "X509Certificate") {
                    certificates.push(Certificate::from_base64(&certificate.text()?)?);
                }
            }
        }
    }
    certificates.dedup();
    Ok(certificates)
}

fn name_id_formats(role: Element<'_, '_>) -> Result<Vec<NameIdFormat>, MetadataError> {
    role.children_named(METADATA, "NameIDFormat")
        .map(|format| Ok(NameIdFormat::from_uri(&format.text()?)))
        .collect()
}

fn assertion_consumers(
    role: Element<'_, '_>,
    notes: &mut Vec<ImportNote>,
) -> Result<Vec<AssertionConsumer>, MetadataError> {
    let mut consumers: Vec<AssertionConsumer> = Vec::new();
    for element in role.children_named(METADATA, "AssertionConsumerService") {
        let (binding, location) = (
            element.attribute("Binding"),
            element.attribute("Location").unwrap_or_default(),
        );
        if binding != Some(HTTP_POST) {
            let binding = binding.unwrap_or("not given").to_owned();
            notes.push(ImportNote::OtherBinding {
                location: location.to_owned(),
                binding,
            });
            continue;
        }
        let consumer = assertion_consumer(element, location)?;
        if consumer.index.is_some() && consumers.iter().any(|c| c.index == consumer.index) {
            return Err(MetadataError::AssertionConsumerIndex);
        }
        consumers.push(consumer);
    }
    if consumers.is_empty() {
        Err(MetadataError::NoAssertionConsumer)
    } else {
        Ok(consumers)
    }
}

fn assertion_consumer(
    element: Element<'_, '_>,
    location: &str,
) -> Result<AssertionConsumer, MetadataError> {
    let index = element.attribute("index").map(|index| index.trim().parse());
    Ok(AssertionConsumer {
        url: AcsUrl::parse(location).map_err(MetadataError::AssertionConsumer)?,
        index: index
            .transpose()
            .map_err(|_| MetadataError::AssertionConsumerIndex)?,
        is_default: flag(element, "isDefault"),
    })
}
