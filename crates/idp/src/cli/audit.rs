//! `audit tail`: the last lines of the audit log, after the whole chain was verified.

use std::time::Duration;

use anyhow::bail;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::Place;
use crate::{
    audit::{Entry, GENESIS, first_broken},
    date,
    store::Store,
};

/// How many lines are held in memory at a time.
const BATCH: u32 = 1000;
const FOLLOW_EVERY: Duration = Duration::from_millis(500);

/// What happened, in a chain that shows any change.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Verify the chain and print its last lines
    Tail(Tail),
}

/// Print the last lines.
#[derive(Debug, Args)]
pub struct Tail {
    #[command(flatten)]
    place: Place,
    /// How many
    #[arg(short, value_name = "N", default_value_t = 20)]
    n: u32,
    /// Go on printing new lines until Ctrl-C
    #[arg(long)]
    follow: bool,
}

/// How far the chain was verified.
struct Verified {
    seq: i64,
    hash: String,
}

impl Audit {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Tail(tail) = self;
        tail.run().await
    }
}

impl Tail {
    async fn run(self) -> anyhow::Result<()> {
        let (store, _) = self.place.open().await?;
        let mut verified = Verified {
            seq: 0,
            hash: GENESIS.to_owned(),
        };
        let broken = loop {
            match advance(&store, &mut verified).await {
                Ok(lines) if lines.is_empty() => break None,
                Ok(_) => {}
                Err(broken) => break Some(broken),
            }
        };
        // A broken chain is shown too: whoever looks for the change must see the lines.
        for entry in store.audit_tail(self.n).await? {
            self.print(&entry)?;
        }
        match broken {
            Some(broken) => Err(broken),
            None if self.follow => self.follow(&store, verified).await,
            None => Ok(()),
        }
    }

    async fn follow(&self, store: &Store, mut verified: Verified) -> anyhow::Result<()> {
        loop {
            for entry in advance(store, &mut verified).await? {
                self.print(&entry)?;
            }
            tokio::time::sleep(FOLLOW_EVERY).await;
        }
    }

    fn print(&self, entry: &Entry) -> anyhow::Result<()> {
        let text = format!(
            "{}  {}  {} {} {}  {}",
            entry.seq,
            date::rfc3339(entry.time),
            entry.actor,
            entry.action,
            entry.target,
            entry.details
        );
        self.place.say(&value(entry), text)
    }
}

/// Reads the next lines and verifies that they follow.
async fn advance(store: &Store, verified: &mut Verified) -> anyhow::Result<Vec<Entry>> {
    let lines = store.audit_after(verified.seq, BATCH).await?;
    if let Some(first) = lines.first()
        && first.seq != verified.seq + 1
    {
        bail!(
            "the audit log is broken: line {} is missing",
            verified.seq + 1
        );
    }
    if let Some(broken) = first_broken(Some(&verified.hash), &lines) {
        bail!(
            "the audit log is broken at line {}: it, or the one before, was changed",
            broken.seq
        );
    }
    if let Some(last) = lines.last() {
        *verified = Verified {
            seq: last.seq,
            hash: last.hash.clone(),
        };
    }
    Ok(lines)
}

fn value(entry: &Entry) -> Value {
    let details: Value = serde_json::from_str(&entry.details).unwrap_or_default();
    json!({
        "seq": entry.seq,
        "time": date::rfc3339(entry.time),
        "time_ms": entry.time,
        "actor": entry.actor,
        "action": entry.action,
        "target": entry.target,
        "details": details,
        "prev": entry.prev,
        "hash": entry.hash,
    })
}
