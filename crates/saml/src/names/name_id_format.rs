//! The form in which a person is named to a service (SAML core §8.3).

/// A name identifier format.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum NameIdFormat {
    /// Whatever both sides agreed on. Okta's default.
    Unspecified,
    /// An e-mail address.
    EmailAddress,
    /// A name that stays the same for one person and service.
    Persistent,
    /// A name for one session only.
    Transient,
    /// Some other format, in which we name nobody.
    Other(String),
}

impl NameIdFormat {
    /// Reads the URI of a format.
    #[must_use]
    pub fn from_uri(uri: &str) -> Self {
        [
            Self::Unspecified,
            Self::EmailAddress,
            Self::Persistent,
            Self::Transient,
        ]
        .into_iter()
        .find(|format| format.uri() == uri)
        .unwrap_or_else(|| Self::Other(uri.to_owned()))
    }

    /// The URI of this format.
    #[must_use]
    pub fn uri(&self) -> &str {
        match self {
            Self::Unspecified => "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
            Self::EmailAddress => "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
            Self::Persistent => "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
            Self::Transient => "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
            Self::Other(uri) => uri,
        }
    }

    /// Whether a person can be named to a service in this format.
    #[must_use]
    pub fn is_answerable(&self) -> bool {
        !matches!(self, Self::Other(_))
    }
}
