//! `user link`, `user unlink`: who a person is in a directory of Entra ID.

use anyhow::{Context, bail};
use clap::Args;
use serde_json::json;

use super::super::{ACTOR, Place};
use crate::{
    audit::{Action, Record},
    clock::Clock,
    oidc::guid::Guid,
    store::{EntraAccount, Login, Person, Store},
};

/// A person and an account.
#[derive(Debug, Args)]
pub struct Account {
    #[command(flatten)]
    place: Place,
    /// The person's login
    login: String,
    /// The person's directory, by its tenant id
    #[arg(long, value_name = "GUID")]
    tenant: Guid,
    /// The person in it, by their object id
    #[arg(long, value_name = "GUID")]
    object: Guid,
}

impl Account {
    /// Links them.
    pub(super) async fn link(self) -> anyhow::Result<()> {
        let (store, clock, person, account) = self.open().await?;
        let record = self.record(Action::AccountLinked, &person);
        if !store
            .link_account(&person, &account, record, clock.wall())
            .await?
        {
            let whose = store.login_of_account(&account).await?;
            let whose = whose.map_or_else(|| "somebody".to_owned(), |login| login.to_string());
            bail!("the account is linked to {whose} already; see `user unlink`");
        }
        self.say("linked", &person)
    }

    /// Unlinks them.
    pub(super) async fn unlink(self) -> anyhow::Result<()> {
        let (store, clock, person, account) = self.open().await?;
        let record = self.record(Action::AccountUnlinked, &person);
        if !store
            .unlink_account(&person, &account, record, clock.wall())
            .await?
        {
            bail!("the account is not linked to {}", person.login);
        }
        self.say("unlinked", &person)
    }

    async fn open(&self) -> anyhow::Result<(Store, Clock, Person, EntraAccount)> {
        let (store, clock) = self.place.open().await?;
        let login = Login::parse(&self.login).context("that is not a login")?;
        let person = store
            .person(&login)
            .await?
            .with_context(|| format!("nobody here is called {login}; see `user list`"))?;
        let account = EntraAccount {
            tenant: self.tenant.clone(),
            object: self.object.clone(),
        };
        Ok((store, clock, person, account))
    }

    fn record(&self, action: Action, person: &Person) -> Record {
        Record::new(ACTOR, action, &person.login)
            .with(json!({ "tenant": self.tenant, "object": self.object }))
    }

    fn say(&self, what: &str, person: &Person) -> anyhow::Result<()> {
        let value = json!({
            what: person.login.as_str(), "tenant": self.tenant, "object": self.object,
        });
        let text = format!(
            "{what} {}: {} in {}",
            person.login, self.object, self.tenant
        );
        self.place.say(&value, text)
    }
}
