//! `user group`: who is in the groups that policies name. A group is there as long as somebody is in it.

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde_json::json;

use super::super::{ACTOR, Place};
use crate::{
    audit::{Action, Record},
    clock::Clock,
    store::{Login, Person, Store},
};

/// A group's name is a word of a policy.
const NAME_CHARS: usize = 100;

/// The groups that policies name.
#[derive(Debug, Subcommand)]
pub enum Group {
    /// Put a person into a group
    Add(Member),
    /// Take a person out of a group
    Remove(Member),
}

/// A person and a group.
#[derive(Debug, Args)]
pub struct Member {
    #[command(flatten)]
    place: Place,
    /// The person's login
    login: String,
    /// The group
    #[arg(value_parser = name)]
    group: String,
}

impl Group {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Add(member) => member.join().await,
            Self::Remove(member) => member.leave().await,
        }
    }
}

impl Member {
    async fn join(self) -> anyhow::Result<()> {
        let (store, clock, person) = self.open().await?;
        let record = self.record(Action::GroupJoined, &person);
        if !store
            .join_group(&person, &self.group, record, clock.wall())
            .await?
        {
            bail!("{} is in {} already", person.login, self.group);
        }
        self.say("added", &person)
    }

    async fn leave(self) -> anyhow::Result<()> {
        let (store, clock, person) = self.open().await?;
        let record = self.record(Action::GroupLeft, &person);
        if !store
            .leave_group(&person, &self.group, record, clock.wall())
            .await?
        {
            bail!("{} is not in {}", person.login, self.group);
        }
        self.say("removed", &person)
    }

    async fn open(&self) -> anyhow::Result<(Store, Clock, Person)> {
        let (store, clock) = self.place.open().await?;
        let login = Login::parse(&self.login).context("that is not a login")?;
        let person = store.person(&login).await?;
        let person =
            person.with_context(|| format!("nobody here is called {login}; see `user list`"))?;
        Ok((store, clock, person))
    }

    fn record(&self, action: Action, person: &Person) -> Record {
        Record::new(ACTOR, action, &person.login).with(json!({ "group": self.group }))
    }

    fn say(&self, what: &str, person: &Person) -> anyhow::Result<()> {
        let value = json!({ what: person.login.as_str(), "group": self.group });
        let text = format!("{what}: {}, {}", person.login, self.group);
        self.place.say(&value, text)
    }
}

fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    let is_name = (1..=NAME_CHARS).contains(&text.len()) && !text.contains(char::is_control);
    is_name
        .then(|| text.to_owned())
        .ok_or_else(|| format!("a group's name is one line of up to {NAME_CHARS} letters"))
}
