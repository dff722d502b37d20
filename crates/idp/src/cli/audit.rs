//! `audit`: the log, verified before anything of it is shown or taken out.

use anyhow::bail;
use clap::Subcommand;
use serde_json::{Value, json};

use crate::{
    audit::{Entry, GENESIS, first_broken},
    date,
    store::Store,
};

mod export;
mod tail;
mod verify;

/// How many lines are held in memory at a time.
const BATCH: u32 = 1000;

/// What happened, in a chain that shows any change.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Verify the chain and print its last lines, all or those that fit
    Tail(tail::Tail),
    /// Print the log as JSON lines that can be verified elsewhere
    Export(export::Export),
    /// Verify the chain of the log, or of an export
    Verify(verify::Verify),
}

impl Audit {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Tail(tail) => tail.run().await,
            Self::Export(export) => export.run().await,
            Self::Verify(verify) => verify.run().await,
        }
    }
}

/// How far a chain was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Verified {
    seq: i64,
    hash: String,
}

impl Verified {
    /// Nothing yet.
    fn nothing() -> Self {
        Self {
            seq: 0,
            hash: GENESIS.to_owned(),
        }
    }

    /// Verifies that these lines follow.
    fn follow(&mut self, lines: &[Entry]) -> anyhow::Result<()> {
        if let Some(first) = lines.first()
            && first.seq != self.seq + 1
        {
            bail!("the audit log is broken: line {} is missing", self.seq + 1);
        }
        if let Some(broken) = first_broken(Some(&self.hash), lines) {
            bail!(
                "the audit log is broken at line {}: it, or the one before, was changed",
                broken.seq
            );
        }
        if let Some(last) = lines.last() {
            (self.seq, self.hash) = (last.seq, last.hash.clone());
        }
        Ok(())
    }
}

/// Reads the next lines and verifies that they follow.
async fn advance(store: &Store, verified: &mut Verified) -> anyhow::Result<Vec<Entry>> {
    let lines = store.audit_after(verified.seq, BATCH).await?;
    verified.follow(&lines)?;
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
