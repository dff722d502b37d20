//! The audit log's rows. [`commit_recorded`] and the group commit write them, with the changes they are about.

use selfsame_protocol::UnixMillis;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, sqlite::SqliteRow};

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

/// Ends a change: its record is appended and both are committed, or neither is.
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
    append_all(tx, &[(record, now)]).await
}

/// Appends records as part of a transaction, each with its moment.
pub(super) async fn append_all(
    tx: &mut SqliteConnection,
    records: &[(Record, UnixMillis)],
) -> Result<(), StoreError> {
    if records.is_empty() {
        return Ok(());
    }
    let (mut seq, mut prev) = last(tx).await?;
    let entries = records.iter().map(|(record, at)| {
        let entry = Entry::chain(seq + 1, prev.clone(), *at, record.clone());
        (seq, prev) = (entry.seq, entry.hash.clone());
        entry
    });
    QueryBuilder::<Sqlite>::new(
        "INSERT INTO audit (seq, time_ms, actor, action, target, details, prev, hash) ",
    )
    .push_values(entries, |mut row, entry| {
        row.push_bind(entry.seq)
            .push_bind(entry.time.0)
            .push_bind(entry.actor)
            .push_bind(entry.action)
            .push_bind(entry.target)
            .push_bind(entry.details)
            .push_bind(entry.prev)
            .push_bind(entry.hash);
    })
    .build()
    .execute(tx)
    .await?;
    Ok(())
}

/// The number and hash of the last line.
async fn last(tx: &mut SqliteConnection) -> Result<(i64, String), StoreError> {
    let last = sqlx::query("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
        .fetch_optional(tx)
        .await?;
    match &last {
        Some(row) => Ok((row.try_get("seq")?, row.try_get("hash")?)),
        None => Ok((0, GENESIS.to_owned())),
    }
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
