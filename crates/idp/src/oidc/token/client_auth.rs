//! How a relying party shows who it is: its secret in the `Authorization` header or in the form (RFC 6749 §2.3.1), or,
//! for a public client, its name alone; then the code's verifier is the proof.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, header::AUTHORIZATION};

use crate::{
    App,
    oidc::{client::Client, parameters::Parameters, problem::Problem},
    secret::Secret,
};

const OCTETS: usize = 512;

/// Who somebody says that they are.
#[derive(Debug)]
pub(super) struct Credentials {
    client_id: String,
    secret: Option<Secret>,
}

/// Why they are not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AuthError {
    /// No credentials, unreadable ones, or two kinds of them.
    Unclear,
    /// No such client, or not its secret: no difference is shown.
    Wrong,
    /// The database does not answer.
    Store,
}

impl AuthError {
    /// A stable code for audit records.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Unclear => "client-unclear",
            Self::Wrong => "client-refused",
            Self::Store => "store-unavailable",
        }
    }
}

impl From<Problem> for AuthError {
    fn from(_: Problem) -> Self {
        Self::Unclear
    }
}

impl Credentials {
    /// Reads what was sent. A client uses one way (RFC 6749 §2.3).
    pub(super) fn read(headers: &HeaderMap, parameters: &Parameters) -> Result<Self, AuthError> {
        let in_form = parameters.optional("client_id", OCTETS)?;
        let secret = parameters.optional("client_secret", OCTETS)?;
        let mut authorizations = headers.get_all(AUTHORIZATION).iter();
        let (header, second) = (authorizations.next(), authorizations.next());
        let Some(header) = header else {
            return Ok(Self {
                client_id: in_form.ok_or(AuthError::Unclear)?.to_owned(),
                secret: secret.map(Secret::new),
            });
        };
        let basic = header.to_str().ok().and_then(Self::basic);
        let basic = basic.ok_or(AuthError::Unclear)?;
        let is_one_way =
            second.is_none() && secret.is_none() && in_form.is_none_or(|id| id == basic.client_id);
        is_one_way.then_some(basic).ok_or(AuthError::Unclear)
    }

    fn basic(header: &str) -> Option<Self> {
        let (scheme, encoded) = header.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") || encoded.len() > 2 * OCTETS {
            return None;
        }
        let text = Secret::new(String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?);
        let (client_id, secret) = text.expose().split_once(':')?;
        Some(Self {
            client_id: form_decoded(client_id),
            secret: Some(Secret::new(form_decoded(secret))),
        })
    }

    /// The client that they belong to.
    pub(super) async fn verify(self, app: &App) -> Result<String, AuthError> {
        let found = app.sign_in.services.find(&self.client_id).await;
        let service = found.map_err(|error| {
            tracing::error!(%error, "a client could not be looked up");
            AuthError::Store
        })?;
        let Some(Client::Code(client)) = service.as_ref().and_then(|service| service.oidc()) else {
            return Err(AuthError::Wrong);
        };
        let is_right = match (&client.secret, &self.secret) {
            (Some(hash), Some(secret)) => hash.is_of(secret.expose()),
            (None, None) => true,
            _ => false,
        };
        is_right.then_some(self.client_id).ok_or(AuthError::Wrong)
    }
}

/// Both halves are form-encoded before they are joined.
fn form_decoded(text: &str) -> String {
    let line = format!("x={text}");
    let decoded = form_urlencoded::parse(line.as_bytes()).next();
    decoded.map_or_else(String::new, |(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(all: &[(&str, &str)]) -> Parameters {
        let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
        Parameters::new(all.iter().map(owned).collect()).unwrap()
    }

    fn with_basic(text: &str) -> HeaderMap {
        let value = format!("Basic {}", STANDARD.encode(text));
        HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())])
    }

    #[test]
    fn both_halves_of_a_header_are_decoded() {
        let read = Credentials::read(&with_basic("wi%2Fki:a%3Ab+c"), &parameters(&[])).unwrap();
        assert_eq!(read.client_id, "wi/ki");
        assert_eq!(read.secret.unwrap().expose(), "a:b c");
    }

    #[test]
    fn two_ways_at_once_are_refused() {
        let both = Credentials::read(
            &with_basic("wiki:s"),
            &parameters(&[("client_secret", "s")]),
        );
        assert_eq!(both.err(), Some(AuthError::Unclear));
        let other = Credentials::read(&with_basic("wiki:s"), &parameters(&[("client_id", "app")]));
        assert_eq!(other.err(), Some(AuthError::Unclear));
    }
}
