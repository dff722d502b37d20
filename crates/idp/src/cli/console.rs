//! `console`: the way into the console, and who may take it.

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use selfsame_protocol::Origin;
use serde_json::json;

use super::{ACTOR, Place};
use crate::{
    console::make_link,
    store::{ConsolePerson, Login, PeopleChange, Role, Store},
};

/// The way into the console.
#[derive(Debug, Subcommand)]
pub enum Console {
    /// Print a link that signs one browser in, once, within an hour
    Link(Link),
    /// Who may open the console, and as what
    #[command(subcommand)]
    Person(Person),
}

/// Print a link.
#[derive(Debug, Args)]
pub struct Link {
    #[command(flatten)]
    place: Place,
    /// For whom, as `console person list` shows it [default: the first owner]
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
}

/// The people of the console.
#[derive(Debug, Subcommand)]
pub enum Person {
    /// List everybody
    List(Place),
    /// Let somebody in, or give somebody another role
    Put(Put),
    /// Let somebody in no more; open sessions end
    Remove(Remove),
}

/// Let somebody in.
#[derive(Debug, Args)]
pub struct Put {
    #[command(flatten)]
    place: Place,
    /// The name, such as a mail address
    name: String,
    /// What the person may see and do
    #[arg(long)]
    role: Role,
}

/// Let somebody in no more.
#[derive(Debug, Args)]
pub struct Remove {
    #[command(flatten)]
    place: Place,
    /// The name, as `console person list` shows it
    name: String,
}

impl Console {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Link(link) => link.run().await,
            Self::Person(Person::List(place)) => list(&place).await,
            Self::Person(Person::Put(put)) => put.run().await,
            Self::Person(Person::Remove(remove)) => remove.run().await,
        }
    }
}

impl Link {
    async fn run(self) -> anyhow::Result<()> {
        let origin = console_origin(&self.place)?;
        let (store, clock) = self.place.open().await?;
        let person = find(&store, self.user.as_deref()).await?;
        let link = make_link(&store, &origin, &person, ACTOR, clock.wall()).await?;
        let value = json!({ "link": link, "user": person.name.as_str(), "role": person.role });
        self.place.say(&value, &link)
    }
}

fn console_origin(place: &Place) -> anyhow::Result<Origin> {
    let settings = place.settings()?;
    settings.console_origin.with_context(|| {
        let file = settings.data.settings();
        format!("this server has no console; add \"console_origin\" to {} and start it with --console-listen", file.display())
    })
}

async fn find(store: &Store, name: Option<&str>) -> anyhow::Result<ConsolePerson> {
    let mut people = store.console_people().await?.into_iter();
    match name {
        None => people
            .find(|person| person.role == Role::Owner)
            .context("the console has no owner; see `console person put --role owner`"),
        Some(name) => {
            let login = parsed(name)?;
            people
                .find(|person| person.name.is_same_as(&login))
                .with_context(|| {
                    format!("nobody in the console is called {name}; see `console person list`")
                })
        }
    }
}

impl Put {
    async fn run(self) -> anyhow::Result<()> {
        let name = parsed(&self.name)?;
        let (store, clock) = self.place.open().await?;
        let change = store
            .put_console_person(ACTOR, &name, self.role, clock.wall())
            .await?;
        let changed = was_changed(change)?;
        let text = match changed {
            true => format!(
                "{name} is {}; `console link --user {name}` lets them in",
                self.role
            ),
            false => "Nothing was changed".to_owned(),
        };
        let value = json!({ "name": name.as_str(), "role": self.role, "changed": changed });
        self.place.say(&value, text)
    }
}

impl Remove {
    async fn run(self) -> anyhow::Result<()> {
        let name = parsed(&self.name)?;
        let (store, clock) = self.place.open().await?;
        let change = store
            .remove_console_person(ACTOR, &name, clock.wall())
            .await?;
        if !was_changed(change)? {
            bail!("nobody in the console is called {name}; see `console person list`");
        }
        self.place.say(
            &json!({ "removed": name.as_str() }),
            format!("Removed {name}"),
        )
    }
}

async fn list(place: &Place) -> anyhow::Result<()> {
    let people = place.open().await?.0.console_people().await?;
    let value: Vec<_> = people
        .iter()
        .map(|person| json!({ "name": person.name.as_str(), "role": person.role }))
        .collect();
    let lines: Vec<_> = people
        .iter()
        .map(|person| format!("{}  {}", person.role, person.name))
        .collect();
    place.say(&value, lines.join("\n"))
}

fn was_changed(change: PeopleChange) -> anyhow::Result<bool> {
    match change {
        PeopleChange::Done => Ok(true),
        PeopleChange::Nothing => Ok(false),
        PeopleChange::LastOwner => {
            bail!("that is the last owner; nothing was changed. Make somebody else an owner first")
        }
    }
}

fn parsed(name: &str) -> anyhow::Result<Login> {
    Login::parse(name).context("a name is one word of 1 to 256 bytes, such as a mail address")
}
