//! Metadata: what a service says about itself, and what we say about ourselves (SAML metadata §2.4).

mod identity_provider;
mod service_provider;

pub use identity_provider::IdentityProviderMetadata;
pub use service_provider::{
    AssertionConsumer, CLOCK_SKEW, ImportNote, ImportedMetadata, RequestSigning, ServiceProvider,
};

use crate::certificate::CertificateError;
use crate::names::NameError;
use crate::xml::XmlError;

/// Why a service's metadata is not taken over. The administrator who brought the file is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MetadataError {
    /// The file is no XML that is accepted.
    #[error("the metadata file is refused: {0}. Download it again from the service")]
    Xml(#[from] XmlError),
    /// The file is something else.
    #[error(
        "the file is no metadata of one SAML 2.0 service provider (EntityDescriptor with SPSSODescriptor). Download the service provider's own metadata"
    )]
    NotServiceProvider,
    /// A name in the file is no valid name.
    #[error("the metadata file is refused: {0}. The service's administrator has to mend it")]
    Name(#[from] NameError),
    /// A certificate in the file cannot be used.
    #[error("a signing certificate in the metadata is refused: {0}")]
    Certificate(#[from] CertificateError),
    /// The service says that it signs but brings no key to check that with.
    #[error(
        "the metadata says that requests are signed but holds no signing certificate. The service's administrator has to add one"
    )]
    SignedWithoutKey,
    /// No place to send responses to.
    #[error(
        "the metadata names no assertion consumer service for HTTP-POST over https. The service's administrator has to add one"
    )]
    NoAssertionConsumer,
    /// An assertion consumer service over plain http.
    #[error("the metadata names an assertion consumer service that is refused: {0}")]
    AssertionConsumer(NameError),
    /// Two assertion consumer services with the same index, or an index that is no number.
    #[error(
        "the indexes of the assertion consumer services are not distinct numbers. The service's administrator has to mend them"
    )]
    AssertionConsumerIndex,
}

impl MetadataError {
    /// A name for logs that stays the same.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Xml(_) => "metadata-xml-refused",
            Self::NotServiceProvider => "metadata-not-a-service-provider",
            Self::Name(_) => "metadata-bad-name",
            Self::Certificate(_) => "metadata-bad-certificate",
            Self::SignedWithoutKey => "metadata-signed-without-key",
            Self::NoAssertionConsumer => "metadata-no-assertion-consumer",
            Self::AssertionConsumer(_) => "metadata-assertion-consumer-refused",
            Self::AssertionConsumerIndex => "metadata-assertion-consumer-index",
        }
    }
}
