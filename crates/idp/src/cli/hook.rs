//! `hook show`: what to enter at the provider, so that it reports hard factors.

use clap::Subcommand;
use serde_json::json;

use super::Place;
use crate::keys;

/// The address and secret for the provider's event hook.
#[derive(Debug, Subcommand)]
pub enum Hook {
    /// Print both; the secret is to be the whole Authorization header
    Show(Place),
}

impl Hook {
    /// Runs it.
    pub(super) fn run(self) -> anyhow::Result<()> {
        let Self::Show(place) = self;
        let settings = place.settings()?;
        let secret = keys::load_hook_secret(&settings.data)?;
        let url = format!("{}/v1/hooks/okta", settings.origin);
        let text = format!(
            "URL:                   {url}\n\
             Authentication field:  Authorization\n\
             Authentication secret: {}\n\
             Subscribe to:          user.authentication.auth_via_mfa",
            secret.expose()
        );
        place.say(&json!({ "url": url, "secret": secret.expose() }), text)
    }
}
