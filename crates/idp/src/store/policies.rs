//! The versions of the policy. None is ever changed or removed but for how many people it counts for.

use selfsame_protocol::UnixMillis;
use sqlx::{Row, sqlite::SqliteRow};

use super::{Store, StoreError, audit::commit_if_changed, audit::commit_recorded};
use crate::{audit::Record, policy::FULL};

/// A version as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPolicy {
    /// Counts from 1.
    pub version: i64,
    /// The file as it was written.
    pub document: String,
    /// The percentage of people it counts for, as long as it is the newest.
    pub percent: u32,
    /// When it was applied.
    pub applied: UnixMillis,
}

impl Store {
    /// Every version, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn policies(&self) -> Result<Vec<StoredPolicy>, StoreError> {
        let rows = sqlx::query(
            "SELECT version, document, percent, applied_ms FROM policies ORDER BY version DESC",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }

    /// What counts now: the newest version, and where that does not count for all the newest that does.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn policies_in_force(&self) -> Result<Vec<StoredPolicy>, StoreError> {
        let rows = sqlx::query(
            "SELECT version, document, percent, applied_ms FROM policies WHERE version IN \
             ((SELECT MAX(version) FROM policies), (SELECT MAX(version) FROM policies WHERE percent = ?)) \
             ORDER BY version DESC",
        )
        .bind(FULL)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Adds a version; `false` when somebody else added one meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_policy(
        &self,
        new: &StoredPolicy,
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "INSERT INTO policies (version, document, percent, applied_ms) SELECT ?1, ?2, ?3, ?4 \
             WHERE ?1 = (SELECT COALESCE(MAX(version), 0) + 1 FROM policies)",
        )
        .bind(new.version)
        .bind(&new.document)
        .bind(new.percent)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        commit_if_changed(tx, &done, record, now).await
    }

    /// Changes for how many people the newest version counts.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn roll_out_policy(
        &self,
        version: i64,
        percent: u32,
        record: Record,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query("UPDATE policies SET percent = ? WHERE version = ?")
            .bind(percent)
            .bind(version)
            .execute(&mut *tx)
            .await?;
        commit_recorded(tx, record, now).await
    }
}

fn read(row: &SqliteRow) -> Result<StoredPolicy, StoreError> {
    Ok(StoredPolicy {
        version: row.try_get("version")?,
        document: row.try_get("document")?,
        percent: row.try_get("percent")?,
        applied: UnixMillis(row.try_get("applied_ms")?),
    })
}
