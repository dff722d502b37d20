//! Our SAML metadata: what a service's administrator is given.

use anyhow::Context;
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

/// The document.
///
/// # Errors
/// When the certificate cannot be read, which `init` makes so that it can.
pub fn xml(origin: &Origin, certificate_der: &[u8]) -> anyhow::Result<String> {
    let certificate = Certificate::from_der(certificate_der)
        .context("the SAML certificate cannot be used; run `selfsame-idp cert show`")?;
    let document = IdentityProviderMetadata {
        entity_id: &EntityId::parse(&entity_id(origin))?,
        // Each service's own metadata says whether it signs; asking all of them to would keep out
        // those that cannot.
        request_signing: RequestSigning::Optional,
        signing_certificates: &[certificate],
        endpoints: &endpoints(origin),
    };
    Ok(document.to_xml())
}
