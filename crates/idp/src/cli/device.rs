//! `device`: the enrolled devices.

use std::fmt::Write;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use selfsame_protocol::DeviceId;
use serde_json::{Value, json};

use super::{ACTOR, Place};
use crate::{
    audit::{Action, Record},
    date,
    store::{self, Standing},
};

/// The enrolled devices.
#[derive(Debug, Subcommand)]
pub enum Device {
    /// List every device
    List(Place),
    /// End a device for good; its link is closed within a second or two
    Revoke(Revoke),
}

/// End a device.
#[derive(Debug, Args)]
pub struct Revoke {
    #[command(flatten)]
    place: Place,
    /// Its id, as `device list` shows it
    #[arg(allow_hyphen_values = true)]
    id: String,
}

impl Device {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::List(place) => list(&place).await,
            Self::Revoke(revoke) => revoke.run().await,
        }
    }
}

async fn list(place: &Place) -> anyhow::Result<()> {
    let devices = place.open().await?.0.devices().await?;
    let value: Vec<_> = devices.iter().map(self::value).collect();
    let mut text = String::new();
    for device in &devices {
        writeln!(text, "{}  {}", device.login, line(device))?;
    }
    place.say(
        &value,
        if devices.is_empty() {
            "No devices yet."
        } else {
            &text
        },
    )
}

impl Revoke {
    async fn run(self) -> anyhow::Result<()> {
        let id =
            DeviceId::parse(&self.id).context("that is not a device's id; see `device list`")?;
        let (store, clock) = self.place.open().await?;
        let Some(device) = store.device(id).await? else {
            bail!("no device is called {id}; see `device list`");
        };
        let record = Record::new(ACTOR, Action::DeviceRevoked, id)
            .with(json!({ "user": device.login.as_str() }));
        let changed = store
            .lower_standing(id, Standing::Revoked, record, clock.wall())
            .await?;
        let text = if changed {
            "Revoked"
        } else {
            "It had ended before; nothing was changed"
        };
        self.place
            .say(&json!({ "id": id, "changed": changed }), text)
    }
}

/// One device for people.
pub(super) fn line(device: &store::Device) -> String {
    format!(
        "{}  {}  {} ({}){}  seen {}",
        device.id,
        device.standing,
        device.host_label,
        device.os,
        if device.demo { "  demo" } else { "" },
        device
            .seen
            .map_or_else(|| "never".to_owned(), date::rfc3339),
    )
}

/// One device for programs.
pub(super) fn value(device: &store::Device) -> Value {
    json!({
        "id": device.id,
        "user": device.login.as_str(),
        "standing": device.standing.as_str(),
        "host": device.host_label,
        "os": device.os,
        "agent_version": device.agent_version,
        "key_storage": device.key_storage,
        "demo": device.demo,
        "enrolled": date::rfc3339(device.enrolled),
        "seen": device.seen.map(date::rfc3339),
        "state": device.agent_state,
        "generation": device.generation,
    })
}
