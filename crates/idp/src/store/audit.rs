//! The audit log's rows. [`commit_recorded`] and the group commit write them, with the changes they are about.

use selfsame_protocol::UnixMillis;
use sqlx::{
    QueryBuilder, Row, Sqlite,
    sqlite::{SqliteQueryResult, SqliteRow},
};

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

/// Ends a change of rows that may not be there; `false` when there was none to change, and then nothing is written.
pub(super) async fn commit_if_changed(
    tx: Write,
    done: &SqliteQueryResult,
    record: Record,
    now: UnixMillis,
) -> Result<bool, StoreError> {
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    commit_recorded(tx, record, now).await?;
    Ok(true)
}

/// Appends a record as part of `tx`.
pub(super) async fn append(
    tx: &mut Write,
    record: Record,
    now: UnixMillis,
) -> Result<(), StoreError> {
    let last = sqlx::query(TAIL).fetch_optional(&mut **tx).await?;
    let tail = last.as_ref().map(Tail::read).transpose()?;
    let mut statement = QueryBuilder::<Sqlite>::new("");
    append_all(&mut statement, tail.unwrap_or_default(), &[(record, now)]);
    statement.build().execute(&mut **tx).await?;
    Ok(())
}

/// Finds where the log ends. The first column is for statements whose rows come with others'.
pub(super) const TAIL: &str =
    "SELECT NULL AS check_id, seq, hash FROM audit ORDER BY seq DESC LIMIT 1";

/// Where the log ends.
pub(super) struct Tail {
    seq: i64,
    hash: String,
}

impl Default for Tail {
    /// Of an empty log.
    fn default() -> Self {
        Self {
            seq: 0,
            hash: GENESIS.to_owned(),
        }
    }
}

impl Tail {
    /// Reads the row that [`TAIL`] finds.
    pub(super) fn read(row: &SqliteRow) -> Result<Self, StoreError> {
        Ok(Self {
            seq: row.try_get("seq")?,
            hash: row.try_get("hash")?,
        })
    }
}

/// Adds the statement that appends records, each with its moment, to others of a transaction.
pub(super) fn append_all(
    statements: &mut QueryBuilder<Sqlite>,
    Tail { mut seq, mut hash }: Tail,
    records: &[(Record, UnixMillis)],
) {
    if records.is_empty() {
        return;
    }
    let entries = records.iter().map(|(record, at)| {
        let prev = std::mem::take(&mut hash);
        let entry = Entry::chain(seq + 1, prev, *at, record.clone());
        seq = entry.seq;
        hash.clone_from(&entry.hash);
        entry
    });
    statements
        .push("INSERT INTO audit (seq, time_ms, actor, action, target, details, prev, hash) ")
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
        .push("; ");
}

pub(super) fn read(row: &SqliteRow) -> Result<Entry, StoreError> {
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
