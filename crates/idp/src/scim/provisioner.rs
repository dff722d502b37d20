//! Who asks: a directory, by the token that an administrator made for it.

use axum::extract::FromRequestParts;
use http::{header::AUTHORIZATION, request::Parts};
use serde_json::json;

use super::problem::Problem;
use crate::{
    App,
    audit::{Action, Record},
    secret::SecretHash,
};

/// A directory whose token is known.
#[derive(Debug)]
pub struct Provisioner(String);

impl Provisioner {
    /// Its name in the audit log.
    pub fn actor(&self) -> String {
        format!("scim:{}", self.0)
    }
}

impl FromRequestParts<App> for Provisioner {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let header = parts.headers.get(AUTHORIZATION);
        let token = header
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| SecretHash::of(token));
        if let Some(hash) = token
            && let Some(name) = app.store.scim_token_name(hash).await?
        {
            return Ok(Self(name));
        }
        refuse(app).await;
        Err(Problem::Unauthorized)
    }
}

async fn refuse(app: &App) {
    let Some(left_out) = app.strangers.note("scim_wrong_token", app.clock.now()) else {
        return;
    };
    let record = Record::new("stranger", Action::ScimRefused, "scim")
        .with(json!({ "why": "wrong-token", "left_out_before": left_out }));
    if let Err(error) = app.store.append_audit(record, app.clock.wall()).await {
        tracing::error!(%error, "a refused directory could not be written down");
    }
}
