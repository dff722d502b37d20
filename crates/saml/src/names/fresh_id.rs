//! Identifiers that we make: from random octets that the caller drew.

use std::fmt;

/// An identifier with 160 random bits, the upper figure that SAML core §1.3.4 asks for. Written as `_` and 40 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FreshId(String);

impl FreshId {
    /// Makes an identifier from octets of a cryptographic random source. Never use the same octets twice.
    #[must_use]
    pub fn from_entropy(random: [u8; 20]) -> Self {
        let mut text = String::with_capacity(41);
        text.push('_');
        for octet in random {
            for nibble in [octet >> 4, octet & 15] {
                text.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
            }
        }
        Self(text)
    }

    /// The identifier as it stands in a message.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FreshId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
