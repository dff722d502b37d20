//! The query of an HTTP-Redirect request, kept as it was received: its octets are what is signed.

use super::{MAX_OCTETS, RequestError};

const KNOWN: [&str; 6] = [
    "SAMLRequest",
    "RelayState",
    "SigAlg",
    "Signature",
    "SAMLEncoding",
    "login_hint",
];

/// The parameters that mean something here, each still percent-encoded and each there at most once.
pub(super) struct RawQuery<'a> {
    values: [Option<&'a str>; KNOWN.len()],
}

impl<'a> RawQuery<'a> {
    pub(super) fn parse(query: &'a str) -> Result<Self, RequestError> {
        if query.len() > MAX_OCTETS * 2 {
            return Err(RequestError::TooLarge);
        }
        let mut values = [None; KNOWN.len()];
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Ok(decoded_name) = decode(name) else {
                continue;
            };
            if decoded_name == "SAMLResponse" {
                return Err(RequestError::ResponseInRequest);
            }
            let Some(known) = KNOWN.iter().position(|known| *known == decoded_name) else {
                continue;
            };
            // An escaped name would be one more spelling of the octets that are signed.
            if name != KNOWN[known] {
                return Err(RequestError::MalformedQuery);
            }
            if values[known].replace(value).is_some() {
                return Err(RequestError::DuplicateParameter(KNOWN[known]));
            }
        }
        Ok(Self { values })
    }

    /// A value as received.
    pub(super) fn raw(&self, name: &'static str) -> Option<&'a str> {
        let known = KNOWN.iter().position(|known| *known == name)?;
        self.values[known]
    }

    /// A value decoded.
    pub(super) fn decoded(&self, name: &'static str) -> Result<Option<String>, RequestError> {
        self.raw(name).map(decode).transpose()
    }

    /// The octets that an HTTP-Redirect signature covers (SAML bindings §3.4.4.1), in their fixed order.
    pub(super) fn signed_octets(&self) -> String {
        let mut octets = String::new();
        for name in ["SAMLRequest", "RelayState", "SigAlg"] {
            if let Some(value) = self.raw(name) {
                let joint = if octets.is_empty() { "" } else { "&" };
                octets.push_str(joint);
                octets.push_str(name);
                octets.push('=');
                octets.push_str(value);
            }
        }
        octets
    }
}

/// Undoes `application/x-www-form-urlencoded`; a `%` without two hexadecimal digits is refused.
fn decode(text: &str) -> Result<String, RequestError> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        octets.push(match octet {
            b'+' => b' ',
            b'%' => {
                let high = rest
                    .next()
                    .and_then(hex_digit)
                    .ok_or(RequestError::MalformedQuery)?;
                let low = rest
                    .next()
                    .and_then(hex_digit)
                    .ok_or(RequestError::MalformedQuery)?;
                high * 16 + low
            }
            octet => octet,
        });
    }
    String::from_utf8(octets).map_err(|_| RequestError::MalformedQuery)
}

fn hex_digit(octet: u8) -> Option<u8> {
    char::from(octet)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}
