//! Addresses that an administrator registers for a relying party.

use std::fmt;

use selfsame_saml::AcsUrl;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// An `https` address without a fragment (OpenID Connect Core §3.1.2.1), compared character by character. The rules are
/// those for where SAML services take answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpsUrl(AcsUrl);

impl HttpsUrl {
    /// Takes an address over.
    ///
    /// # Errors
    /// What is wrong with it, to be read after its name.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        AcsUrl::parse(text).map(Self).map_err(|error| error.problem)
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        self.0.origin()
    }
}

impl fmt::Display for HttpsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for HttpsUrl {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for HttpsUrl {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::HttpsUrl;

    #[test]
    fn only_plain_https_addresses_are_taken() {
        let uri = HttpsUrl::parse("https://rp.example:8443/cb?tenant=1").unwrap();
        assert_eq!(uri.origin(), "https://rp.example:8443");
        for bad in [
            "http://rp.example/cb",
            "https://rp.example/cb#here",
            "https://rp.example@evil.example/cb",
            "https:///cb",
            "https://rp.example/a b",
            "com.example.app:/cb",
        ] {
            assert!(HttpsUrl::parse(bad).is_err(), "{bad}");
        }
    }
}
