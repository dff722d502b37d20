//! The tokens of directories: hashes, each with a name.

use selfsame_protocol::UnixMillis;
use sqlx::Row;

use super::{Store, StoreError, audit::commit_if_changed};
use crate::{audit::Record, secret::SecretHash};

impl Store {
    /// The name of the token with this hash.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn scim_token_name(&self, hash: SecretHash) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT name FROM scim_tokens WHERE hash = ?")
            .bind(hash.as_bytes())
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| Ok(row.try_get("name")?)).transpose()
    }

    /// Names and times of all tokens.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn scim_tokens(&self) -> Result<Vec<(String, UnixMillis)>, StoreError> {
        let rows = sqlx::query("SELECT name, added_ms FROM scim_tokens ORDER BY name")
            .fetch_all(&self.pool)
            .await?;
        rows.iter()
            .map(|row| Ok((row.try_get("name")?, UnixMillis(row.try_get("added_ms")?))))
            .collect()
    }

    /// Keeps a token; `false` when another has that name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_scim_token(
        &self,
        name: &str,
        hash: SecretHash,
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "INSERT INTO scim_tokens (name, hash, added_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(name)
        .bind(hash.as_bytes())
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        commit_if_changed(tx, &done, record, now).await
    }

    /// Ends a token; `false` when there is none of that name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_scim_token(
        &self,
        name: &str,
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query("DELETE FROM scim_tokens WHERE name = ?")
            .bind(name)
            .execute(&mut *tx)
            .await?;
        commit_if_changed(tx, &done, record, now).await
    }
}
