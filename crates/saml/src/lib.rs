//! SAML 2.0 for an identity provider that is a second factor: bytes in, bytes out.
//!
//! - [`metadata`] reads a service provider's metadata and writes ours.
//! - [`request`] turns what a browser brought (HTTP-Redirect or HTTP-POST) into an [`AuthnRequest`] that has been checked in full.
//! - [`response`] writes the signed answer.
//!
//! Nothing here reads a clock, opens a file or a socket, or draws a random number: time and fresh identifiers are arguments.
//! What a request says is looked at only after it was checked; see [`request`] for the order.

pub mod certificate;
pub mod metadata;
pub mod names;
pub mod request;
pub mod response;
pub mod signature;
pub mod signer;
pub mod timestamp;
pub mod xml;

mod base64_text;

pub use certificate::Certificate;
pub use metadata::{IdentityProviderMetadata, ImportedMetadata, MetadataError, ServiceProvider};
pub use names::{AcsUrl, EntityId, FreshId, MessageId, NameIdFormat, RelayState};
pub use request::{AuthnRequest, Endpoints, PostMessage, RedirectMessage, RequestError};
pub use response::{Attribute, NameId, Refusal, ReplyTo, Responder, SignedResponse, Success};
pub use signer::Signer;
pub use timestamp::Timestamp;
