//! X.509 certificates as SAML uses them: a wrapping for a public key, trusted because an administrator brought it.

use std::fmt;

use ring::digest::{SHA256, digest};
use x509_cert::der::{self, Decode, Reader, asn1::AnyRef, asn1::UintRef};
use x509_cert::spki::{ObjectIdentifier, SubjectPublicKeyInfoOwned};

use crate::base64_text;
use crate::timestamp::Timestamp;

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// Why a certificate cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// Not base64, not DER or not X.509.
    #[error("it is no X.509 certificate in base64; copy it again from the service's own page")]
    Malformed,
    /// A key that is neither RSA nor on P-256 or P-384.
    #[error(
        "its key is neither RSA nor elliptic on P-256 or P-384; ask the service for a certificate of one of these kinds"
    )]
    UnsupportedKey,
    /// RSA below 2048 or above 8192 bits.
    #[error(
        "its RSA key has {bits} bits, and 2048 to 8192 are accepted; ask the service for a new certificate"
    )]
    KeySize {
        /// Length of the modulus.
        bits: usize,
    },
}

/// A public key that a signature may be checked against.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum PublicKey {
    /// `RSAPublicKey` of RFC 8017 in DER.
    Rsa(Vec<u8>),
    /// An uncompressed point.
    P256(Vec<u8>),
    /// An uncompressed point.
    P384(Vec<u8>),
}

/// A certificate with a key of a kind that signatures are accepted from. Its dates and its issuer decide nothing (SAML metadata §2.4.1.1).
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    key: PublicKey,
    valid_until: Timestamp,
}

impl Certificate {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// See [`CertificateError`].
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let certificate =
            x509_cert::Certificate::from_der(der).map_err(|_| CertificateError::Malformed)?;
        let body = &certificate.tbs_certificate;
        let not_after = body.validity.not_after.to_unix_duration().as_millis();
        Ok(Self {
            der: der.to_owned(),
            key: public_key(&body.subject_public_key_info)?,
            valid_until: Timestamp::from_unix_millis(i64::try_from(not_after).unwrap_or(i64::MAX)),
        })
    }

    /// Reads the content of `ds:X509Certificate`: base64, line breaks allowed.
    ///
    /// # Errors
    /// See [`CertificateError`].
    pub fn from_base64(text: &str) -> Result<Self, CertificateError> {
        let der = base64_text::decode_in_xml(text).ok_or(CertificateError::Malformed)?;
        Self::from_der(&der)
    }

    /// Reads the first certificate of a PEM file.
    ///
    /// # Errors
    /// See [`CertificateError`].
    pub fn from_pem(text: &str) -> Result<Self, CertificateError> {
        let (_, rest) = text
            .split_once("-----BEGIN CERTIFICATE-----")
            .ok_or(CertificateError::Malformed)?;
        let (body, _) = rest
            .split_once("-----END CERTIFICATE-----")
            .ok_or(CertificateError::Malformed)?;
        Self::from_base64(body)
    }

    /// The certificate in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate in base64 on one line, as it stands in metadata.
    #[must_use]
    pub fn to_base64(&self) -> String {
        base64_text::encode(&self.der)
    }

    /// SHA-256 over the DER, as pairs of capital hexadecimal digits with colons: what consoles show for comparing by eye.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let pairs: Vec<String> = digest(&SHA256, &self.der)
            .as_ref()
            .iter()
            .map(|b| format!("{b:02X}"))
            .collect();
        pairs.join(":")
    }

    /// When its owner said that it ends; shown to administrators, never enforced.
    #[must_use]
    pub fn valid_until(&self) -> Timestamp {
        self.valid_until
    }

    /// The key as `RSAPublicKey` of RFC 8017 in DER; `None` when it is of another kind.
    #[must_use]
    pub fn rsa_public_key_der(&self) -> Option<&[u8]> {
        match &self.key {
            PublicKey::Rsa(der) => Some(der),
            PublicKey::P256(_) | PublicKey::P384(_) => None,
        }
    }

    pub(crate) fn key(&self) -> &PublicKey {
        &self.key
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.fingerprint())
    }
}

fn public_key(info: &SubjectPublicKeyInfoOwned) -> Result<PublicKey, CertificateError> {
    let octets = info
        .subject_public_key
        .as_bytes()
        .ok_or(CertificateError::Malformed)?;
    match info.algorithm.oid {
        RSA_ENCRYPTION => rsa_key(octets),
        EC_PUBLIC_KEY => elliptic_key(info, octets),
        _ => Err(CertificateError::UnsupportedKey),
    }
}

fn rsa_key(octets: &[u8]) -> Result<PublicKey, CertificateError> {
    let bits = rsa_modulus_bits(octets).map_err(|_| CertificateError::Malformed)?;
    if !(2048..=8192).contains(&bits) {
        return Err(CertificateError::KeySize { bits });
    }
    Ok(PublicKey::Rsa(octets.to_owned()))
}

fn rsa_modulus_bits(rsa_public_key: &[u8]) -> der::Result<usize> {
    AnyRef::from_der(rsa_public_key)?.sequence(|fields| {
        let modulus: UintRef<'_> = fields.decode()?;
        let _exponent: UintRef<'_> = fields.decode()?;
        let octets = modulus.as_bytes();
        let leading = octets
            .first()
            .map_or(0, |first| first.leading_zeros() as usize);
        Ok(octets.len() * 8 - leading)
    })
}

fn elliptic_key(
    info: &SubjectPublicKeyInfoOwned,
    point: &[u8],
) -> Result<PublicKey, CertificateError> {
    let curve = info.algorithm.parameters.as_ref();
    let curve: ObjectIdentifier = curve
        .and_then(|any| any.decode_as().ok())
        .ok_or(CertificateError::UnsupportedKey)?;
    match (curve, point.len()) {
        (P256, 65) => Ok(PublicKey::P256(point.to_owned())),
        (P384, 97) => Ok(PublicKey::P384(point.to_owned())),
        _ => Err(CertificateError::UnsupportedKey),
    }
}
