//! The XML signature inside a request: which shapes are looked at, and checking one (integration profile of SAML core §5.4).
//!
//! A general verifier answers "some signature over something in here is valid", which is how wrapped requests pass.
//! This one knows a single shape, the one SAML prescribes, refuses every other, and hands out the octets it verified.

use ring::digest::{Algorithm, digest};

use crate::base64_text;
use crate::certificate::Certificate;
use crate::signature::{SignatureAlgorithm, digest_from_uri};
use crate::xml::{Document, EXCLUSIVE_C14N, Element, SIGNATURE, canonical_without};

use super::RequestError;

const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// A signature of the right shape over the whole request, not yet verified.
#[derive(Debug, Clone)]
pub(super) struct EnvelopedSignature {
    algorithm: SignatureAlgorithm,
    value: Vec<u8>,
    signed_info: Vec<u8>,
    digest_algorithm: &'static Algorithm,
    digest_value: Vec<u8>,
    /// The request without the signature, in canonical form.
    content: Vec<u8>,
}

impl EnvelopedSignature {
    /// The octets that the signature covers, if it was made with the key of one of `certificates`.
    pub(super) fn verify(&self, certificates: &[Certificate]) -> Result<&[u8], RequestError> {
        if certificates.is_empty() {
            return Err(RequestError::NoSigningKey);
        }
        if !self
            .algorithm
            .verifies(certificates, &self.signed_info, &self.value)
        {
            return Err(RequestError::SignatureInvalid);
        }
        if digest(self.digest_algorithm, &self.content).as_ref() != self.digest_value {
            return Err(RequestError::SignatureInvalid);
        }
        Ok(&self.content)
    }
}

/// Finds the signature of a request. `None` when there is no trace of one anywhere in the document.
pub(super) fn find(document: &Document<'_>) -> Result<Option<EnvelopedSignature>, RequestError> {
    let root = document.root()?;
    let Some(signature) = the_only_signature(document, root)? else {
        return Ok(None);
    };
    let parts = Parts::of(signature)?;
    let algorithm = SignatureAlgorithm::from_uri(algorithm_of(parts.signature_method)?)?;
    let reference = Reference::of(parts.reference, root)?;
    if algorithm_of(parts.canonicalization_method)? != EXCLUSIVE_C14N {
        return Err(RequestError::SignatureShape(
            "it is not canonicalised exclusively",
        ));
    }
    let signed_info_prefixes = inclusive_prefixes(parts.canonicalization_method)?;
    Ok(Some(EnvelopedSignature {
        algorithm,
        value: octets_of(parts.value)?,
        signed_info: canonical_without(document, parts.signed_info, None, &signed_info_prefixes)?,
        digest_algorithm: reference.digest_algorithm,
        digest_value: reference.digest_value,
        content: canonical_without(
            document,
            root,
            Some(signature),
            &reference.inclusive_prefixes,
        )?,
    }))
}

/// Every element of the signature namespace counts, wherever it hides.
fn the_only_signature<'d, 'a>(
    document: &'d Document<'a>,
    root: Element<'d, 'a>,
) -> Result<Option<Element<'d, 'a>>, RequestError> {
    let mut signatures = document
        .elements()
        .filter(|element| element.is(SIGNATURE, "Signature"));
    let (first, second) = (signatures.next(), signatures.next());
    match (first, second) {
        (None, _) => Ok(None),
        (Some(signature), None) if signature.parent() == Some(root) => Ok(Some(signature)),
        _ => Err(RequestError::SignatureWrapping),
    }
}

/// `ds:Signature` taken apart; what is not named here is not allowed in it.
struct Parts<'d, 'a> {
    signed_info: Element<'d, 'a>,
    value: Element<'d, 'a>,
    canonicalization_method: Element<'d, 'a>,
    signature_method: Element<'d, 'a>,
    reference: Element<'d, 'a>,
}

impl<'d, 'a> Parts<'d, 'a> {
    fn of(signature: Element<'d, 'a>) -> Result<Self, RequestError> {
        let (signed_info, value) = match exactly(signature, &["SignedInfo", "SignatureValue"]) {
            Some(parts) => (parts[0], parts[1]),
            None => match exactly(signature, &["SignedInfo", "SignatureValue", "KeyInfo"]) {
                Some(parts) => (parts[0], parts[1]),
                None => {
                    return Err(RequestError::SignatureShape(
                        "its parts are not SignedInfo, SignatureValue, KeyInfo",
                    ));
                }
            },
        };
        let parts = exactly(
            signed_info,
            &["CanonicalizationMethod", "SignatureMethod", "Reference"],
        )
        .ok_or(RequestError::SignatureShape(
            "it does not have exactly one Reference",
        ))?;
        Ok(Self {
            signed_info,
            value,
            canonicalization_method: parts[0],
            signature_method: parts[1],
            reference: parts[2],
        })
    }
}

struct Reference<'d> {
    digest_algorithm: &'static Algorithm,
    digest_value: Vec<u8>,
    inclusive_prefixes: Vec<&'d str>,
}

impl<'d> Reference<'d> {
    fn of(reference: Element<'d, '_>, root: Element<'d, '_>) -> Result<Self, RequestError> {
        let id = root.attribute("ID").unwrap_or_default();
        let target = reference
            .attribute("URI")
            .and_then(|uri| uri.strip_prefix('#'));
        if id.is_empty() || target != Some(id) {
            return Err(RequestError::SignatureWrapping);
        }
        let parts = exactly(reference, &["Transforms", "DigestMethod", "DigestValue"]).ok_or(
            RequestError::SignatureShape(
                "the parts of its Reference are not Transforms, DigestMethod, DigestValue",
            ),
        )?;
        Ok(Self {
            digest_algorithm: digest_from_uri(algorithm_of(parts[1])?)?,
            digest_value: octets_of(parts[2])?,
            inclusive_prefixes: transforms(parts[0])?,
        })
    }
}

/// Only the enveloped-signature transform, then exclusive canonicalisation. Hands out the PrefixList of the latter.
fn transforms<'d>(transforms: Element<'d, '_>) -> Result<Vec<&'d str>, RequestError> {
    let shape = RequestError::SignatureShape(
        "its transforms are not enveloped-signature, then exclusive canonicalisation",
    );
    let Some(parts) = exactly(transforms, &["Transform", "Transform"]) else {
        return Err(shape);
    };
    if algorithm_of(parts[0])? != ENVELOPED
        || algorithm_of(parts[1])? != EXCLUSIVE_C14N
        || parts[0].children().next().is_some()
    {
        return Err(shape);
    }
    inclusive_prefixes(parts[1])
}

fn inclusive_prefixes<'d>(method: Element<'d, '_>) -> Result<Vec<&'d str>, RequestError> {
    let mut parameters = method.children();
    match (parameters.next(), parameters.next()) {
        (None, _) => Ok(Vec::new()),
        (Some(only), None) if only.is(EXCLUSIVE_C14N, "InclusiveNamespaces") => Ok(only
            .attribute("PrefixList")
            .unwrap_or_default()
            .split_ascii_whitespace()
            .collect()),
        _ => Err(RequestError::SignatureShape(
            "its canonicalisation has unknown parameters",
        )),
    }
}

/// The elements inside, if they are these of the signature namespace in this order and no others.
fn exactly<'d, 'a>(element: Element<'d, 'a>, names: &[&str]) -> Option<Vec<Element<'d, 'a>>> {
    let children: Vec<_> = element.children().collect();
    let fits = children.len() == names.len()
        && children
            .iter()
            .zip(names)
            .all(|(child, name)| child.is(SIGNATURE, name));
    fits.then_some(children)
}

fn algorithm_of<'d>(element: Element<'d, '_>) -> Result<&'d str, RequestError> {
    element
        .attribute("Algorithm")
        .ok_or(RequestError::SignatureShape("it names no algorithm"))
}

fn octets_of(element: Element<'_, '_>) -> Result<Vec<u8>, RequestError> {
    base64_text::decode_in_xml(&element.text()?).ok_or(RequestError::MalformedBase64)
}
