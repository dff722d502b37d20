//! Where a relying party takes answers, and how they travel there.

use super::client::HttpsUrl;

/// Where an answer goes back, and in which way.
#[derive(Debug, Clone)]
pub struct WayBack {
    /// The registered address.
    pub redirect_uri: HttpsUrl,
    /// Returned byte for byte.
    pub state: Option<String>,
    /// Whether by a form.
    pub mode: Mode,
}

/// How an answer travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// In the query of the redirect URI.
    Query,
    /// In a form that posts itself.
    FormPost,
}
