//! The headers of every page: nothing framed, nothing cached, nothing loaded from elsewhere.

use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

/// What a page may do beyond showing itself.
#[derive(Debug, Clone, Copy)]
pub enum Csp<'a> {
    /// Show itself, and post a form to this origin.
    Page,
    /// Ask agents on this computer too.
    Check,
    /// Run its one script and post to the service and on from there.
    Answer {
        /// The script's nonce.
        nonce: &'a str,
        /// Where the form may lead; browsers apply this to the redirects after it as well.
        origins: &'a [String],
    },
}

impl Csp<'_> {
    fn policy(&self) -> String {
        let own = match self {
            Self::Page => "form-action 'self'".to_owned(),
            Self::Check => {
                "script-src 'self'; connect-src 'self' http://127.0.0.1:*; form-action 'self'"
                    .to_owned()
            }
            Self::Answer { nonce, origins } => {
                format!(
                    "script-src 'nonce-{nonce}'; form-action 'self' {}",
                    origins.join(" ")
                )
            }
        };
        format!(
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; {own}"
        )
    }
}

const FIXED: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    // `no-referrer` would make the form to the service carry `Origin: null`.
    (header::REFERRER_POLICY, "strict-origin"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
];

/// Adds the headers to a page.
pub fn secure(mut response: Response, csp: Csp<'_>) -> Response {
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    headers.insert(opener, HeaderValue::from_static("same-origin"));
    // A registered origin that is no header text would only narrow what the page may do.
    let policy = HeaderValue::from_str(&csp.policy())
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}
