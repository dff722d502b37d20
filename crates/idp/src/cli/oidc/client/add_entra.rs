//! `oidc client add-entra`: a tenant that uses this server as an external authentication method.

use anyhow::anyhow;
use clap::Args;
use serde_json::json;

use super::{
    super::super::{Place, sp::OBSERVED},
    New, Registered, describe, discovery_url, id_or_fresh, text,
};
use crate::oidc::{
    authorize,
    client::{Cloud, EntraClient, HttpsUrl},
    guid::Guid,
};

/// Register a tenant of Entra ID.
#[derive(Debug, Args)]
pub struct AddEntra {
    #[command(flatten)]
    place: Place,
    /// The tenant that asks, by its id
    #[arg(long, value_name = "GUID")]
    tenant: Guid,
    /// The application that stands for this server there, by its application (client) id
    #[arg(long, value_name = "GUID")]
    application: Guid,
    /// Microsoft's cloud that the tenant is in
    #[arg(long, value_enum, default_value_t = Cloud::Public)]
    cloud: Cloud,
    /// The client id that Entra ID is given for this server [default: a fresh one]
    #[arg(long = "id", value_name = "ID")]
    client_id: Option<String>,
    /// The metadata that leads to Microsoft's keys [default: the cloud's own]
    #[arg(long, value_name = "URL", value_parser = url, conflicts_with = "keys_by_file")]
    keys_from: Option<HttpsUrl>,
    /// Fetch no keys: they are loaded with `oidc keys load`
    #[arg(long)]
    keys_by_file: bool,
    /// What people are shown [default: the host it takes answers at]
    #[arg(long)]
    name: Option<String>,
}

impl AddEntra {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (store, clock) = self.place.open().await?;
        let own = url(&self.cloud.metadata())?;
        let client = Registered::Entra(EntraClient {
            cloud: self.cloud,
            tenant: self.tenant,
            application: self.application,
            keys_from: (!self.keys_by_file).then(|| self.keys_from.unwrap_or(own)),
        });
        let new = New {
            client_id: id_or_fresh(self.client_id)?,
            name: self.name,
            posts_from: Vec::new(),
            client: client.clone(),
        };
        let service = new.put(&store, clock).await?;
        let discovery = discovery_url(&self.place)?;
        let reply_url = format!("{}{}", self.place.settings()?.origin, authorize::PATH);
        let mut value = describe(&service, &client);
        value["discovery"] = json!(discovery);
        value["reply_url"] = json!(reply_url);
        let text = format!(
            "Registered {}In Entra ID, client id: {}\nDiscovery endpoint: {discovery}\n\
             Reply URL of the application: {reply_url}\n{OBSERVED}",
            text(&service, &client)?,
            service.entity_id
        );
        self.place.say(&value, text)
    }
}

fn url(text: &str) -> anyhow::Result<HttpsUrl> {
    HttpsUrl::parse(text).map_err(|problem| anyhow!("the address {problem}"))
}
