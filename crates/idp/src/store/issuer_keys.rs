//! The keys that the issuers of hints sign with, one set for each client.

use selfsame_protocol::UnixMillis;
use sqlx::Row;

use super::{Store, StoreError, audit::commit_recorded};
use crate::audit::Record;

/// A key set as it was loaded or fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKeys {
    /// Its JSON.
    pub text: String,
    /// When.
    pub loaded: UnixMillis,
}

impl Store {
    /// The keys for a client's hints.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn issuer_keys(&self, client: &str) -> Result<Option<StoredKeys>, StoreError> {
        let row = sqlx::query("SELECT key_set, loaded_ms FROM issuer_keys WHERE client = ?")
            .bind(client)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| {
            Ok(StoredKeys {
                text: row.try_get("key_set")?,
                loaded: UnixMillis(row.try_get("loaded_ms")?),
            })
        })
        .transpose()
    }

    /// Keeps a key set in place of the one before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_issuer_keys(
        &self,
        client: &str,
        text: &str,
        record: Record,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO issuer_keys (client, key_set, loaded_ms) VALUES (?, ?, ?) \
             ON CONFLICT (client) DO UPDATE SET key_set = excluded.key_set, loaded_ms = excluded.loaded_ms",
        )
        .bind(client)
        .bind(text)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        commit_recorded(tx, record, now).await
    }
}
