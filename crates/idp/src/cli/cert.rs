//! `cert show`: the certificate that services verify our answers with.

use clap::Subcommand;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::Place;
use crate::keys;

/// The certificate that services verify answers with.
#[derive(Debug, Subcommand)]
pub enum Cert {
    /// Print it in PEM, with its SHA-256 fingerprint in JSON
    Show(Place),
}

impl Cert {
    /// Runs it.
    pub(super) fn run(self) -> anyhow::Result<()> {
        let Self::Show(place) = self;
        let (pem, der) = keys::load_certificate(&place.dir())?;
        place.say(
            &json!({ "certificate": pem, "sha256": fingerprint(&der) }),
            &pem,
        )
    }
}

/// Pairs of hex digits with colons, as services' consoles show it.
fn fingerprint(der: &[u8]) -> String {
    let pairs: Vec<_> = Sha256::digest(der)
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    pairs.join(":")
}
