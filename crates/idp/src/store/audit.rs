//! The audit log's rows. Only [`commit_recorded`] writes them, with the change they are about.

use selfsame_protocol::UnixMillis;
use sqlx::{Row, sqlite::SqliteRow};

use super::{Store, StoreError, Write};
use crate::audit::{Entry, GENESIS, Record};

impl Store {
    /// Appends a record that belongs to no other change.
    ///
    /// # Errors
    /// [`StoreError`]: it was not written.
    pub async fn append_audit(&self, record: Record, now: UnixMillis) -> Result<(), StoreError> {
        commit_recorded(self.write().await?, record, now).await
    }

    /// Up to `limit` entries after `seq`, oldest first; from the start with 0.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit_after(&self, seq: i64, limit: u32) -> Result<Vec<Entry>, StoreError> {
        let rows = sqlx::query("SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?")
            .bind(seq)
            .bind(limit)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The last `count` entries, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit_tail(&self, count: u32) -> Result<Vec<Entry>, StoreError> {
        let rows = sqlx::query("SELECT * FROM audit ORDER BY seq DESC LIMIT ?")
            .bind(count)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().rev().map(read).collect()
    }
}

/// Ends a change: its record is appended and both are committed, or neither is. The one way in which
/// the log grows.
pub(super) async fn commit_recorded(
    mut tx: Write,
    record: Record,
    now: UnixMillis,
) -> Result<(), StoreError> {
    append(&mut tx, record, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Appends a record as part of `tx`.
async fn append(tx: &mut Write, record: Record, now: UnixMillis) -> Result<(), StoreError> {
    let last = sqlx::query("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
        .fetch_optional(&mut **tx)
        .await?;
    let (seq, prev) = match &last {
        Some(row) => (row.try_get::<i64, _>("seq")? + 1, row.try_get("hash")?),
        None => (1, GENESIS.to_owned()),
    };
    let entry = Entry::chain(seq, prev, now, record);
    sqlx::query(
        "INSERT INTO audit (seq, time_ms, actor, action, target, details, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(entry.seq)
    .bind(entry.time.0)
    .bind(&entry.actor)
    .bind(&entry.action)
    .bind(&entry.target)
    .bind(&entry.details)
    .bind(&entry.prev)
    .bind(&entry.hash)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn read(row: &SqliteRow) -> Result<Entry, StoreError> {
    Ok(Entry {
        seq: row.try_get("seq")?,
        time: UnixMillis(row.try_get("time_ms")?),
        actor: row.try_get("actor")?,
        action: row.try_get("action")?,
        target: row.try_get("target")?,
        details: row.try_get("details")?,
        prev: row.try_get("prev")?,
        hash: row.try_get("hash")?,
    })
}
