//! Answers that state nothing about the person (SAML core §3.2.2.2).

use crate::xml::Writer;

/// Why there is no assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Not the person, unsure, no agent, or "use another method": the service cannot tell which.
    AuthnFailed,
    /// The person would have had to be asked, and the request forbade that.
    NoPassive,
    /// Policy, whoever the person is.
    RequestDenied,
    /// A name format that we do not name people in.
    InvalidNameIdPolicy,
    /// A class of authentication that we do not state.
    NoAuthnContext,
}

impl Refusal {
    /// The second-level status code.
    #[must_use]
    pub fn status_code(self) -> &'static str {
        match self {
            Self::AuthnFailed => "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed",
            Self::NoPassive => "urn:oasis:names:tc:SAML:2.0:status:NoPassive",
            Self::RequestDenied => "urn:oasis:names:tc:SAML:2.0:status:RequestDenied",
            Self::InvalidNameIdPolicy => "urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy",
            Self::NoAuthnContext => "urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext",
        }
    }
}

pub(super) fn write_status(xml: &mut Writer, refusal: Refusal) {
    xml.open("samlp:Status", &[], &[]);
    xml.open(
        "samlp:StatusCode",
        &[],
        &[("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")],
    );
    xml.leaf("samlp:StatusCode", &[("Value", refusal.status_code())], "");
    xml.close();
    xml.close();
}
