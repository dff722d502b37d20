//! `user`: the people devices answer for.

use std::fmt::Write;

use anyhow::Context;
use clap::{Args, Subcommand};
use serde_json::json;

use super::{Place, device};

use crate::{
    date,
    store::{EntraAccount, Login},
};

mod group;
mod link;

/// The people devices answer for.
#[derive(Debug, Subcommand)]
pub enum User {
    /// List everybody
    List(Place),
    /// Show one person, their devices and their accounts in directories
    Show(Show),
    /// Say who a person is in a directory of Entra ID
    Link(link::Account),
    /// Take that back
    Unlink(link::Account),
    /// The groups that policies name
    #[command(subcommand)]
    Group(group::Group),
}

/// Show one person.
#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    place: Place,
    /// The person's login
    login: String,
}

impl User {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::List(place) => list(&place).await,
            Self::Show(show) => show.run().await,
            Self::Link(account) => account.link().await,
            Self::Unlink(account) => account.unlink().await,
            Self::Group(group) => group.run().await,
        }
    }
}

async fn list(place: &Place) -> anyhow::Result<()> {
    let people = place.open().await?.0.people().await?;
    let value: Vec<_> = people
        .iter()
        .map(|person| json!({ "login": person.login.as_str(), "since": date::rfc3339(person.created) }))
        .collect();
    let mut text = String::new();
    for person in &people {
        writeln!(
            text,
            "{}  since {}",
            person.login,
            date::rfc3339(person.created)
        )?;
    }
    place.say(
        &value,
        if people.is_empty() {
            "Nobody yet."
        } else {
            &text
        },
    )
}

impl Show {
    async fn run(self) -> anyhow::Result<()> {
        let store = self.place.open().await?.0;
        let login = Login::parse(&self.login).context("that is not a login")?;
        let person = store
            .person(&login)
            .await?
            .with_context(|| format!("nobody here is called {login}; see `user list`"))?;
        let mut devices = store.devices().await?;
        devices.retain(|device| device.login == person.login);
        let mut text = format!(
            "{}  since {}\n",
            person.login,
            date::rfc3339(person.created)
        );
        for device in &devices {
            writeln!(text, "  {}", device::line(device))?;
        }
        let accounts = store.accounts_of(&person).await?;
        for EntraAccount { tenant, object } in &accounts {
            writeln!(text, "  in Entra ID {object}, tenant {tenant}")?;
        }
        let groups = store.groups_of(&person.login).await?;
        if !groups.is_empty() {
            writeln!(text, "  in the groups {}", groups.join(", "))?;
        }
        let accounts: Vec<_> = accounts
            .iter()
            .map(|account| json!({ "tenant": account.tenant, "object": account.object }))
            .collect();
        let value = json!({
            "login": person.login.as_str(),
            "since": date::rfc3339(person.created),
            "entra_accounts": accounts,
            "groups": groups,
            "devices": devices.iter().map(device::value).collect::<Vec<_>>(),
        });
        self.place.say(&value, text)
    }
}
