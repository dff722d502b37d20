//! Proof Key for Code Exchange with S256 (RFC 7636): whoever redeems a code knows what whoever asked for it hid.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The SHA-256 of a verifier.
#[derive(Debug, Clone, Copy)]
pub struct CodeChallenge([u8; 32]);

impl CodeChallenge {
    /// Reads `code_challenge`; `None` when it is no SHA-256 in base64url.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// Whether this is the verifier that was hidden.
    pub fn is_of(&self, verifier: &str) -> bool {
        let is_plain = |c: u8| c.is_ascii_alphanumeric() || b"-._~".contains(&c);
        let is_verifier = (43..=128).contains(&verifier.len()) && verifier.bytes().all(is_plain);
        is_verifier && bool::from(Sha256::digest(verifier).ct_eq(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::CodeChallenge;

    #[test]
    fn the_example_of_the_standard_fits_and_nothing_else_does() {
        let challenge =
            CodeChallenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").unwrap();
        assert!(challenge.is_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert!(!challenge.is_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"));
        assert!(!challenge.is_of(""));
    }
}
