//! `metadata show`: what to upload at the service.

use clap::Subcommand;
use selfsame_saml::Certificate;
use serde_json::json;

use super::Place;
use crate::{metadata, signing};

/// What to give a service's administrator.
#[derive(Debug, Subcommand)]
pub enum Metadata {
    /// Print the SAML metadata, as the server serves it at /metadata
    Show(Place),
}

impl Metadata {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Show(place) = self;
        let settings = place.settings()?;
        let (store, clock) = place.open().await?;
        let stored = signing::certificates(&settings.data, &store, clock).await?;
        let public = stored.iter().filter(|one| one.stage.is_public());
        let certificates: Vec<_> = public
            .map(|one| Certificate::from_pem(&one.pem))
            .collect::<Result<_, _>>()?;
        let xml = metadata::xml(&settings.origin, &certificates)?;
        place.say(
            &json!({ "entity_id": settings.entity_id(), "metadata": xml }),
            &xml,
        )
    }
}
