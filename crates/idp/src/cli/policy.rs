//! `policy`: what an answer must be worth: what is set for each service, and the rules that add to it.

mod apply;
mod check;
mod forecast;
mod versions;

use std::fmt::Write;

use anyhow::bail;
use clap::{Args, Subcommand};
use selfsame_protocol::Level;
use serde_json::{Value, json};

use super::{ACTOR, Place, sp::registered};
use crate::{
    audit::{Action, Record},
    decide::EVIDENCE_AT_MOST_S,
    service_settings::{Asks, Channels, KeysAllowed},
    store::Service,
};

/// What no policy can change.
const ALWAYS: &str = "Always, whatever is set: an enrolled device that is not revoked, presence proved through the \
asking browser, an unlocked local session, no injected input, no remote session, a fresh signed `same`, and a profile \
that hard factors on two days vouch for. A key held in software is worth 1e-2 at most.";

/// What an answer must be worth.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Show what each service asks of an answer, or one
    Show(Show),
    /// Change what a service asks of an answer
    Set(Set),
    /// Read a file of rules, and say what it asks for; nothing is changed
    Check(check::Check),
    /// Decide the last days again: by what counts now, or by a file of rules
    Forecast(forecast::Forecast),
    /// Let the rules of a file count, for everybody or for a share of the people first
    Apply(apply::Apply),
    /// Change the share of the people that the newest rules count for
    RollOut(apply::RollOut),
    /// Go back to the rules of an earlier version, for everybody
    Rollback(apply::Rollback),
    /// List every version of the rules, or show one
    Versions(versions::Versions),
}

/// Show policies.
#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    place: Place,
    /// One service's entity id
    entity_id: Option<String>,
}

/// Change a policy.
#[derive(Debug, Args)]
pub struct Set {
    #[command(flatten)]
    place: Place,
    /// The service's entity id
    entity_id: String,
    /// The level of the verdict: 1e-2, 1e-3 or 1e-4, each the share of impostors that may pass
    #[arg(long, value_parser = level)]
    level: Option<Level>,
    /// How old the evidence may be, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=i64::from(EVIDENCE_AT_MOST_S)))]
    evidence_within: Option<u32>,
    /// Which proofs of presence count
    #[arg(long)]
    channels: Option<Channels>,
    /// Which device keys count
    #[arg(long)]
    keys: Option<KeysAllowed>,
}

impl Policy {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Show(show) => show.run().await,
            Self::Set(set) => set.run().await,
            Self::Check(check) => check.run().await,
            Self::Forecast(forecast) => forecast.run().await,
            Self::Apply(apply) => apply.run().await,
            Self::RollOut(roll_out) => roll_out.run().await,
            Self::Rollback(rollback) => rollback.run().await,
            Self::Versions(versions) => versions.run().await,
        }
    }
}

impl Show {
    async fn run(self) -> anyhow::Result<()> {
        let store = self.place.open().await?.0;
        let services = match &self.entity_id {
            Some(entity_id) => vec![registered(&store, entity_id).await?],
            None => store.services().await?,
        };
        let mut text = format!("{ALWAYS}\n\n");
        for service in &services {
            let asks = &service.settings.asks;
            writeln!(text, "{}  {}\n  {asks}", service.name, service.entity_id)?;
            warnings(asks).try_for_each(|note| writeln!(text, "  Note: {note}"))?;
        }
        let in_force = store.policies_in_force().await?;
        for policy in &in_force {
            writeln!(text, "\n{}\n{}", versions::line(policy), policy.document)?;
        }
        let values: Vec<_> = services.iter().map(value).collect();
        self.place.say(&values, text)
    }
}

impl Set {
    async fn run(self) -> anyhow::Result<()> {
        let (store, clock) = self.place.open().await?;
        let old = registered(&store, &self.entity_id).await?;
        let mut new = old.clone();
        new.settings.asks = self.changed(&old.settings.asks);
        if new == old {
            return self.place.say(&value(&new), "Nothing was changed");
        }
        let asks = &new.settings.asks;
        let record = Record::new(ACTOR, Action::PolicyChanged, &self.entity_id)
            .with(json!({ "old": old.settings.asks, "new": asks }));
        if !store.change_service(&new, record, clock.wall()).await? {
            bail!("the service was removed meanwhile; nothing was changed");
        }
        let mut text = format!("Changed; it counts within a second: {asks}\n");
        warnings(asks).try_for_each(|note| writeln!(text, "Note: {note}"))?;
        self.place.say(&value(&new), text)
    }

    fn changed(&self, old: &Asks) -> Asks {
        Asks {
            level: self.level.unwrap_or(old.level),
            evidence_within_s: self.evidence_within.unwrap_or(old.evidence_within_s),
            channels: self.channels.unwrap_or(old.channels),
            keys: self.keys.unwrap_or(old.keys),
        }
    }
}

fn value(service: &Service) -> Value {
    let notes: Vec<_> = warnings(&service.settings.asks).collect();
    json!({
        "entity_id": service.entity_id,
        "name": service.name,
        "asks": service.settings.asks,
        "notes": notes,
    })
}

/// What an administrator may not expect.
fn warnings(asks: &Asks) -> impl Iterator<Item = &'static str> {
    let needs_hardware = asks.level > Level::Fmr1e2 || asks.keys == KeysAllowed::Hardware;
    let notes = [
        (
            needs_hardware,
            "only devices whose key is held in hardware can answer this, and no agent has such a key yet",
        ),
        (
            asks.channels == Channels::Extension,
            "only browsers with the Selfsame extension can answer this, beside an agent on Linux",
        ),
    ];
    notes
        .into_iter()
        .filter(|(applies, _)| *applies)
        .map(|(_, note)| note)
}

fn level(text: &str) -> Result<Level, String> {
    serde_json::from_value(Value::String(text.to_owned()))
        .map_err(|_| "expected 1e-2, 1e-3 or 1e-4".to_owned())
}
