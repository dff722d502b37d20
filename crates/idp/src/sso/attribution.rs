//! Which origin a posted request came from, by the word of the browser.

use http::{HeaderMap, header::ORIGIN};
use selfsame_protocol::check::Arrival;

/// Origins longer than this are cut in the audit record.
const SHOWN_CHARS: usize = 120;

/// What the browser says about where a request was sent from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribution {
    /// Nothing: a link, or a page that hides its origin.
    Unknown,
    /// A page of this origin, or something that is no origin at all.
    Origin(String),
}

impl Attribution {
    /// Reads the `Origin` header. A browser sends one at most.
    pub fn of(headers: &HeaderMap) -> Self {
        let mut origins = headers.get_all(ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) => Self::Unknown,
            (Some(one), None) if one == "null" => Self::Unknown,
            (Some(one), None) => Self::Origin(String::from_utf8_lossy(one.as_bytes()).into_owned()),
            (Some(_), Some(_)) => Self::Origin("several".to_owned()),
        }
    }

    /// How the check may begin; `None` when the request was sent by a page that is not the
    /// service's.
    pub fn arrival(&self, of_service: &[String]) -> Option<Arrival> {
        match self {
            Self::Unknown => Some(Arrival::Unattributed),
            Self::Origin(origin) if of_service.contains(origin) => Some(Arrival::FromService),
            Self::Origin(_) => None,
        }
    }

    /// For the audit record.
    pub fn as_text(&self) -> String {
        match self {
            Self::Unknown => "none".to_owned(),
            Self::Origin(origin) => origin.chars().take(SHOWN_CHARS).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(origins: &[&str]) -> Option<Arrival> {
        let mut headers = HeaderMap::new();
        for origin in origins {
            headers.append(ORIGIN, origin.parse().unwrap());
        }
        Attribution::of(&headers).arrival(&["https://acme.okta.com".to_owned()])
    }

    #[test]
    fn only_the_services_own_origin_goes_on_without_a_click() {
        assert_eq!(
            arrival(&["https://acme.okta.com"]),
            Some(Arrival::FromService)
        );
        assert_eq!(arrival(&[]), Some(Arrival::Unattributed));
        assert_eq!(arrival(&["null"]), Some(Arrival::Unattributed));
    }

    #[test]
    fn any_other_origin_is_refused() {
        for origin in [
            "https://evil.example",
            "https://acme.okta.com.evil.example",
            "http://acme.okta.com",
            "https://acme.okta.com:8443",
            "",
        ] {
            assert_eq!(arrival(&[origin]), None, "{origin}");
        }
        assert_eq!(
            arrival(&["https://acme.okta.com", "https://acme.okta.com"]),
            None
        );
    }
}
