//! `scim`: the directories that say who joins and who leaves.

use std::fmt::Write;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde_json::json;

use super::{ACTOR, Place};
use crate::{
    audit::{Action, Record},
    date, scim,
    secret::Secret,
};

/// The directories that say who joins and who leaves.
#[derive(Debug, Subcommand)]
pub enum Scim {
    /// The tokens that directories show
    #[command(subcommand)]
    Token(Token),
}

/// The tokens that directories show.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token for a directory and print it, once, with the address to enter there
    Add(Named),
    /// List the tokens' names
    List(Place),
    /// End a token; the directory is refused at once
    Remove(Named),
}

/// A token by its name.
#[derive(Debug, Args)]
pub struct Named {
    #[command(flatten)]
    place: Place,
    /// The directory's name, as the audit log will have it
    #[arg(value_parser = name)]
    name: String,
}

impl Scim {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Token(Token::Add(named)) => named.add().await,
            Self::Token(Token::List(place)) => list(&place).await,
            Self::Token(Token::Remove(named)) => named.remove().await,
        }
    }
}

impl Named {
    async fn add(self) -> anyhow::Result<()> {
        let (store, clock) = self.place.open().await?;
        let url = format!("{}{}", self.place.settings()?.origin, scim::BASE);
        let token = Secret::provisioning_token();
        let record = Record::new(ACTOR, Action::ScimTokenMade, &self.name);
        let now = clock.wall();
        if !store
            .add_scim_token(&self.name, token.hash(), record, now)
            .await?
        {
            bail!(
                "there is a token called {}; end it with `scim token remove`, or choose another name",
                self.name
            );
        }
        let value = json!({ "name": self.name, "url": url, "token": token.expose() });
        let text = format!(
            "SCIM address: {url}\nBearer token: {}\nIt is not shown again.",
            token.expose()
        );
        self.place.say(&value, text)
    }

    async fn remove(self) -> anyhow::Result<()> {
        let (store, clock) = self.place.open().await?;
        let record = Record::new(ACTOR, Action::ScimTokenRemoved, &self.name);
        if !store
            .remove_scim_token(&self.name, record, clock.wall())
            .await?
        {
            bail!("no token is called {}; see `scim token list`", self.name);
        }
        self.place.say(
            &json!({ "removed": self.name }),
            format!("{} is refused from now on.", self.name),
        )
    }
}

async fn list(place: &Place) -> anyhow::Result<()> {
    let tokens = place.open().await?.0.scim_tokens().await?;
    let mut text = String::new();
    let mut value = Vec::new();
    for (name, since) in &tokens {
        let since = date::rfc3339(*since);
        writeln!(text, "{name}  since {since}")?;
        value.push(json!({ "name": name, "since": since }));
    }
    if tokens.is_empty() {
        text.push_str("No directory has a token.");
    }
    place.say(&value, text)
}

fn name(text: &str) -> anyhow::Result<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let is_short = (1..=64).contains(&text.len());
    (is_short && text.chars().all(is_plain))
        .then(|| text.to_owned())
        .context("a name has 1 to 64 letters, digits, dots, underscores and hyphens")
}
