//! SAML messages.
