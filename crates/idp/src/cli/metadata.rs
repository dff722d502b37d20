//! `metadata show`: what to upload at the service.

use clap::Subcommand;
use serde_json::json;

use super::Place;
use crate::{keys, metadata};

/// What to give a service's administrator.
#[derive(Debug, Subcommand)]
pub enum Metadata {
    /// Print the SAML metadata, as the server serves it at /metadata
    Show(Place),
}

impl Metadata {
    /// Runs it.
    pub(super) fn run(self) -> anyhow::Result<()> {
        let Self::Show(place) = self;
        let settings = place.settings()?;
        let (_, certificate) = keys::load_certificate(&settings.data)?;
        let xml = metadata::xml(&settings.origin, &certificate)?;
        place.say(
            &json!({ "entity_id": settings.entity_id(), "metadata": xml }),
            &xml,
        )
    }
}
