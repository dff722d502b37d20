//! `sp`: the services that send people here.

mod set;
mod show;
mod test;

use std::{fmt::Write, path::PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use selfsame_protocol::{Origin, UnixMillis};
use selfsame_saml::{ImportedMetadata, ServiceProvider};
use serde_json::json;

use super::{ACTOR, Place};
use crate::{
    audit::{Action, Record},
    service_settings::{Mode, ServiceSettings, word},
    store::{Protocol, Service, Store},
};

/// What an administrator has to know about a new service.
pub(super) const OBSERVED: &str = "Nobody is answered for yet: everything is decided and recorded, and every answer is the other \
factor. See `sp test` and `sp set --mode assist`.\n";

/// The services that send people here.
#[derive(Debug, Subcommand)]
pub enum Sp {
    /// Register a service by its metadata, or replace what is registered under its entity id
    Add(Add),
    /// List the registered services
    List(Place),
    /// Show one service: its addresses, what is set for it, and its tests
    Show(show::Show),
    /// Change what is set for a service
    Set(set::Set),
    /// The two tests that a service passes before it is answered
    #[command(subcommand)]
    Test(test::Test),
    /// Remove a service: its requests are refused from then on
    Remove(Remove),
}

/// Register a service.
#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    place: Place,
    /// Its SAML metadata
    #[arg(long, value_name = "FILE")]
    metadata: PathBuf,
    /// What people are shown [default: the host it takes answers at]
    #[arg(long)]
    name: Option<String>,
    /// An origin its sign-in requests come from, if not where it takes answers; may be repeated
    #[arg(long = "posts-from", value_name = "ORIGIN")]
    posts_from: Vec<String>,
}

/// Remove a service.
#[derive(Debug, Args)]
pub struct Remove {
    #[command(flatten)]
    place: Place,
    /// Its entity id, as `sp list` shows it
    entity_id: String,
}

impl Sp {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Add(add) => add.run().await,
            Self::List(place) => list(&place).await,
            Self::Show(show) => show.run().await,
            Self::Set(set) => set.run().await,
            Self::Test(test) => test.run().await,
            Self::Remove(remove) => remove.run().await,
        }
    }
}

impl Add {
    async fn run(self) -> anyhow::Result<()> {
        let text = std::fs::read_to_string(&self.metadata)
            .with_context(|| format!("{} cannot be read", self.metadata.display()))?;
        let imported = ImportedMetadata::parse(text.as_bytes())
            .with_context(|| format!("{} cannot be used", self.metadata.display()))?;
        let (store, clock) = self.place.open().await?;
        let service = self.service(&imported.service, text, clock.wall())?;
        let record = Record::new(ACTOR, Action::ServiceAdded, &service.entity_id)
            .with(json!({ "name": service.name, "posts_from": service.post_origins }));
        if !store.put_service(&service, record, clock.wall()).await? {
            bail!(
                "{} is the name of an OpenID Connect client; nothing was changed",
                service.entity_id
            );
        }
        let service = registered(&store, &service.entity_id).await?;
        let notes: Vec<_> = imported.notes.iter().map(ToString::to_string).collect();
        self.report(&service, &imported.service, &notes)
    }

    fn service(
        &self,
        provider: &ServiceProvider,
        metadata: String,
        now: UnixMillis,
    ) -> anyhow::Result<Service> {
        let mut post_origins = Vec::new();
        for origin in &self.posts_from {
            let origin = Origin::parse(origin).with_context(|| format!("--posts-from {origin}"))?;
            post_origins.push(origin.to_string());
        }
        for consumer in &provider.assertion_consumers {
            let origin = consumer.url.origin().to_owned();
            if !post_origins.contains(&origin) {
                post_origins.push(origin);
            }
        }
        let name = match &self.name {
            Some(name) => checked_name(name)?,
            None => checked_name(&host_of(provider)?)?,
        };
        Ok(Service {
            entity_id: provider.entity_id.to_string(),
            protocol: Protocol::Saml,
            name,
            metadata,
            post_origins,
            settings: ServiceSettings::default(),
            added: now,
        })
    }

    fn report(
        &self,
        service: &Service,
        provider: &ServiceProvider,
        notes: &[String],
    ) -> anyhow::Result<()> {
        let consumers: Vec<_> = provider
            .assertion_consumers
            .iter()
            .map(|consumer| consumer.url.as_str())
            .collect();
        let mut text = format!(
            "Registered {} ({})\nAnswers go to: {}\nRequests come from: {}\nMode: {}\n",
            service.name,
            service.entity_id,
            consumers.join(", "),
            service.post_origins.join(", "),
            word(service.settings.mode)
        );
        if service.settings.mode == Mode::Observe {
            text.push_str(OBSERVED);
        }
        notes
            .iter()
            .try_for_each(|note| writeln!(text, "Note: {note}"))?;
        let value = json!({
            "entity_id": service.entity_id,
            "name": service.name,
            "answers_to": consumers,
            "posts_from": service.post_origins,
            "mode": service.settings.mode,
            "notes": notes,
        });
        self.place.say(&value, text)
    }
}

impl Remove {
    async fn run(self) -> anyhow::Result<()> {
        let (store, clock) = self.place.open().await?;
        let record = Record::new(ACTOR, Action::ServiceRemoved, &self.entity_id);
        if !store
            .remove_service(&self.entity_id, record, clock.wall())
            .await?
        {
            bail!(
                "no service is registered as {}; see `sp list`",
                self.entity_id
            );
        }
        self.place.say(
            &json!({ "removed": self.entity_id }),
            format!("Removed {}", self.entity_id),
        )
    }
}

async fn list(place: &Place) -> anyhow::Result<()> {
    let services = place.open().await?.0.services().await?;
    let value: Vec<_> = services
        .iter()
        .map(|s| {
            json!({
                "entity_id": s.entity_id, "protocol": s.protocol.as_str(), "name": s.name,
                "posts_from": s.post_origins, "mode": s.settings.mode,
            })
        })
        .collect();
    let mut text = String::new();
    for service in &services {
        let mode = word(service.settings.mode);
        writeln!(text, "{}  {}  {mode}", service.name, service.entity_id)?;
    }
    place.say(
        &value,
        if services.is_empty() {
            "No services yet."
        } else {
            &text
        },
    )
}

/// A service's name, as people are shown it.
pub(super) fn checked_name(name: &str) -> anyhow::Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        bail!("--name must be one line of 1 to 60 characters");
    }
    Ok(name.to_owned())
}

/// The service with this entity id, or what to do.
pub(super) async fn registered(store: &Store, entity_id: &str) -> anyhow::Result<Service> {
    let service = store.service(entity_id).await?;
    service.with_context(|| format!("no service is registered as {entity_id}; see `sp list`"))
}

fn host_of(provider: &ServiceProvider) -> anyhow::Result<String> {
    let consumer = provider
        .assertion_consumers
        .first()
        .context("the service takes no answers")?;
    let origin = consumer.url.origin();
    Ok(origin.strip_prefix("https://").unwrap_or(origin).to_owned())
}
