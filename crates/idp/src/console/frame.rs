//! What every page shows around its own matter: the server, the way to the other pages, the way out.

use askama::Template;
use axum::response::Html;

use super::session::Session;
use crate::App;

/// One page of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Template)]
#[template(path = "console/words/place.txt")]
pub enum Place {
    /// `/`
    Overview,
    /// `/people`
    People,
    /// `/devices`
    Devices,
    /// `/services`
    Services,
    /// `/events`
    Events,
    /// `/audit`
    Audit,
    /// `/tokens`
    Tokens,
    /// `/certificates`
    Certificates,
    /// `/health`
    Health,
}

impl Place {
    /// Every page, in the order of the navigation.
    pub const ALL: [Self; 9] = [
        Self::Overview,
        Self::People,
        Self::Devices,
        Self::Services,
        Self::Events,
        Self::Audit,
        Self::Tokens,
        Self::Certificates,
        Self::Health,
    ];

    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::People => "/people",
            Self::Devices => "/devices",
            Self::Services => "/services",
            Self::Events => "/events",
            Self::Audit => "/audit",
            Self::Tokens => "/tokens",
            Self::Certificates => "/certificates",
            Self::Health => "/health",
        }
    }
}

/// What is around a page.
#[derive(Debug)]
pub struct Frame {
    /// Where in the navigation the page is.
    pub here: Place,
    /// The check origin of this server.
    pub server: String,
    /// Whether it is a demonstration.
    pub demo: bool,
    /// What every form of this session carries.
    pub csrf: String,
}

impl Frame {
    /// The frame of a page.
    pub fn of(app: &App, session: &Session, here: Place) -> Self {
        Self {
            here,
            server: app.settings.origin.to_string(),
            demo: app.settings.demo,
            csrf: session.form_token(),
        }
    }
}

/// Renders a page.
pub fn render(page: &impl Template) -> Html<String> {
    Html(page.render().expect(
        "rendering into a string fails only when a value's own writing does, and these are strings and numbers",
    ))
}
