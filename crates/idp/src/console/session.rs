//! Who is asking: the session that the browser's cookie names, without which no page is shown.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, header, request::Parts},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{notice::Notice, rights::Right};
use crate::{App, secret::Secret, store::ConsolePerson};

/// How long a session lasts at most; without use it ends sooner, see `Store::console_session`.
pub const SESSION_LIFE_MS: i64 = 8 * 60 * 60_000;
const COOKIE: &str = "__Host-console";

/// A session that has not ended.
#[derive(Debug)]
pub struct Session {
    /// What the cookie holds.
    pub secret: Secret,
    /// Whose it is.
    pub person: ConsolePerson,
}

impl Session {
    /// Refuses what the person's role may not see or do.
    ///
    /// # Errors
    /// [`Notice::NotAllowed`].
    pub fn require(&self, right: Right) -> Result<(), Notice> {
        if right.is_of(self.person.role) {
            return Ok(());
        }
        tracing::warn!(name = %self.person.name, role = %self.person.role, ?right, "refused in the console");
        Err(Notice::NotAllowed)
    }

    /// What every form of this session carries, so that no other site can have one posted. It is made of the session's
    /// secret, which no page shows, and tells nothing about it.
    pub fn form_token(&self) -> String {
        let digest = Sha256::digest(format!("selfsame console form {}", self.secret.expose()));
        URL_SAFE_NO_PAD.encode(digest)
    }

    /// Whether a form was made for this session.
    pub fn made(&self, form_token: &str) -> bool {
        self.form_token()
            .as_bytes()
            .ct_eq(form_token.as_bytes())
            .into()
    }
}

impl FromRequestParts<App> for Session {
    type Rejection = Notice;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Notice> {
        let secret = cookie(&parts.headers).ok_or(Notice::SignedOut)?;
        let secret = Secret::new(secret);
        let (hash, now) = (secret.hash(), app.clock.wall());
        let person = app.store.console_session(hash, now).await?;
        let person = person.ok_or(Notice::SignedOut)?;
        Ok(Self { secret, person })
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let pairs = headers.get(header::COOKIE)?.to_str().ok()?;
    let mut pairs = pairs
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value)
}

/// Gives a browser its session.
pub fn give(secret: &Secret) -> [(HeaderName, String); 1] {
    set_cookie(secret.expose(), SESSION_LIFE_MS / 1000)
}

/// Takes it away.
pub fn take() -> [(HeaderName, String); 1] {
    set_cookie("", 0)
}

fn set_cookie(value: &str, seconds: i64) -> [(HeaderName, String); 1] {
    let cookie =
        format!("{COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={seconds}");
    [(header::SET_COOKIE, cookie)]
}

#[cfg(test)]
mod tests {
    use selfsame_protocol::UnixMillis;

    use super::*;
    use crate::store::{Login, Role};

    fn session() -> Session {
        Session {
            secret: Secret::random(),
            person: ConsolePerson {
                id: 1,
                name: Login::parse("owner").unwrap(),
                role: Role::Owner,
                added: UnixMillis(0),
            },
        }
    }

    #[test]
    fn a_form_of_one_session_is_none_of_another() {
        let [one, other] = [session(), session()];
        assert!(one.made(&one.form_token()));
        assert!(!one.made(&other.form_token()));
        assert!(!one.made(""));
        assert!(!one.form_token().contains(one.secret.expose()));
    }
}
