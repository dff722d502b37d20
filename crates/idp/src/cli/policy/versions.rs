//! `policy versions`: what counted when.

use std::fmt::Write;

use anyhow::Context;
use clap::Args;
use serde_json::{Value, json};

use super::Place;
use crate::{
    date,
    store::{Store, StoredPolicy},
};

/// List every version, or show one.
#[derive(Debug, Args)]
pub struct Versions {
    #[command(flatten)]
    place: Place,
    /// Show the file of this one, as it was applied
    version: Option<i64>,
}

impl Versions {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.place.open().await?.0;
        if let Some(version) = self.version {
            let stored = version_of(&store, version).await?;
            return self.place.say(&value(&stored), &stored.document);
        }
        let policies = store.policies().await?;
        let mut text = String::new();
        for policy in &policies {
            writeln!(text, "{}", line(policy))?;
        }
        if policies.is_empty() {
            text.push_str("No rules yet: what is set for each service is all there is.");
        }
        let values: Vec<_> = policies.iter().map(value).collect();
        self.place.say(&values, text)
    }
}

/// The version of this number, or what to do.
pub(super) async fn version_of(store: &Store, version: i64) -> anyhow::Result<StoredPolicy> {
    let policies = store.policies().await?;
    let found = policies
        .into_iter()
        .find(|policy| policy.version == version);
    found.with_context(|| format!("there is no version {version}; see `policy versions`"))
}

/// One version in a line.
pub(super) fn line(policy: &StoredPolicy) -> String {
    format!(
        "Version {} of {}, for {} % of the people",
        policy.version,
        date::rfc3339(policy.applied),
        policy.percent
    )
}

fn value(policy: &StoredPolicy) -> Value {
    json!({
        "version": policy.version,
        "applied": date::rfc3339(policy.applied),
        "percent": policy.percent,
        "document": policy.document,
    })
}
