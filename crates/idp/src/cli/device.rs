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
    /// Let a suspended device answer again, once you know that its key was not copied
    Restore(Restore),
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

/// Let a device answer again.
#[derive(Debug, Args)]
pub struct Restore {
    #[command(flatten)]
    place: Place,
    /// Its id, as `device list` shows it
    #[arg(allow_hyphen_values = true)]
    id: String,
    /// How you know; recorded
    #[arg(long, value_name = "REASON", value_parser = reason)]
    because: String,
}

impl Device {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::List(place) => list(&place).await,
            Self::Revoke(revoke) => revoke.run().await,
            Self::Restore(restore) => restore.run().await,
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

impl Restore {
    async fn run(self) -> anyhow::Result<()> {
        let id =
            DeviceId::parse(&self.id).context("that is not a device's id; see `device list`")?;
        let (store, clock) = self.place.open().await?;
        let Some(device) = store.device(id).await? else {
            bail!("no device is called {id}; see `device list`");
        };
        let record = Record::new(ACTOR, Action::DeviceRestored, id)
            .with(json!({ "user": device.login.as_str(), "because": self.because }));
        if !store.restore_device(id, record, clock.wall()).await? {
            bail!(
                "it is {}, and only a suspended device can be restored; a person whose device has ended enrols again",
                device.standing
            );
        }
        self.place.say(
            &json!({ "id": id, "standing": "active" }),
            "Restored. If it is suspended again, its key is in use twice: revoke it, and let the person enrol anew.",
        )
    }
}

fn reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("give a reason; it is recorded".to_owned()),
        reason if reason.chars().count() > 200 => Err("at most 200 characters".to_owned()),
        reason => Ok(reason.to_owned()),
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
