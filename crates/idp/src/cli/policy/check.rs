//! `policy check`: what a file of rules says, and what of it fits nobody.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use clap::Args;
use serde_json::json;

use super::Place;
use crate::{
    policy::{Rules, file},
    store::Store,
};

/// A policy is read by people; what is longer is something else.
const FILE_BYTES: usize = 256 * 1024;

/// Read a file of rules.
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    place: Place,
    /// The file
    file: PathBuf,
}

impl Check {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (_, rules) = read(&self.file)?;
        let store = self.place.open().await?.0;
        let notes = notes(&store, &rules).await?;
        let mut text = format!(
            "{} rules; the first that fits says what to ask for:\n",
            rules.rules.len()
        );
        for rule in &rules.rules {
            writeln!(text, "  {}  {}", rule.name, serde_json::to_string(rule)?)?;
        }
        for note in &notes {
            writeln!(text, "Note: {note}")?;
        }
        let value = json!({ "rules": rules.rules, "notes": notes });
        self.place.say(&value, text)
    }
}

/// The text of a file and the rules in it.
pub(super) fn read(path: &Path) -> anyhow::Result<(String, Rules)> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("{shown} cannot be read"))?;
    if text.len() > FILE_BYTES {
        return Err(anyhow!(
            "{shown} is larger than {FILE_BYTES} bytes; is it a policy?"
        ));
    }
    let rules = file::parse(&text).map_err(|mistake| anyhow!("{shown}, {mistake}"))?;
    Ok((text, rules))
}

/// What an administrator may not have meant: names that stand for nothing here.
pub(super) async fn notes(store: &Store, rules: &Rules) -> anyhow::Result<Vec<String>> {
    let services = store.services().await?;
    let gateways = store.radius_clients().await?;
    let known: Vec<_> = services
        .into_iter()
        .map(|service| service.entity_id)
        .chain(gateways.iter().map(|client| client.service()))
        .collect();
    let groups: Vec<_> = store.all_groups().await?.into_values().flatten().collect();
    let mut notes = Vec::new();
    for rule in &rules.rules {
        let name = &rule.name;
        let unknown = rule.when.services.iter().filter(|is| !known.contains(is));
        notes.extend(
            unknown.map(|service| format!("rule `{name}`: no service is registered as {service}")),
        );
        let is_empty = |group: &&String| !groups.iter().any(|is| is.eq_ignore_ascii_case(group));
        let empty = rule.when.groups.iter().filter(is_empty);
        notes.extend(empty.map(|group| format!("rule `{name}`: nobody is in the group {group}")));
    }
    Ok(notes)
}
