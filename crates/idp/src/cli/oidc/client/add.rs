//! `oidc client add`: a relying party of the authorization code flow.

use anyhow::anyhow;
use clap::Args;
use serde_json::json;

use super::{
    super::super::{Place, sp::OBSERVED},
    New, Registered, describe, discovery_url, id_or_fresh, text,
};
use crate::{
    oidc::client::{CodeClient, HttpsUrl, Pkce},
    secret::Secret,
};

/// Register a client of the authorization code flow.
#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    place: Place,
    /// Where it takes codes, compared character by character; may be repeated
    #[arg(long = "redirect-uri", value_name = "URI", required = true, value_parser = redirect_uri)]
    redirect_uris: Vec<HttpsUrl>,
    /// Its client id [default: a fresh one]
    #[arg(long = "id", value_name = "ID")]
    client_id: Option<String>,
    /// It cannot keep a secret; PKCE alone ties a code to whoever asked
    #[arg(long, conflicts_with = "pkce_optional")]
    public: bool,
    /// Take requests without PKCE too, for relying parties that cannot do it. They need a secret
    #[arg(long)]
    pkce_optional: bool,
    /// What people are shown [default: the host it takes answers at]
    #[arg(long)]
    name: Option<String>,
    /// An origin its requests come from, if not where it takes answers; may be repeated
    #[arg(long = "posts-from", value_name = "ORIGIN")]
    posts_from: Vec<String>,
}

impl Add {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (store, clock) = self.place.open().await?;
        let secret = (!self.public).then(Secret::random);
        let client = Registered::Code(CodeClient {
            redirect_uris: self.redirect_uris,
            secret: secret.as_ref().map(Secret::hash),
            pkce: match self.pkce_optional {
                true => Pkce::Optional,
                false => Pkce::Required,
            },
        });
        let new = New {
            client_id: id_or_fresh(self.client_id)?,
            name: self.name,
            posts_from: self.posts_from,
            client: client.clone(),
        };
        let service = new.put(&store, clock).await?;
        let discovery = discovery_url(&self.place)?;
        let mut value = describe(&service, &client);
        value["discovery"] = json!(discovery);
        value["client_secret"] = json!(secret.as_ref().map(Secret::expose));
        let mut text = format!("Registered {}", text(&service, &client)?);
        if let Some(secret) = &secret {
            text += &format!("Client secret, shown once: {}\n", secret.expose());
        }
        text += &format!("Discovery: {discovery}\n{OBSERVED}");
        self.place.say(&value, text)
    }
}

fn redirect_uri(text: &str) -> anyhow::Result<HttpsUrl> {
    HttpsUrl::parse(text).map_err(|problem| anyhow!("the redirect URI {problem}"))
}
