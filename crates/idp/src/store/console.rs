//! Keys to the console: one-time links and the sessions they become. Hashes only.

use selfsame_protocol::UnixMillis;

use super::{Store, StoreError, audit::commit_recorded};
use crate::{audit::Record, secret::SecretHash};

/// A key about to be stored.
#[derive(Debug)]
pub struct ConsoleKey {
    /// The hash of the secret.
    pub hash: SecretHash,
    /// When it ends.
    pub expires: UnixMillis,
}

impl Store {
    /// Stores a one-time link.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_console_link(&self, key: &ConsoleKey) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO console_keys (hash, kind, expires_ms) VALUES (?, 'link', ?)")
            .bind(key.hash.as_bytes())
            .bind(key.expires.0)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Turns a link, once, into a session; `false` when it was used, has expired or never was.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_console(
        &self,
        link: SecretHash,
        session: &ConsoleKey,
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let used = sqlx::query(
            "UPDATE console_keys SET used_ms = ?1 WHERE hash = ?2 AND kind = 'link' \
             AND used_ms IS NULL AND expires_ms > ?1",
        )
        .bind(now.0)
        .bind(link.as_bytes())
        .execute(&mut *tx)
        .await?;
        if used.rows_affected() != 1 {
            return Ok(false);
        }
        sqlx::query("INSERT INTO console_keys (hash, kind, expires_ms) VALUES (?, 'session', ?)")
            .bind(session.hash.as_bytes())
            .bind(session.expires.0)
            .execute(&mut *tx)
            .await?;
        commit_recorded(tx, record, now).await?;
        Ok(true)
    }

    /// Whether this is the hash of a session that has not ended.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_console_session(
        &self,
        hash: SecretHash,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "SELECT 1 FROM console_keys WHERE hash = ? AND kind = 'session' AND expires_ms > ?",
        )
        .bind(hash.as_bytes())
        .bind(now.0)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.is_some())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError`]: it may go on.
    pub async fn end_console_session(&self, hash: SecretHash) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM console_keys WHERE hash = ? AND kind = 'session'")
            .bind(hash.as_bytes())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
