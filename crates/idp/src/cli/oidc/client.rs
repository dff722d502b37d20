//! `oidc client`: relying parties are services with a client id; `sp set`, `sp test` and `policy` take that in place of
//! an entity id.

use std::fmt::Write;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use selfsame_protocol::{Origin, UnixMillis};
use serde_json::{Value, json};

use super::super::{ACTOR, Place, sp::checked_name};
use crate::{
    audit::{Action, Record},
    clock::Clock,
    date,
    oidc::{
        self,
        client::{Client as Registered, CodeClient, EntraClient, HttpsUrl},
        discovery,
    },
    random,
    service_settings::{ServiceSettings, word},
    store::{Protocol, Service, Store},
};

mod add;
mod add_entra;

/// The registered clients.
#[derive(Debug, Subcommand)]
pub enum Client {
    /// Register a client of the authorization code flow, or replace what is registered under its id
    Add(add::Add),
    /// Register a tenant of Entra ID that uses this server as an external authentication method, or replace it
    AddEntra(add_entra::AddEntra),
    /// List the registered clients
    List(Place),
    /// Show one client
    Show(Named),
    /// Remove a client: its requests are refused from then on
    Remove(Named),
}

/// One client.
#[derive(Debug, Args)]
pub struct Named {
    #[command(flatten)]
    place: Place,
    /// Its client id, as `oidc client list` shows it
    client_id: String,
}

impl Client {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Add(add) => add.run().await,
            Self::AddEntra(add) => add.run().await,
            Self::List(place) => list(&place).await,
            Self::Show(named) => named.show().await,
            Self::Remove(named) => named.remove().await,
        }
    }
}

impl Named {
    async fn show(self) -> anyhow::Result<()> {
        let store = self.place.open().await?.0;
        let (service, client) = registered(&store, &self.client_id).await?;
        let mut value = describe(&service, &client);
        value["settings"] = serde_json::to_value(&service.settings)?;
        value["added"] = date::rfc3339(service.added).into();
        let text = text(&service, &client)? + &format!("Asks: {}\n", service.settings.asks);
        self.place.say(&value, text)
    }

    async fn remove(self) -> anyhow::Result<()> {
        let (store, clock) = self.place.open().await?;
        registered(&store, &self.client_id).await?;
        let record = Record::new(ACTOR, Action::ServiceRemoved, &self.client_id);
        if !store
            .remove_service(&self.client_id, record, clock.wall())
            .await?
        {
            bail!("the client was removed meanwhile");
        }
        self.place.say(
            &json!({ "removed": self.client_id }),
            format!("Removed {}", self.client_id),
        )
    }
}

async fn list(place: &Place) -> anyhow::Result<()> {
    let mut services = place.open().await?.0.services().await?;
    services.retain(|service| service.protocol == Protocol::Oidc);
    let (mut values, mut text) = (Vec::new(), String::new());
    for service in &services {
        let client = parse(service)?;
        writeln!(
            text,
            "{}  {}  {}  {}",
            service.name,
            service.entity_id,
            client.kind(),
            word(service.settings.mode)
        )?;
        values.push(describe(service, &client));
    }
    place.say(
        &values,
        if services.is_empty() {
            "No clients yet."
        } else {
            &text
        },
    )
}

/// The client with this id, or what to do.
pub(super) async fn registered(
    store: &Store,
    client_id: &str,
) -> anyhow::Result<(Service, Registered)> {
    let service = store.service(client_id).await?;
    let service = service
        .filter(|service| service.protocol == Protocol::Oidc)
        .with_context(|| {
            format!("no client is registered as {client_id}; see `oidc client list`")
        })?;
    let client = parse(&service)?;
    Ok((service, client))
}

fn parse(service: &Service) -> anyhow::Result<Registered> {
    serde_json::from_str(&service.metadata).with_context(|| {
        format!(
            "what is stored of {} cannot be read; was it written by a newer version?",
            service.entity_id
        )
    })
}

/// A client with what is the same for every kind.
struct New {
    client_id: String,
    name: Option<String>,
    posts_from: Vec<String>,
    client: Registered,
}

impl New {
    async fn put(self, store: &Store, clock: Clock) -> anyhow::Result<Service> {
        let now = clock.wall();
        let service = self.service(now)?;
        let record = Record::new(ACTOR, Action::ServiceAdded, &service.entity_id).with(json!({
            "name": service.name, "protocol": "oidc", "kind": self.client.kind(),
            "posts_from": service.post_origins,
        }));
        if !store.put_service(&service, record, now).await? {
            bail!(
                "{} is the name of a SAML service; nothing was changed",
                service.entity_id
            );
        }
        Ok(registered(store, &service.entity_id).await?.0)
    }

    fn service(&self, added: UnixMillis) -> anyhow::Result<Service> {
        let mut post_origins = Vec::new();
        for origin in &self.posts_from {
            let origin = Origin::parse(origin).with_context(|| format!("--posts-from {origin}"))?;
            post_origins.push(origin.to_string());
        }
        for origin in self.client.origins() {
            if !post_origins.iter().any(|known| known == origin) {
                post_origins.push(origin.to_owned());
            }
        }
        let origins = self.client.origins();
        let host = origins.first().context("the client takes no answers")?;
        let host = host.strip_prefix("https://").unwrap_or(host);
        Ok(Service {
            entity_id: self.client_id.clone(),
            protocol: Protocol::Oidc,
            name: checked_name(self.name.as_deref().unwrap_or(host))?,
            metadata: serde_json::to_string(&self.client)?,
            post_origins,
            settings: ServiceSettings::default(),
            added,
        })
    }
}

/// The id as it was typed, or a fresh one.
fn id_or_fresh(typed: Option<String>) -> anyhow::Result<String> {
    match typed {
        Some(id) => Ok(oidc::client::checked_id(&id)
            .context("--id takes 1 to 128 letters, digits, dots, underscores and hyphens")?
            .to_owned()),
        // By itself it may begin with a hyphen, and commands would take it for an option.
        None => Ok(format!("client-{}", random::name())),
    }
}

/// Everything about a client but its secret.
fn describe(service: &Service, client: &Registered) -> Value {
    let mut value = json!({
        "client_id": service.entity_id,
        "name": service.name,
        "kind": client.kind(),
        "posts_from": service.post_origins,
        "mode": service.settings.mode,
    });
    match client {
        Registered::Code(code) => {
            value["redirect_uris"] = json!(code.redirect_uris);
            value["public"] = code.secret.is_none().into();
            value["pkce"] = word(code.pkce).into();
        }
        Registered::Entra(entra) => {
            value["tenant"] = json!(entra.tenant);
            value["application"] = json!(entra.application);
            value["cloud"] = word(entra.cloud).into();
            value["keys_from"] = json!(entra.keys_from);
        }
    }
    value
}

fn text(service: &Service, client: &Registered) -> Result<String, std::fmt::Error> {
    let mut text = format!("{} ({})\n", service.name, service.entity_id);
    match client {
        Registered::Code(code) => of_code(&mut text, code)?,
        Registered::Entra(entra) => of_entra(&mut text, entra)?,
    }
    writeln!(
        text,
        "Requests come from: {}",
        service.post_origins.join(", ")
    )?;
    writeln!(text, "Mode: {}", word(service.settings.mode))?;
    writeln!(
        text,
        "Requests by link: {}",
        word(service.settings.redirect)
    )?;
    Ok(text)
}

fn of_code(text: &mut String, code: &CodeClient) -> std::fmt::Result {
    let uris: Vec<_> = code.redirect_uris.iter().map(HttpsUrl::as_str).collect();
    let secret = match code.secret {
        Some(_) => "a secret",
        None => "none: a public client",
    };
    writeln!(text, "Answers go to: {}", uris.join(", "))?;
    writeln!(text, "Authenticates by: {secret}; PKCE {}", word(code.pkce))
}

fn of_entra(text: &mut String, entra: &EntraClient) -> std::fmt::Result {
    let from = entra.keys_from.as_ref();
    let from = from.map_or("files, by `oidc keys load`", HttpsUrl::as_str);
    writeln!(text, "Answers go to: {}", entra.cloud.redirect_uri())?;
    writeln!(text, "Tenant: {}", entra.tenant)?;
    writeln!(text, "Application: {}", entra.application)?;
    writeln!(text, "Microsoft's keys come from: {from}")
}

/// What its administrator enters there.
fn discovery_url(place: &Place) -> anyhow::Result<String> {
    Ok(format!("{}{}", place.settings()?.origin, discovery::PATH))
}
