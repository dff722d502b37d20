//! A relying party, as it was registered. What was stored is checked when it is read, as what is typed is.

use serde::{Deserialize, Serialize};

use crate::secret::SecretHash;

mod entra;
mod https_url;

pub use entra::{Cloud, EntraClient};
pub use https_url::HttpsUrl;

/// Longer identifiers only make logs unreadable.
const ID_CHARS: usize = 128;

/// How a relying party asks, by its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Client {
    /// By the authorization code flow.
    Code(CodeClient),
    /// By Entra ID's implicit flow with a hint of who is meant.
    Entra(EntraClient),
}

/// A relying party of the authorization code flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeClient {
    /// Where it takes codes, each compared character by character.
    pub redirect_uris: Vec<HttpsUrl>,
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
            Self::Entra(_) => "entra",
        }
    }

    /// The registered address that is exactly this one.
    pub fn redirect_uri(&self, asked: &str) -> Option<HttpsUrl> {
        match self {
            Self::Code(client) => {
                let mut uris = client.redirect_uris.iter();
                uris.find(|uri| uri.as_str() == asked).cloned()
            }
            Self::Entra(client) if client.cloud.redirect_uri() == asked => {
                HttpsUrl::parse(asked).ok()
            }
            Self::Entra(_) => None,
        }
    }

    /// Where it takes answers.
    pub fn origins(&self) -> Vec<&str> {
        match self {
            Self::Code(client) => {
                let uris = client.redirect_uris.iter();
                uris.map(HttpsUrl::origin).collect()
            }
            Self::Entra(client) => vec![client.cloud.origin()],
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
            redirect_uris: vec![HttpsUrl::parse("https://rp.example/cb").unwrap()],
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
