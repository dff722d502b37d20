//! `init`: a new server.

use std::{io::Write, path::PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use selfsame_protocol::{Origin, UnixMillis};
use serde_json::json;

use super::{ACTOR, say};
use crate::{
    audit::{Action, Record},
    clock::Clock,
    console,
    keys::{Keys, NewSamlKey},
    platform,
    rate::Limits,
    settings::{DataDir, Settings, Stored, default_device_cap},
    signing,
    store::Store,
};

/// Ten years leave the time of a change to the administrator.
const TEN_YEARS_DAYS: u16 = 3652;

/// Make the keys, the database and the settings of a new server.
#[derive(Debug, Args)]
pub struct Init {
    /// Where to put them; made if it is not there
    #[arg(long, value_name = "DIR", env = "SELFSAME_IDP_DATA")]
    data: PathBuf,
    /// What browsers and agents call the server: https://HOST[:PORT]. Agents pin it
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    origin: Origin,
    /// Where administrators find the console; another host than --origin
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    console_origin: Option<Origin>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Init {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        if self.console_origin.as_ref() == Some(&self.origin) {
            bail!(
                "--console-origin must differ from --origin, which serves checks and nothing else"
            );
        }
        let data = DataDir::new(&self.data);
        if data.settings().exists() {
            bail!(
                "{} holds a server already; nothing was changed",
                self.data.display()
            );
        }
        make_dirs(&data)?;
        let saml = NewSamlKey::generate(self.origin.as_str(), 2048, TEN_YEARS_DAYS)?;
        Keys::create(&data, &saml)
            .context("an earlier `init` may have stopped half-way; if so, remove the directory and run it again")?;
        let link = self.fill_database(&data).await?;
        self.write_settings(&data)?;
        self.report(&data, link)
    }

    async fn fill_database(&self, data: &DataDir) -> anyhow::Result<Option<String>> {
        // SQLite gives its other files the mode of this one.
        platform::create_private(&data.database())?;
        let store = Store::open(&data.database()).await?;
        let now = Clock::start().wall();
        let record = Record::new(ACTOR, Action::Initialised, &self.origin);
        store.append_audit(record, now).await?;
        signing::certificates(data, &store, Clock::start()).await?;
        let link = match &self.console_origin {
            Some(origin) => Some(first_link(&store, origin, now).await?),
            None => None,
        };
        store.close().await;
        Ok(link)
    }

    /// Last, since its presence says that everything else is there.
    fn write_settings(&self, data: &DataDir) -> anyhow::Result<()> {
        let stored = Stored {
            origin: self.origin.clone(),
            console_origin: self.console_origin.clone(),
            device_cap: default_device_cap(),
            limits: Limits::default(),
        };
        let mut file = platform::create_private(&data.settings())?;
        file.write_all(&serde_json::to_vec_pretty(&stored)?)?;
        Ok(file.sync_all()?)
    }

    fn report(&self, data: &DataDir, link: Option<String>) -> anyhow::Result<()> {
        let entity_id = Settings::load(data.clone(), false)?.entity_id();
        let console = match &link {
            Some(link) => format!("Console, once, within an hour: {link}\n"),
            None => "No console: give --console-origin to have one.\n".to_owned(),
        };
        let text = format!(
            "The server is ready in {}.\n\
             Issuer for services:           {entity_id}\n\
             {console}\
             Next: register a service with `selfsame-idp sp add`, then run `selfsame-idp serve`.",
            data.path().display()
        );
        let value = json!({
            "data": data.path(),
            "origin": self.origin,
            "entity_id": entity_id,
            "console_link": link,
        });
        say(self.json, &value, text)
    }
}

/// The way in for whoever sets the server up, who lets others in from there.
async fn first_link(store: &Store, origin: &Origin, now: UnixMillis) -> anyhow::Result<String> {
    let people = store.console_people().await?;
    let owner = people.first().context("the new database has no owner")?;
    Ok(console::make_link(store, origin, owner, ACTOR, now).await?)
}

fn make_dirs(data: &DataDir) -> anyhow::Result<()> {
    let keys = data.path().join("keys");
    platform::create_private_dir(&keys)
        .with_context(|| format!("{} cannot be made", keys.display()))
}

fn origin(text: &str) -> Result<Origin, String> {
    Origin::parse(text).map_err(|_| {
        "expected https://HOST or https://HOST:PORT, in lower case, without a path and without :443"
            .to_owned()
    })
}
