//! `policy apply`, `roll-out`, `rollback`: which rules count, and for whom. Each is a new line in the audit log, and no
//! version is ever lost.

use std::{fmt::Write, path::PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use serde_json::json;

use super::{
    super::{ACTOR, Place},
    check, versions,
};
use crate::{
    audit::{Action, Record},
    policy::{FULL, Rules, book, difference},
    store::{Store, StoredPolicy},
};

/// Let the rules of a file count.
#[derive(Debug, Args)]
pub struct Apply {
    #[command(flatten)]
    place: Place,
    /// The file; `policy check` says what is in it
    file: PathBuf,
    /// Let them count for so many percent of the people first; for the others what counts for all today goes on
    #[arg(long, default_value_t = FULL, value_parser = percent())]
    percent: u32,
}

/// Change the share of the people that the newest rules count for.
#[derive(Debug, Args)]
pub struct RollOut {
    #[command(flatten)]
    place: Place,
    /// So many percent of the people. Whom they counted for goes on being among them when it grows
    #[arg(value_parser = percent())]
    percent: u32,
}

/// Go back to an earlier version.
#[derive(Debug, Args)]
pub struct Rollback {
    #[command(flatten)]
    place: Place,
    /// Its number, as `policy versions` shows it; 0 is the time before there were rules
    version: i64,
}

fn percent() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(0..=i64::from(FULL))
}

impl Apply {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (document, rules) = check::read(&self.file)?;
        let next = Next {
            place: &self.place,
            document,
            rules,
            percent: self.percent,
        };
        next.apply(Action::PolicyApplied, None).await
    }
}

impl Rollback {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.place.open().await?.0;
        let (document, rules) = match self.version {
            0 => (String::new(), Rules::default()),
            version => {
                let stored = versions::version_of(&store, version).await?;
                let rules = book::version(&stored)?.rules;
                (stored.document, rules)
            }
        };
        let next = Next {
            place: &self.place,
            document,
            rules,
            percent: FULL,
        };
        next.apply(Action::PolicyRolledBack, Some(self.version))
            .await
    }
}

/// A version about to be made.
struct Next<'a> {
    place: &'a Place,
    document: String,
    rules: Rules,
    percent: u32,
}

impl Next<'_> {
    async fn apply(self, action: Action, back_to: Option<i64>) -> anyhow::Result<()> {
        let (store, clock) = self.place.open().await?;
        let (before, old) = newest(&store).await?;
        let new = StoredPolicy {
            version: before + 1,
            document: self.document,
            percent: self.percent,
            applied: clock.wall(),
        };
        let difference = difference::between(&old, &self.rules);
        let record = Record::new(ACTOR, action, format!("policy {}", new.version)).with(json!({
            "percent": new.percent,
            "back_to": back_to,
            "compared_with": before,
            "difference": difference,
        }));
        if !store.add_policy(&new, record, clock.wall()).await? {
            bail!("somebody else applied rules at the same moment; see `policy versions`");
        }
        let mut text = format!("{}; it counts within a second\n", versions::line(&new));
        for note in check::notes(&store, &self.rules).await? {
            writeln!(text, "Note: {note}")?;
        }
        let value = json!({
            "version": new.version, "percent": new.percent, "difference": difference,
        });
        self.place.say(&value, text)
    }
}

impl RollOut {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (store, clock) = self.place.open().await?;
        let newest = store.policies().await?.into_iter().next();
        let newest = newest.context("there are no rules yet; see `policy apply`")?;
        let record = Record::new(
            ACTOR,
            Action::PolicyRolledOut,
            format!("policy {}", newest.version),
        )
        .with(json!({ "old": newest.percent, "new": self.percent }));
        store
            .roll_out_policy(newest.version, self.percent, record, clock.wall())
            .await?;
        let now = StoredPolicy {
            percent: self.percent,
            ..newest
        };
        let value = json!({ "version": now.version, "percent": now.percent });
        self.place.say(&value, versions::line(&now))
    }
}

/// The newest version's number and its rules; 0 and none where there is none. One that this program cannot read is
/// compared as if it had none.
async fn newest(store: &Store) -> anyhow::Result<(i64, Rules)> {
    let newest = store.policies().await?.into_iter().next();
    Ok(newest.map_or_else(Default::default, |stored| {
        let rules = book::version(&stored).map(|version| version.rules);
        (stored.version, rules.unwrap_or_default())
    }))
}
