//! Namespace names and the algorithm identifier that both directions share.

/// SAML assertions.
pub const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// SAML requests and responses.
pub const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// SAML metadata.
pub const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// XML signatures.
pub const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";
/// Exclusive canonicalisation without comments; also the namespace of its parameters.
pub const EXCLUSIVE_C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
