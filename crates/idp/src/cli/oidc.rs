//! `oidc`: the relying parties that ask by OpenID Connect.

use clap::Subcommand;

mod client;
mod keys;

/// The relying parties that ask by OpenID Connect.
#[derive(Debug, Subcommand)]
pub enum Oidc {
    /// The registered clients
    #[command(subcommand)]
    Client(client::Client),
    /// Microsoft's keys, by which its hints are believed
    #[command(subcommand)]
    Keys(keys::Keys),
}

impl Oidc {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Client(command) => command.run().await,
            Self::Keys(command) => command.run().await,
        }
    }
}
