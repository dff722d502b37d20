//! Keys to the console: one-time links and the sessions they become. Hashes only.

use selfsame_protocol::UnixMillis;
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    Store, StoreError,
    audit::commit_recorded,
    console_people::{self, ConsolePerson},
};
use crate::{audit::Record, secret::SecretHash};

/// A session that nobody uses for this long has ended.
const IDLE_MS: i64 = 30 * 60_000;
/// A session's use is written down no more often than this.
const NOTED_EVERY_MS: i64 = 60_000;

/// A key about to be stored.
#[derive(Debug)]
pub struct ConsoleKey {
    /// The hash of the secret.
    pub hash: SecretHash,
    /// When it ends.
    pub expires: UnixMillis,
}

const OPEN_SESSION: &str = "SELECT p.id, p.name, p.role, p.added_ms, k.used_ms FROM console_keys k \
     JOIN console_people p ON p.id = k.person \
     WHERE k.hash = ?1 AND k.kind = 'session' AND k.expires_ms > ?2 AND k.used_ms > ?3";

impl Store {
    /// Stores a one-time link for a person.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_console_link(
        &self,
        person: &ConsolePerson,
        key: &ConsoleKey,
        record: Record,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO console_keys (hash, kind, person, expires_ms) VALUES (?, 'link', ?, ?)",
        )
        .bind(key.hash.as_bytes())
        .bind(person.id)
        .bind(key.expires.0)
        .execute(&mut *tx)
        .await?;
        commit_recorded(tx, record, now).await
    }

    /// Turns a link, once, into a session; `false` when it was used, has expired or never was.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_console(
        &self,
        link: SecretHash,
        session: &ConsoleKey,
        record: impl FnOnce(&ConsolePerson) -> Record,
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
        let row = sqlx::query(
            "SELECT p.id, p.name, p.role, p.added_ms FROM console_keys k JOIN console_people p ON p.id = k.person \
             WHERE k.hash = ?",
        )
        .bind(link.as_bytes())
        .fetch_one(&mut *tx)
        .await?;
        let person = console_people::read(&row)?;
        sqlx::query(
            "INSERT INTO console_keys (hash, kind, person, expires_ms, used_ms) VALUES (?, 'session', ?, ?, ?)",
        )
        .bind(session.hash.as_bytes())
        .bind(person.id)
        .bind(session.expires.0)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        commit_recorded(tx, record(&person), now).await?;
        Ok(true)
    }

    /// Whose session this is, if it has not ended: by its age, by half an hour without use, by a button, or with its
    /// person. To ask is to use it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn console_session(
        &self,
        hash: SecretHash,
        now: UnixMillis,
    ) -> Result<Option<ConsolePerson>, StoreError> {
        let row = sqlx::query(OPEN_SESSION)
            .bind(hash.as_bytes())
            .bind(now.0)
            .bind(now.plus(-IDLE_MS).0)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        if is_worth_noting(&row, now)? {
            self.note_console_use(hash, now).await;
        }
        console_people::read(&row).map(Some)
    }

    /// On a full disk this fails, and the page that says so must be seen still.
    async fn note_console_use(&self, hash: SecretHash, now: UnixMillis) {
        let noted = sqlx::query("UPDATE console_keys SET used_ms = ? WHERE hash = ?")
            .bind(now.0)
            .bind(hash.as_bytes())
            .execute(&self.pool)
            .await;
        if let Err(error) = noted {
            tracing::warn!(%error, "the use of a console session could not be noted; it ends half an hour after the last that was");
        }
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError`]: it may go on.
    pub async fn end_console_session(
        &self,
        hash: SecretHash,
        record: Record,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM console_keys WHERE hash = ? AND kind = 'session'")
            .bind(hash.as_bytes())
            .execute(&mut *tx)
            .await?;
        commit_recorded(tx, record, now).await
    }
}

fn is_worth_noting(row: &SqliteRow, now: UnixMillis) -> Result<bool, StoreError> {
    let used = UnixMillis(row.try_get("used_ms")?);
    Ok(used.plus(NOTED_EVERY_MS) <= now)
}
