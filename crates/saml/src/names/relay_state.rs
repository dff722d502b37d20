//! What a service wants back with the answer.

use super::NameError;

/// Opaque text that is echoed byte for byte, never interpreted, and escaped by whoever shows it. At most 4096 octets:
/// the 80 of SAML bindings §3.4.3 are too few for real services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayState(String);

impl RelayState {
    /// Takes over a relay state.
    ///
    /// # Errors
    /// When it is longer than 4096 octets.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        if text.len() > 4096 {
            return Err(NameError {
                what: "the relay state",
                problem: "is longer than 4096 octets",
            });
        }
        Ok(Self(text.to_owned()))
    }

    /// The text itself. Escape it for where it goes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
