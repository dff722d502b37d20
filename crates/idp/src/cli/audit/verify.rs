//! `audit verify`: whether a log, or an export of one, is as it was written.
//!
//! The chain alone shows a change by anybody who did not write the whole rest anew. Whoever owns the database could; an
//! anchor, a line's number and hash that was kept elsewhere, shows that too.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use serde_json::json;

use super::{super::Place, Verified, advance};
use crate::{audit::Entry, store::Store};

/// Verify a chain.
#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    place: Place,
    /// An export to verify in place of the log
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
    /// A line and its hash that were kept elsewhere; may be repeated
    #[arg(long = "anchor", value_name = "SEQ:HASH", value_parser = anchor)]
    anchors: Vec<Anchor>,
}

/// A line's number and hash.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Anchor(Verified);

/// What is learnt on the way.
struct Walk<'a> {
    verified: Verified,
    anchors: &'a [Anchor],
    met: usize,
}

impl Verify {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let mut walk = Walk {
            verified: Verified::nothing(),
            anchors: &self.anchors,
            met: 0,
        };
        let first = match &self.export {
            Some(file) => walk.export(file)?,
            None => walk.log(&self.place.open().await?.0).await?,
        };
        if walk.met < self.anchors.len() {
            bail!("an anchor's line is not there: the log was cut, or the export begins after it");
        }
        let Verified { seq, hash } = &walk.verified;
        let value = json!({ "first": first, "last": seq, "head": hash });
        let text = format!(
            "Lines {first} to {seq} are as they were written. The last one's hash is {hash}"
        );
        self.place.say(&value, text)
    }
}

impl Walk<'_> {
    async fn log(&mut self, store: &Store) -> anyhow::Result<i64> {
        loop {
            let lines = advance(store, &mut self.verified).await?;
            if lines.is_empty() {
                return Ok(1);
            }
            self.compare(&lines)?;
        }
    }

    /// An export may begin in the middle: its first line's word about the one before is taken.
    fn export(&mut self, file: &Path) -> anyhow::Result<i64> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("{} cannot be read", file.display()))?;
        let lines: Vec<Entry> = text
            .lines()
            .enumerate()
            .map(|(at, line)| {
                serde_json::from_str(line).with_context(|| {
                    format!("line {} of {} is no export's", at + 1, file.display())
                })
            })
            .collect::<Result<_, _>>()?;
        let first = lines.first().context("the export is empty")?;
        self.verified = Verified {
            seq: first.seq - 1,
            hash: first.prev.clone(),
        };
        self.verified.follow(&lines)?;
        self.compare(&lines)?;
        Ok(first.seq)
    }

    fn compare(&mut self, lines: &[Entry]) -> anyhow::Result<()> {
        for Anchor(anchor) in self.anchors {
            let Some(line) = lines.iter().find(|line| line.seq == anchor.seq) else {
                continue;
            };
            if line.hash != anchor.hash {
                bail!(
                    "line {} is not what it was when its hash was kept: it, or a line before it, was changed and the \
                     rest written anew",
                    anchor.seq
                );
            }
            self.met += 1;
        }
        Ok(())
    }
}

fn anchor(text: &str) -> Result<Anchor, String> {
    let parsed = text.split_once(':').and_then(|(seq, hash)| {
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some((
            seq.parse().ok()?,
            is_hash.then(|| hash.to_ascii_lowercase())?,
        ))
    });
    let (seq, hash) = parsed.ok_or("expected the number of a line, a colon, and its hash")?;
    Ok(Anchor(Verified { seq, hash }))
}
