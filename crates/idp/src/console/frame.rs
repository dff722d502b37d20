//! What every page shows around its own matter: the server, the way to the other pages, the way out.

use askama::Template;
use axum::response::Html;

use super::{notice::Notice, rights::Right, session::Session};
use crate::{App, store::Role};

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
    /// `/access`
    Access,
    /// `/certificates`
    Certificates,
    /// `/health`
    Health,
}

impl Place {
    /// Every page, in the order of the navigation.
    pub const ALL: [Self; 10] = [
        Self::Overview,
        Self::People,
        Self::Devices,
        Self::Services,
        Self::Events,
        Self::Audit,
        Self::Tokens,
        Self::Certificates,
        Self::Access,
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
            Self::Access => "/access",
            Self::Certificates => "/certificates",
            Self::Health => "/health",
        }
    }

    /// Who sees it.
    const fn right(self) -> Right {
        match self {
            Self::Overview | Self::Health => Right::SeeNumbers,
            Self::People | Self::Devices => Right::SeePeople,
            Self::Services | Self::Certificates => Right::SeeServices,
            Self::Events => Right::SeeEvents,
            Self::Audit => Right::SeeAudit,
            Self::Tokens => Right::SeeTokens,
            Self::Access => Right::SeeAccess,
        }
    }
}

/// What is around a page. There is none without it, and it is made only for those who may see the page.
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
    /// Who is looking.
    pub name: String,
    /// As what.
    pub role: Role,
}

impl Frame {
    /// The frame of a page.
    ///
    /// # Errors
    /// [`Notice::NotAllowed`].
    pub fn of(app: &App, session: &Session, here: Place) -> Result<Self, Notice> {
        session.require(here.right())?;
        Ok(Self {
            here,
            server: app.settings.origin.to_string(),
            demo: app.settings.demo,
            csrf: session.form_token(),
            name: session.person.name.to_string(),
            role: session.person.role,
        })
    }

    /// Whether whoever is looking may see or do this, so that no link leads to a refusal.
    pub fn may(&self, right: Right) -> bool {
        right.is_of(self.role)
    }

    /// Where whoever is looking may go.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        let all = Place::ALL.into_iter();
        all.filter(|place| self.may(place.right()))
    }
}

/// Renders a page.
pub fn render(page: &impl Template) -> Html<String> {
    Html(page.render().expect(
        "rendering into a string fails only when a value's own writing does, and these are strings and numbers",
    ))
}
