//! Signing ID tokens: compact JWS with RS256 (RFC 7515, RFC 7518 §3.3).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use selfsame_saml::{Certificate, Signer, signer::SignerError};
use serde::Serialize;
use serde_json::json;

use super::jwks;

/// Signs tokens, naming the key as our key set does.
#[derive(Debug)]
pub struct TokenSigner {
    signer: Signer,
    header: String,
}

impl TokenSigner {
    /// Signs with the key that belongs to this certificate.
    pub fn new(signer: Signer, certificate: &Certificate) -> Self {
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": jwks::key_id(certificate) });
        Self {
            signer,
            header: URL_SAFE_NO_PAD.encode(header.to_string()),
        }
    }

    /// The token that states these claims.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, SignerError> {
        let claims = serde_json::to_vec(claims).map_err(|_| SignerError::Signing)?;
        let mut token = format!("{}.{}", self.header, URL_SAFE_NO_PAD.encode(claims));
        let signature = self.signer.sign(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}
