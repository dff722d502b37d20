//! `oidc keys`: Microsoft's keys, by which its hints are believed.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde_json::json;

use super::{super::Place, client::registered};
use crate::{
    date,
    oidc::{
        client::{Client, EntraClient},
        issuer_keys,
        key_set::KeySet,
    },
    store::Store,
};

/// Microsoft's keys.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Take a key set from a file
    Load(Load),
    /// Fetch the key set now, as the server does by itself
    Fetch(Of),
    /// Say how many keys there are, and since when
    Show(Of),
}

/// Take a key set from a file.
#[derive(Debug, Args)]
pub struct Load {
    #[command(flatten)]
    of: Of,
    /// A JSON Web Key Set
    file: PathBuf,
}

/// Whose.
#[derive(Debug, Args)]
pub struct Of {
    #[command(flatten)]
    place: Place,
    /// The client id of a tenant of Entra ID
    client_id: String,
}

impl Keys {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Load(load) => load.run().await,
            Self::Fetch(of) => of.fetch().await,
            Self::Show(of) => of.show().await,
        }
    }
}

impl Load {
    async fn run(self) -> anyhow::Result<()> {
        let name = self.file.display();
        let text = std::fs::read_to_string(&self.file)
            .with_context(|| format!("{name} cannot be read"))?;
        let keys = KeySet::parse(&text).with_context(|| format!("{name} cannot be used"))?;
        self.of
            .keep(&text, &keys, &format!("the file {name}"))
            .await
    }
}

impl Of {
    async fn fetch(self) -> anyhow::Result<()> {
        let entra = self.client(&self.place.open().await?.0).await?;
        let from = entra.keys_from.context(
            "the client was registered with --keys-by-file; load a key set with `oidc keys load`",
        )?;
        let (text, keys) = issuer_keys::fetch_keys(&from).await?;
        self.keep(&text, &keys, from.as_str()).await
    }

    async fn show(self) -> anyhow::Result<()> {
        let store = self.place.open().await?.0;
        self.client(&store).await?;
        let Some(stored) = store.issuer_keys(&self.client_id).await? else {
            return self.place.say(&json!({ "keys": 0 }), "No keys yet.");
        };
        let count = KeySet::parse(&stored.text)?.count();
        let since = date::rfc3339(stored.loaded);
        let value = json!({ "keys": count, "since": since });
        self.place
            .say(&value, format!("{count} keys, since {since}"))
    }

    async fn keep(&self, text: &str, keys: &KeySet, from: &str) -> anyhow::Result<()> {
        let (store, clock) = self.place.open().await?;
        self.client(&store).await?;
        issuer_keys::keep(&store, &clock, &self.client_id, text, from).await?;
        let count = keys.count();
        let value = json!({ "keys": count, "from": from });
        self.place.say(
            &value,
            format!("{count} keys from {from}; they count at once"),
        )
    }

    async fn client(&self, store: &Store) -> anyhow::Result<EntraClient> {
        match registered(store, &self.client_id).await?.1 {
            Client::Entra(entra) => Ok(entra),
            Client::Code(_) => bail!(
                "{} sends no hints that would have to be believed; only tenants of Entra ID do",
                self.client_id
            ),
        }
    }
}
