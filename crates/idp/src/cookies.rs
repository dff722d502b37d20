//! The cookies of the check origin: one for each check, and one that tells browsers apart.

use http::{HeaderMap, HeaderValue, header::COOKIE};
use selfsame_protocol::CheckId;

use crate::secret::Secret;

const CHECK_PREFIX: &str = "__Host-check-";
const BROWSER: &str = "__Host-browser";
/// A check lives 10 minutes at most; its cookie a little longer, so that Back finds an explanation.
const LIFE_S: u32 = 900;

/// What a browser sent.
#[derive(Debug, Default)]
pub struct Cookies {
    checks: Vec<(CheckId, Secret)>,
    browser: Option<Secret>,
}

impl Cookies {
    /// Reads every `Cookie` header; what is not ours is passed over.
    pub fn read(headers: &HeaderMap) -> Self {
        let mut cookies = Self::default();
        let lines = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok());
        for (name, value) in lines
            .flat_map(|line| line.split(';'))
            .filter_map(|c| c.split_once('='))
        {
            cookies.note(name.trim(), value.trim());
        }
        cookies
    }

    fn note(&mut self, name: &str, value: &str) {
        if name == BROWSER {
            self.browser = Some(Secret::new(value));
        } else if let Some(id) = name
            .strip_prefix(CHECK_PREFIX)
            .and_then(|id| CheckId::parse(id).ok())
        {
            self.checks.push((id, Secret::new(value)));
        }
    }

    /// The cookie of one check.
    pub fn of_check(&self, id: CheckId) -> Option<&Secret> {
        self.checks
            .iter()
            .find(|(of, _)| *of == id)
            .map(|(_, value)| value)
    }

    /// Every check that this browser holds a cookie for.
    pub fn checks(&self) -> impl Iterator<Item = (CheckId, &Secret)> {
        self.checks.iter().map(|(id, value)| (*id, value))
    }

    /// What tells this browser from others, for the loop guard alone.
    pub fn browser(&self) -> Option<&Secret> {
        self.browser.as_ref()
    }
}

/// Gives a browser the cookie of a check.
pub fn give_check(id: CheckId, value: &Secret) -> HeaderValue {
    give(&format!("{CHECK_PREFIX}{id}"), value.expose(), LIFE_S)
}

/// Takes the cookie of a check away.
pub fn take_check(id: CheckId) -> HeaderValue {
    give(&format!("{CHECK_PREFIX}{id}"), "", 0)
}

/// Gives a browser the cookie that tells it from others.
pub fn give_browser(value: &Secret) -> HeaderValue {
    give(BROWSER, value.expose(), LIFE_S)
}

/// `SameSite=Lax` reaches us after the redirect from `/saml/sso`, and no post from elsewhere.
fn give(name: &str, value: &str, life_s: u32) -> HeaderValue {
    let text = format!("{name}={value}; Path=/; Max-Age={life_s}; Secure; HttpOnly; SameSite=Lax");
    HeaderValue::from_str(&text).expect("names and values here are base64url")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: CheckId = CheckId::from_bytes([9; 16]);

    #[test]
    fn a_check_cookie_comes_back_as_it_was_given() {
        let secret = Secret::random();
        let given = give_check(ID, &secret);
        let pair = given.to_str().unwrap().split(';').next().unwrap();
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, format!("other=1; {pair}").parse().unwrap());
        let cookies = Cookies::read(&headers);
        assert_eq!(
            cookies.of_check(ID).map(Secret::expose),
            Some(secret.expose())
        );
        assert!(cookies.of_check(CheckId::from_bytes([1; 16])).is_none());
    }

    #[test]
    fn cookies_of_others_are_passed_over() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=b; __Host-check-short=x; =; ;".parse().unwrap());
        assert_eq!(Cookies::read(&headers).checks().count(), 0);
    }

    #[test]
    fn a_check_cookie_is_for_this_host_and_https_only() {
        let given = give_check(ID, &Secret::random());
        let text = given.to_str().unwrap();
        for part in [
            "__Host-check-",
            "; Path=/;",
            "; Secure",
            "; HttpOnly",
            "; SameSite=Lax",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("Domain"));
    }
}
