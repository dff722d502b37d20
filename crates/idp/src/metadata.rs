//! Our SAML metadata: what a service's administrator is given.

use selfsame_protocol::Origin;
use selfsame_saml::{
    Certificate, EntityId, IdentityProviderMetadata, metadata::RequestSigning, request::Endpoints,
};

/// Where sign-in requests arrive, by either binding.
pub fn endpoints(origin: &Origin) -> Endpoints {
    let sso = format!("{origin}/saml/sso");
    Endpoints {
        redirect: sso.clone(),
        post: sso,
    }
}

/// Our name to services: the address of this metadata.
pub fn entity_id(origin: &Origin) -> String {
    format!("{origin}/metadata")
}

/// The document, with the certificate that signs first.
///
/// # Errors
/// When the origin is too long, which `init` refuses.
pub fn xml(origin: &Origin, certificates: &[Certificate]) -> anyhow::Result<String> {
    let document = IdentityProviderMetadata {
        entity_id: &EntityId::parse(&entity_id(origin))?,
        // Each service's own metadata says whether it signs; asking all of them to would keep out
        // those that cannot.
        request_signing: RequestSigning::Optional,
        signing_certificates: certificates,
        endpoints: &endpoints(origin),
    };
    Ok(document.to_xml())
}
