//! The narrow types of SAML: who, where, which message. Each is checked once, when it is made.

mod fresh_id;
mod name_id_format;
mod relay_state;

pub use fresh_id::FreshId;
pub use name_id_format::NameIdFormat;
pub use relay_state::RelayState;

use std::fmt;

/// Why a text is no valid name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {problem}")]
pub struct NameError {
    /// Which name it should have been.
    pub what: &'static str,
    /// What is wrong with it.
    pub problem: &'static str,
}

/// The `entityID` of a service or identity provider: 1 to 1024 characters, no white space or control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityId(String);

impl EntityId {
    /// Takes over an entity identifier.
    ///
    /// # Errors
    /// When it is empty, longer than 1024 characters (SAML core §8.3.6) or holds white space or control characters.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let problem = if text.is_empty() {
            "is empty"
        } else if text.chars().count() > 1024 {
            "is longer than 1024 characters"
        } else if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            "holds white space or control characters"
        } else {
            return Ok(Self(text.to_owned()));
        };
        Err(NameError {
            what: "the entity ID",
            problem,
        })
    }
}

/// Where a service takes responses: an `https` URL, compared character by character with what a request asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AcsUrl(String);

impl AcsUrl {
    /// Takes over the address of an assertion consumer service.
    ///
    /// # Errors
    /// When it does not begin with `https://` and a host, is longer than 2048 characters, or holds characters no URL may hold.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        check_https(text).map_err(|problem| NameError {
            what: "the assertion consumer service URL",
            problem,
        })?;
        Ok(Self(text.to_owned()))
    }

    /// Scheme, host and port, as a browser's `Origin` header and a `form-action` policy name them.
    #[must_use]
    pub fn origin(&self) -> &str {
        let after_scheme = &self.0["https://".len()..];
        let authority = after_scheme
            .find(['/', '?', '#'])
            .unwrap_or(after_scheme.len());
        &self.0[.."https://".len() + authority]
    }
}

fn check_https(text: &str) -> Result<(), &'static str> {
    let Some(rest) = text.strip_prefix("https://") else {
        return Err("does not begin with https://");
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() || authority.contains(['@', '\\']) {
        return Err("has no host, or hides it behind a user name");
    }
    if text.len() > 2048 {
        return Err("is longer than 2048 characters");
    }
    if !text
        .bytes()
        .all(|b| b.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&b))
    {
        return Err("holds characters that no such URL may hold");
    }
    Ok(())
}

/// The `ID` of a message: an XML name without a colon (NCName), at most 256 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageId(String);

impl MessageId {
    /// Takes over a message identifier.
    ///
    /// # Errors
    /// When it is no NCName or is longer than 256 characters.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let problem = if text.chars().count() > 256 {
            "is longer than 256 characters"
        } else if !is_nc_name(text) {
            "is no XML name without a colon"
        } else {
            return Ok(Self(text.to_owned()));
        };
        Err(NameError {
            what: "the message ID",
            problem,
        })
    }
}

/// NCName of "Namespaces in XML 1.0", without the characters outside the basic plane that no peer uses.
pub(crate) fn is_nc_name(text: &str) -> bool {
    let mut chars = text.chars();
    let starts = |c: char| c.is_ascii_alphabetic() || c == '_' || is_name_letter(c);
    chars.next().is_some_and(starts)
        && chars.all(|c| starts(c) || c.is_ascii_digit() || matches!(c, '-' | '.' | '\u{B7}'))
}

fn is_name_letter(c: char) -> bool {
    matches!(c, '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}')
}

macro_rules! as_text {
    ($($name:ident),*) => {$(
        impl $name {
            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

as_text!(EntityId, AcsUrl, MessageId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assertion_consumer_over_plain_http_is_refused() {
        assert!(AcsUrl::parse("http://sp.example/acs").is_err());
        assert!(AcsUrl::parse("https://user@sp.example/acs").is_err());
        assert!(AcsUrl::parse("https:///acs").is_err());
        assert!(AcsUrl::parse("https://sp.example/a\"b").is_err());
    }

    #[test]
    fn the_origin_of_an_assertion_consumer_ends_with_host_and_port() {
        let origin = |text| AcsUrl::parse(text).unwrap().origin().to_owned();
        assert_eq!(
            origin("https://sp.example:8443/acs?x=/1"),
            "https://sp.example:8443"
        );
        assert_eq!(origin("https://sp.example?x"), "https://sp.example");
    }

    #[test]
    fn a_message_id_is_an_xml_name() {
        assert!(MessageId::parse("_0aB-.é").is_ok());
        for bad in ["", "1a", "a b", "a:b", "a\"b", "-a", &"a".repeat(257)] {
            assert!(MessageId::parse(bad).is_err(), "{bad}");
        }
    }
}
