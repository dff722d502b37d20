//! A relying party, as it was registered. What was stored is checked when it is read, as what is typed is.

use serde::{Deserialize, Serialize};

use crate::secret::SecretHash;

mod redirect_uri;

pub use redirect_uri::RedirectUri;

/// Longer identifiers only make logs unreadable.
const ID_CHARS: usize = 128;

/// How a relying party asks, by its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Client {
    /// By the authorization code flow.
    Code(CodeClient),
}

/// A relying party of the authorization code flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeClient {
    /// Where it takes codes, each compared character by character.
    pub redirect_uris: Vec<RedirectUri>,
    /// The hash of its secret; a public client has none.
    pub secret: Option<SecretHash>,
    /// Whether it must prove that whoever asked is whoever redeems the code.
    pub pkce: Pkce,
}

/// Proof Key for Code Exchange (RFC 7636).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pkce {
    /// A request without a challenge is refused.
    Required,
    /// A client with a secret may leave it out.
    Optional,
}

impl Client {
    /// The word for its kind on screens.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Code(_) => "code",
        }
    }

    /// Where it takes answers.
    pub fn origins(&self) -> Vec<&str> {
        match self {
            Self::Code(client) => {
                let uris = client.redirect_uris.iter();
                uris.map(RedirectUri::origin).collect()
            }
        }
    }
}

/// A client's id as it was typed; `None` when it is empty, too long, or holds anything but letters, digits, `.`, `_`
/// and `-`, which need no escaping anywhere.
pub fn checked_id(text: &str) -> Option<&str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let fits = (1..=ID_CHARS).contains(&text.len()) && text.chars().all(is_plain);
    fits.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_survives_being_written_and_read() {
        let client = Client::Code(CodeClient {
            redirect_uris: vec![RedirectUri::parse("https://rp.example/cb").unwrap()],
            secret: Some(SecretHash::of("secret")),
            pkce: Pkce::Required,
        });
        let text = serde_json::to_string(&client).unwrap();
        assert_eq!(serde_json::from_str::<Client>(&text).unwrap(), client);
        assert!(!text.contains("\"secret\":\"secret\""));
    }

    #[test]
    fn what_a_newer_version_stored_of_a_client_is_not_passed_over() {
        let text =
            r#"{"kind":"code","redirect_uris":[],"secret":null,"pkce":"required","par":true}"#;
        assert!(serde_json::from_str::<Client>(text).is_err());
    }

    #[test]
    fn an_id_needs_no_escaping_anywhere() {
        assert!(checked_id("keycloak-prod_1.2").is_some());
        for bad in ["", "a b", "a/b", "https://sp.example", &"a".repeat(129)] {
            assert!(checked_id(bad).is_none(), "{bad}");
        }
    }
}
