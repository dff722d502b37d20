//! `metadata`: what to upload or type at the service.

use std::fmt::Write;

use clap::Subcommand;
use selfsame_saml::Certificate;
use serde_json::json;

use super::Place;
use crate::{metadata, settings::Settings, signing};

/// What to give a service's administrator.
#[derive(Debug, Subcommand)]
pub enum Metadata {
    /// Print the SAML metadata, as the server serves it at /metadata
    Show(Place),
    /// Print what is in it one by one, for a service that wants it typed: issuer, sign-in address, fingerprints
    Values(Place),
}

impl Metadata {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (Self::Show(place) | Self::Values(place)) = &self;
        let settings = place.settings()?;
        let certificates = public_certificates(place, &settings).await?;
        match &self {
            Self::Show(_) => show(place, &settings, &certificates),
            Self::Values(_) => values(place, &settings, &certificates),
        }
    }
}

/// The one that signs first.
async fn public_certificates(
    place: &Place,
    settings: &Settings,
) -> anyhow::Result<Vec<Certificate>> {
    let (store, clock) = place.open().await?;
    let stored = signing::certificates(&settings.data, &store, clock).await?;
    let public = stored.iter().filter(|one| one.stage.is_public());
    Ok(public
        .map(|one| Certificate::from_pem(&one.pem))
        .collect::<Result<_, _>>()?)
}

fn show(place: &Place, settings: &Settings, certificates: &[Certificate]) -> anyhow::Result<()> {
    let xml = metadata::xml(&settings.origin, certificates)?;
    place.say(
        &json!({ "entity_id": settings.entity_id(), "metadata": xml }),
        &xml,
    )
}

fn values(place: &Place, settings: &Settings, certificates: &[Certificate]) -> anyhow::Result<()> {
    let (issuer, sso) = (
        settings.entity_id(),
        metadata::endpoints(&settings.origin).post,
    );
    let fingerprints: Vec<_> = certificates.iter().map(Certificate::fingerprint).collect();
    let mut text = format!("Issuer:       {issuer}\nSign-in URL:  {sso}\n");
    for fingerprint in &fingerprints {
        writeln!(text, "Certificate:  {fingerprint}")?;
    }
    text.push_str("The certificate itself, in PEM: selfsame-idp cert show\n");
    let value = json!({ "issuer": issuer, "sign_in_url": sso, "fingerprints": fingerprints });
    place.say(&value, text)
}
