//! `token create`: what enrols a person's device.

use anyhow::Context;
use clap::{Args, Subcommand};
use serde_json::json;

use super::{ACTOR, Place};
use crate::{
    audit::{Action, Record},
    date,
    lifetime::{self, Lifetime},
    secret::Secret,
    store::{Login, NewToken},
};

/// Tokens that enrol devices.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token for a person and print it, once
    Create(Create),
}

/// Make a token.
#[derive(Debug, Args)]
pub struct Create {
    #[command(flatten)]
    place: Place,
    /// The person's login at the services, exactly as they know it
    #[arg(long, value_name = "LOGIN")]
    user: String,
    /// How many devices it may enrol
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    uses: u32,
    /// How long it may be used: 30m, 24h, 7d
    #[arg(long, value_name = "SPAN", default_value = "24h", value_parser = lifetime::parse)]
    expires: Lifetime,
}

impl Token {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Create(create) = self;
        create.run().await
    }
}

impl Create {
    async fn run(self) -> anyhow::Result<()> {
        let login = Login::parse(&self.user)
            .context("--user must be a login without blanks, of 1 to 256 bytes")?;
        let (store, clock) = self.place.open().await?;
        let (token, now) = (Secret::enrolment_token(), clock.wall());
        let new = NewToken {
            hash: token.hash(),
            login: login.clone(),
            uses: self.uses,
            expires: now.plus(self.expires.0),
        };
        let until = date::rfc3339(new.expires);
        let record = Record::new(ACTOR, Action::TokenCreated, &login)
            .with(json!({ "uses": self.uses, "expires": until }));
        store.add_token(&new, record, now).await?;
        let value = json!({
            "token": token.expose(),
            "user": login.as_str(),
            "uses": self.uses,
            "expires": until,
        });
        // Text mode prints the token alone, so that it can go straight into a file.
        eprintln!(
            "For {login}, {} use(s), until {until}. It is not shown again.",
            self.uses
        );
        self.place.say(&value, token.expose())
    }
}
