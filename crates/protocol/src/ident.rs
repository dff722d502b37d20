//! Identifiers and origins as narrow types, parsed once at the edge.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::Error;

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $bytes:literal, $label:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; $bytes]);

        impl $name {
            /// Wraps bytes that the caller drew from a cryptographic random source.
            pub const fn from_bytes(bytes: [u8; $bytes]) -> Self {
                Self(bytes)
            }

            /// The raw bytes.
            pub const fn as_bytes(&self) -> &[u8; $bytes] {
                &self.0
            }

            /// Parses unpadded base64url of exactly the right length.
            ///
            /// # Errors
            /// [`Error::BadIdentifier`] for anything else.
            pub fn parse(text: &str) -> Result<Self, Error> {
                let bytes = URL_SAFE_NO_PAD
                    .decode(text)
                    .map_err(|_| Error::BadIdentifier($label))?;
                let bytes = bytes.try_into().map_err(|_| Error::BadIdentifier($label))?;
                Ok(Self(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(de::Error::custom)
            }
        }
    };
}

identifier!(
    /// One factor check: 128 random bits chosen by the identity provider.
    CheckId, 16, "check"
);
identifier!(
    /// One enrolled device of one person, named by the identity provider.
    DeviceId, 16, "device"
);
identifier!(
    /// A value used once: 256 random bits chosen by the identity provider.
    Nonce, 32, "nonce"
);

/// A web origin, `https://host` or `https://host:port`, in the form browsers send it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Origin(String);

impl Origin {
    /// Parses an origin in exactly the serialisation of RFC 6454 section 6.2: lower case, no path,
    /// no default port.
    ///
    /// # Errors
    /// [`Error::BadOrigin`] for anything that a browser would not send for an https page.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refuse = || Error::BadOrigin(text.chars().take(80).collect());
        let authority = text.strip_prefix("https://").ok_or_else(refuse)?;
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let host_is_plain = !host.is_empty()
            && host.len() <= 253
            && host
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.');
        let port_is_plain = port.is_none_or(|port| {
            port.parse::<u16>()
                .is_ok_and(|n| n != 443 && n.to_string() == port)
        });
        if host_is_plain && port_is_plain {
            Ok(Self(text.to_owned()))
        } else {
            Err(refuse())
        }
    }

    /// The origin as a browser writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Origin({})", self.0)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_only_what_a_browser_would_send() {
        for good in ["https://idp.example.com", "https://idp.example.com:8443"] {
            assert!(Origin::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://idp.example.com",
            "https://",
            "https://idp.example.com/",
            "https://IDP.example.com",
            "https://idp.example.com:443",
            "https://idp.example.com:08443",
            "https://user@idp.example.com",
            "null",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_identifier_of_the_wrong_length_is_refused() {
        let id = CheckId::from_bytes([7; 16]);
        assert_eq!(CheckId::parse(&id.to_string()), Ok(id));
        assert!(CheckId::parse(&Nonce::from_bytes([7; 32]).to_string()).is_err());
        assert!(CheckId::parse("====").is_err());
    }
}
