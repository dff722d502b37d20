//! Base64 as the two places of SAML write it: strict in form fields, with line breaks inside XML.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Decodes canonical padded base64; no white space, no stray bits.
pub(crate) fn decode_strict(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Decodes `xs:base64Binary`, in which XML white space may stand anywhere.
pub(crate) fn decode_in_xml(text: &str) -> Option<Vec<u8>> {
    let packed: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n'))
        .collect();
    decode_strict(&packed)
}

pub(crate) fn encode(octets: impl AsRef<[u8]>) -> String {
    STANDARD.encode(octets)
}

pub(crate) fn encode_onto(octets: &[u8], out: &mut String) {
    STANDARD.encode_string(octets, out);
}
