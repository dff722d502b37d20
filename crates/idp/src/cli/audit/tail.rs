//! `audit tail`: the last lines of the audit log, after the whole chain was verified.

use std::{collections::VecDeque, time::Duration};

use clap::Args;
use selfsame_protocol::UnixMillis;
use serde_json::Value;

use super::{super::Place, Verified, advance, value};
use crate::{
    audit::Entry,
    date,
    decide::Rule,
    lifetime::{self, Lifetime},
    store::Store,
};

const FOLLOW_EVERY: Duration = Duration::from_millis(500);

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
    #[command(flatten)]
    filter: Filter,
}

/// Which lines.
#[derive(Debug, Args)]
struct Filter {
    /// Only lines with this action, such as `check-approved`; may be repeated
    #[arg(long, value_name = "ACTION")]
    action: Vec<String>,
    /// Only lines about what this person, or `cli`, did
    #[arg(long, value_name = "WHO")]
    actor: Option<String>,
    /// Only lines about this service, device or person
    #[arg(long, value_name = "WHOM")]
    target: Option<String>,
    /// Only lines of this last span, such as 24h
    #[arg(long, value_name = "SPAN", value_parser = lifetime::parse)]
    since: Option<Lifetime>,
}

impl Filter {
    fn lets_through(&self, entry: &Entry, now: UnixMillis) -> bool {
        let is = |wanted: &Option<String>, text: &str| {
            wanted
                .as_ref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(text))
        };
        (self.action.is_empty() || self.action.contains(&entry.action))
            && is(&self.actor, &entry.actor)
            && is(&self.target, &entry.target)
            && self
                .since
                .is_none_or(|span| entry.time >= now.plus(-span.0))
    }
}

impl Tail {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (store, clock) = self.place.open().await?;
        let now = clock.wall();
        let mut verified = Verified::nothing();
        let mut last = VecDeque::new();
        let broken = loop {
            match advance(&store, &mut verified).await {
                Ok(lines) if lines.is_empty() => break None,
                Ok(lines) => self.keep(&mut last, lines, now),
                Err(broken) => break Some(broken),
            }
        };
        if let Some(broken) = broken {
            // A broken chain is shown too: whoever looks for the change must see the lines.
            last.clear();
            self.keep(&mut last, store.audit_tail(self.n).await?, now);
            last.iter().try_for_each(|entry| self.print(entry))?;
            return Err(broken);
        }
        last.iter().try_for_each(|entry| self.print(entry))?;
        match self.follow {
            true => self.follow(&store, verified, now).await,
            false => Ok(()),
        }
    }

    fn keep(&self, last: &mut VecDeque<Entry>, lines: Vec<Entry>, now: UnixMillis) {
        last.extend(
            lines
                .into_iter()
                .filter(|entry| self.filter.lets_through(entry, now)),
        );
        let too_many = last.len().saturating_sub(self.n as usize);
        last.drain(..too_many);
    }

    async fn follow(
        &self,
        store: &Store,
        mut verified: Verified,
        now: UnixMillis,
    ) -> anyhow::Result<()> {
        loop {
            for entry in advance(store, &mut verified).await? {
                if self.filter.lets_through(&entry, now) {
                    self.print(&entry)?;
                }
            }
            tokio::time::sleep(FOLLOW_EVERY).await;
        }
    }

    fn print(&self, entry: &Entry) -> anyhow::Result<()> {
        let text = format!(
            "{}  {}  {} {} {}  {}{}",
            entry.seq,
            date::rfc3339(entry.time),
            entry.actor,
            entry.action,
            entry.target,
            entry.details,
            why(entry).unwrap_or_default()
        );
        self.place.say(&value(entry), text)
    }
}

/// Under the line of a check, the rule that decided it in a sentence, and who had asked for so much.
fn why(entry: &Entry) -> Option<String> {
    let details: Value = serde_json::from_str(&entry.details).ok()?;
    let sentence = Rule::explained(details["rule"].as_str()?)?;
    let by = match (&details["policy"]["rule"], &details["policy"]["version"]) {
        (Value::String(rule), version) => format!(" Asked for by rule {rule} of policy {version}."),
        _ => String::new(),
    };
    Some(format!("\n      {sentence}{by}"))
}
