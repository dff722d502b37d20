//! The form of the HTTP-POST binding (SAML bindings §3.5.4). Whoever writes the page escapes the values.

use crate::names::{AcsUrl, RelayState};

/// Address and fields of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormFields {
    /// Where the browser posts to; also what the page's `form-action` has to allow.
    pub action: AcsUrl,
    /// The field `SAMLResponse`: base64 on one line.
    pub saml_response: String,
    /// The field `RelayState`, left out when there is none.
    pub relay_state: Option<RelayState>,
}
