//! Microsoft's keys: pinned as they were loaded or fetched last, and fetched anew when a hint names a key that is not
//! among them, every five minutes at most, whoever asks.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use selfsame_protocol::Millis;
use serde::Deserialize;
use serde_json::json;

use super::{
    client::{EntraClient, HttpsUrl},
    fetch,
    key_set::KeySet,
};
use crate::{
    App,
    audit::{Action, Record},
    clock::Clock,
    page::refused::Refused,
    store::{Store, StoreError, StoredKeys},
};

/// How long a fetch stands, whatever came of it, in milliseconds.
const AGAIN_AFTER_MS: u64 = 5 * 60_000;
/// Keys older than this are fetched anew beside the request that notices it, in milliseconds.
const OLD_AFTER_MS: i64 = 24 * 60 * 60_000;

/// When each client's keys were last asked for.
#[derive(Debug, Default)]
pub struct Fetches(Mutex<HashMap<String, Millis>>);

#[derive(Deserialize)]
struct Metadata {
    jwks_uri: String,
}

impl Fetches {
    /// Whether this client's keys may be asked for now; if so, not again for a while.
    fn may(&self, client_id: &str, now: Millis) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_early = last
            .get(client_id)
            .is_some_and(|at| now.since(*at) < AGAIN_AFTER_MS);
        if !is_early {
            last.insert(client_id.to_owned(), now);
        }
        !is_early
    }
}

/// The keys of a client's issuer, with this one among them if it is to be had.
///
/// # Errors
/// When the database does not answer.
pub async fn with(
    app: &App,
    client: &EntraClient,
    client_id: &str,
    key_id: &str,
) -> Result<Option<KeySet>, Refused> {
    let stored = app.store.issuer_keys(client_id).await?;
    let is_old = stored.as_ref().is_none_or(|keys| is_old(keys, &app.clock));
    let known = stored.and_then(|keys| KeySet::parse(&keys.text).ok());
    let has_it = known.as_ref().is_some_and(|keys| keys.has(key_id));
    let Some(from) = client.keys_from.clone().filter(|_| is_old || !has_it) else {
        return Ok(known);
    };
    if !app.sign_in.key_fetches.may(client_id, app.clock.now()) {
        return Ok(known);
    }
    let (store, clock, id) = (app.store.clone(), app.clock, client_id.to_owned());
    let fetching = tokio::spawn(async move { refresh(&store, &clock, &id, &from).await });
    if has_it {
        return Ok(known);
    }
    Ok(fetching.await.ok().flatten().or(known))
}

fn is_old(keys: &StoredKeys, clock: &Clock) -> bool {
    clock.wall().0 - keys.loaded.0 > OLD_AFTER_MS
}

async fn refresh(store: &Store, clock: &Clock, client_id: &str, from: &HttpsUrl) -> Option<KeySet> {
    match fetch_keys(from).await {
        Ok((text, keys)) => {
            if let Err(error) = keep(store, clock, client_id, &text, from.as_str()).await {
                tracing::error!(%error, client_id, "an issuer's keys could not be kept");
            }
            Some(keys)
        }
        Err(error) => {
            tracing::warn!(error = %format!("{error:#}"), client_id, "an issuer's keys could not be fetched; those before go on");
            None
        }
    }
}

/// Fetches the key set that metadata leads to. It must be on the metadata's own host, as all of Microsoft's are.
///
/// # Errors
/// What went wrong on the way.
pub async fn fetch_keys(metadata: &HttpsUrl) -> anyhow::Result<(String, KeySet)> {
    let document: Metadata = serde_json::from_str(&fetch::text(metadata).await?)
        .map_err(|_| anyhow::anyhow!("{metadata} is no metadata of an issuer"))?;
    let uri = HttpsUrl::parse(&document.jwks_uri)
        .map_err(|problem| anyhow::anyhow!("the address of the key set {problem}"))?;
    anyhow::ensure!(
        uri.origin() == metadata.origin(),
        "the key set is on another host than the metadata: {uri}"
    );
    let text = fetch::text(&uri).await?;
    let keys = KeySet::parse(&text)?;
    Ok((text, keys))
}

/// Keeps a key set, and writes down where it came from.
///
/// # Errors
/// [`StoreError`].
pub async fn keep(
    store: &Store,
    clock: &Clock,
    client_id: &str,
    text: &str,
    from: &str,
) -> Result<(), StoreError> {
    let record = Record::new("server", Action::IssuerKeysLoaded, client_id)
        .with(json!({ "from": from, "octets": text.len() }));
    let now = clock.wall();
    store.put_issuer_keys(client_id, text, record, now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_asked_for_every_five_minutes_at_most() {
        let fetches = Fetches::default();
        assert!(fetches.may("entra", Millis(0)));
        assert!(!fetches.may("entra", Millis(AGAIN_AFTER_MS - 1)));
        assert!(fetches.may("another", Millis(1)));
        assert!(fetches.may("entra", Millis(AGAIN_AFTER_MS)));
    }
}
