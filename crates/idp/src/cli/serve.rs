//! `serve`: the server itself.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;
use tracing_subscriber::EnvFilter;

use super::Place;
use crate::{
    server::{self, Addresses, Listen},
    settings::Settings,
};

/// Serve until SIGTERM or Ctrl-C.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    place: Place,
    /// Where to listen for browsers, agents and providers
    #[arg(long, value_name = "ADDR:PORT")]
    listen: SocketAddr,
    /// The certificate chain in PEM, for the check origin and the console's
    #[arg(long, value_name = "FILE")]
    tls_cert: PathBuf,
    /// Its private key in PEM
    #[arg(long, value_name = "FILE")]
    tls_key: PathBuf,
    /// Where to listen for the console
    #[arg(long, value_name = "ADDR:PORT")]
    console_listen: Option<SocketAddr>,
    /// Where to listen for RADIUS (UDP); see `radius client add`
    #[arg(long, value_name = "ADDR:PORT")]
    radius: Option<SocketAddr>,
    /// Accept demonstration builds, and count two sign-ins as two days. Never for real people
    #[arg(long)]
    demo: bool,
    /// What to log, such as `info` or `selfsame_idp=debug`
    #[arg(long, value_name = "FILTER", default_value = "info")]
    log: String,
}

impl Serve {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        start_log(&self.log)?;
        let settings = Settings::load(self.place.dir(), self.demo)?;
        let listen = Listen {
            checks: self.listen,
            console: self.console_listen,
            radius: self.radius,
            certificate: self.tls_cert,
            key: self.tls_key,
        };
        let place = self.place;
        server::run(settings, &listen, |addresses| {
            place.say(addresses, sentence(addresses))
        })
        .await
    }
}

fn sentence(addresses: &Addresses) -> String {
    let mut text = format!("listening on {}", addresses.checks);
    let others = [("console", addresses.console), ("RADIUS", addresses.radius)];
    for (name, address) in others {
        text.extend(address.map(|address| format!(", {name} on {address}")));
    }
    text
}

fn start_log(filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter)?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    Ok(())
}
