//! Which signature algorithms count, and checking a signature over octets with a registered key.

use ring::digest;
use ring::signature::{self as algorithms, UnparsedPublicKey, VerificationAlgorithm};

use crate::certificate::{Certificate, PublicKey};

/// The signature algorithms that are accepted from services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256. Also what we sign with.
    RsaSha256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RsaSha384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    RsaSha512,
    /// ECDSA on P-256 with SHA-256.
    EcdsaSha256,
    /// ECDSA on P-384 with SHA-384.
    EcdsaSha384,
}

/// Why an algorithm is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlgorithmRefused {
    /// SHA-1 or MD5: collisions can be bought.
    Broken,
    /// Anything else off the list, HMAC among it.
    Unlisted,
}

impl SignatureAlgorithm {
    /// Reads an algorithm identifier of XML signature (RFC 9231).
    ///
    /// # Errors
    /// `Broken` or `Unlisted`.
    pub fn from_uri(uri: &str) -> Result<Self, AlgorithmRefused> {
        match uri {
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" => Ok(Self::RsaSha256),
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384" => Ok(Self::RsaSha384),
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512" => Ok(Self::RsaSha512),
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" => Ok(Self::EcdsaSha256),
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384" => Ok(Self::EcdsaSha384),
            uri => Err(refusal(uri)),
        }
    }

    /// Whether `signature` over `message` was made with the key of one of `certificates`.
    /// ECDSA signatures are the two numbers side by side (RFC 9231 §2.3.6).
    #[must_use]
    pub fn verifies(self, certificates: &[Certificate], message: &[u8], signature: &[u8]) -> bool {
        certificates.iter().any(|certificate| {
            self.with_key(certificate.key())
                .is_some_and(|key| key.verify(message, signature).is_ok())
        })
    }

    fn with_key(self, key: &PublicKey) -> Option<UnparsedPublicKey<&[u8]>> {
        let (algorithm, octets): (&'static dyn VerificationAlgorithm, &[u8]) = match (self, key) {
            (Self::RsaSha256, PublicKey::Rsa(octets)) => {
                (&algorithms::RSA_PKCS1_2048_8192_SHA256, octets)
            }
            (Self::RsaSha384, PublicKey::Rsa(octets)) => {
                (&algorithms::RSA_PKCS1_2048_8192_SHA384, octets)
            }
            (Self::RsaSha512, PublicKey::Rsa(octets)) => {
                (&algorithms::RSA_PKCS1_2048_8192_SHA512, octets)
            }
            (Self::EcdsaSha256, PublicKey::P256(octets)) => {
                (&algorithms::ECDSA_P256_SHA256_FIXED, octets)
            }
            (Self::EcdsaSha384, PublicKey::P384(octets)) => {
                (&algorithms::ECDSA_P384_SHA384_FIXED, octets)
            }
            _ => return None,
        };
        Some(UnparsedPublicKey::new(algorithm, octets))
    }
}

fn refusal(uri: &str) -> AlgorithmRefused {
    let broken = [
        "#rsa-sha1",
        "#dsa-sha1",
        "#ecdsa-sha1",
        "#hmac-sha1",
        "#sha1",
        "-md5",
        "#md5",
    ];
    if broken.iter().any(|end| uri.ends_with(end)) {
        AlgorithmRefused::Broken
    } else {
        AlgorithmRefused::Unlisted
    }
}

/// The digest algorithm of a reference.
///
/// # Errors
/// `Broken` or `Unlisted`.
pub(crate) fn digest_from_uri(uri: &str) -> Result<&'static digest::Algorithm, AlgorithmRefused> {
    match uri {
        "http://www.w3.org/2001/04/xmlenc#sha256" => Ok(&digest::SHA256),
        "http://www.w3.org/2001/04/xmldsig-more#sha384" => Ok(&digest::SHA384),
        "http://www.w3.org/2001/04/xmlenc#sha512" => Ok(&digest::SHA512),
        uri => Err(refusal(uri)),
    }
}
