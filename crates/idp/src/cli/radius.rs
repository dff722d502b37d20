//! `radius`: the VPN gateways and other servers that ask by RADIUS.

mod add;

use std::fmt::Write;

use anyhow::bail;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{ACTOR, Place};
use crate::{
    audit::{Action, Record},
    radius::settings::Reach,
    service_settings::{Mode, word},
    store::RadiusClient,
};

/// What an administrator must know of a client that is let off.
const UNSAFE: &str = "UNSAFE: it may ask without Message-Authenticator (CVE-2024-3596); whoever sits between can let \
anybody in. Turn the attribute on there, and then `--message-authenticator required` here.";

/// The VPN gateways and other servers that ask by RADIUS.
#[derive(Debug, Subcommand)]
pub enum Radius {
    /// Who may ask
    #[command(subcommand)]
    Client(Client),
}

/// Who may ask.
#[derive(Debug, Subcommand)]
pub enum Client {
    /// Register a client, or replace the one of this name
    Add(Box<add::Add>),
    /// List the registered clients
    List(Place),
    /// Remove a client: it is not answered from then on
    Remove(Remove),
}

/// Remove a client.
#[derive(Debug, Args)]
pub struct Remove {
    #[command(flatten)]
    place: Place,
    /// Its name, as `radius client list` shows it
    name: String,
}

impl Radius {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Client(client) = self;
        match client {
            Client::Add(add) => add.run().await,
            Client::List(place) => list(&place).await,
            Client::Remove(remove) => remove.run().await,
        }
    }
}

impl Remove {
    async fn run(self) -> anyhow::Result<()> {
        let (store, clock) = self.place.open().await?;
        let clients = store.radius_clients().await?;
        let name = self.name.as_str();
        let client = clients
            .iter()
            .find(|client| client.name.eq_ignore_ascii_case(name));
        let Some(client) = client else {
            bail!("no RADIUS client is registered as {name}; see `radius client list`");
        };
        let record = Record::new(ACTOR, Action::RadiusClientRemoved, &client.name);
        store
            .remove_radius_client(&client.name, record, clock.wall())
            .await?;
        add::forget_secrets(&self.place, client);
        self.place.say(
            &json!({ "removed": client.name }),
            format!("Removed {}", client.name),
        )
    }
}

async fn list(place: &Place) -> anyhow::Result<()> {
    let clients = place.open().await?.0.radius_clients().await?;
    let values: Vec<_> = clients.iter().map(value).collect();
    let mut text = String::new();
    for client in &clients {
        describe(client, &mut text)?;
    }
    if clients.is_empty() {
        text.push_str("No RADIUS clients yet.");
    }
    place.say(&values, text)
}

/// Everything but its secrets.
fn value(client: &RadiusClient) -> Value {
    let settings = &client.settings;
    let Reach::Udp {
        address,
        message_authenticator,
        ..
    } = &settings.reach;
    json!({
        "name": client.name,
        "address": address,
        "message_authenticator": message_authenticator,
        "mode": mode(client),
        "upstream": settings.upstream.as_ref().map(|upstream| upstream.address),
        "mfa": settings.mfa.as_ref().map(|mfa| mfa.address),
        "gateways": settings.gateways,
        "code": settings.code,
        "answers": settings.answers,
        "realm": settings.realm,
        "asks": settings.asks,
        "notes": notes(client),
    })
}

fn mode(client: &RadiusClient) -> &'static str {
    match client.settings.upstream {
        Some(_) => "proxy",
        None => "second-factor",
    }
}

fn describe(client: &RadiusClient, text: &mut String) -> std::fmt::Result {
    let settings = &client.settings;
    let Reach::Udp { address, .. } = &settings.reach;
    writeln!(
        text,
        "{}  {address}  {}  answers: {}",
        client.name,
        mode(client),
        word(settings.answers)
    )?;
    for gateway in &settings.gateways {
        writeln!(text, "  people connect to {gateway}")?;
    }
    if let Some(upstream) = &settings.upstream {
        writeln!(text, "  first factor: {}", upstream.address)?;
    }
    if let Some(mfa) = &settings.mfa {
        writeln!(text, "  other factor: {}", mfa.address)?;
    }
    notes(client)
        .iter()
        .try_for_each(|note| writeln!(text, "  Note: {note}"))
}

/// What an administrator may not expect.
fn notes(client: &RadiusClient) -> Vec<&'static str> {
    let settings = &client.settings;
    let all = [
        (settings.is_unsafe(), UNSAFE),
        (
            settings.gateways.is_empty(),
            "no --gateway is set, so no computer's connection can speak for its person: everybody is asked for a code or \
             gets the other factor",
        ),
        (
            settings.answers == Mode::Observe,
            "observed: everything is asked, decided and recorded, and nobody is let in by it",
        ),
    ];
    let applies = all.into_iter().filter(|(applies, _)| *applies);
    applies.map(|(_, note)| note).collect()
}
