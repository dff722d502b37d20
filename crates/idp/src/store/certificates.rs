//! The certificates that services verify our answers with: one signs, and one more may be coming or going.

use selfsame_protocol::UnixMillis;
use sqlx::{Row, sqlite::SqliteRow};

use super::{Store, StoreError, audit::commit_recorded};
use crate::audit::Record;

/// How far a certificate is in its change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It exists, and nobody was told.
    Made,
    /// Services are given it beside the one that signs.
    Published,
    /// Its key signs.
    Signing,
    /// Its key signed before; services are still given it.
    Retiring,
    /// It has served.
    Retired,
}

impl Stage {
    const ALL: [Self; 5] = [
        Self::Made,
        Self::Published,
        Self::Signing,
        Self::Retiring,
        Self::Retired,
    ];

    /// The word for it in the database and on screens.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Published => "published",
            Self::Signing => "signing",
            Self::Retiring => "retiring",
            Self::Retired => "retired",
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|stage| stage.as_str() == text)
            .ok_or(StoreError::Corrupt("stage of a certificate"))
    }

    /// Whether services are given it.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Published | Self::Signing | Self::Retiring)
    }
}

/// One certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCertificate {
    /// Its SHA-256 fingerprint.
    pub id: String,
    /// The certificate.
    pub pem: String,
    /// The name of its key's file, below the data directory's keys.
    pub key_file: String,
    /// How far it is.
    pub stage: Stage,
    /// Since when it is that far.
    pub since: UnixMillis,
}

impl Store {
    /// Those that have not served yet, the one that signs first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn certificates(&self) -> Result<Vec<StoredCertificate>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, pem, key_file, stage, since_ms FROM certificates WHERE stage <> 'retired' \
             ORDER BY stage <> 'signing', made_ms",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Stores a new certificate.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_certificate(
        &self,
        certificate: &StoredCertificate,
        record: Record,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO certificates (id, pem, key_file, stage, made_ms, since_ms) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(&certificate.id)
        .bind(&certificate.pem)
        .bind(&certificate.key_file)
        .bind(certificate.stage.as_str())
        .bind(now.0)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        commit_recorded(tx, record, now).await
    }

    /// Moves certificates on, all or none: each from a stage to a stage, in this order. `false` when one of them was
    /// moved by somebody else meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn move_certificates(
        &self,
        moves: &[(&str, Stage, Stage)],
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        for (id, from, to) in moves {
            let done = sqlx::query(
                "UPDATE certificates SET stage = ?, since_ms = ? WHERE id = ? AND stage = ?",
            )
            .bind(to.as_str())
            .bind(now.0)
            .bind(*id)
            .bind(from.as_str())
            .execute(&mut *tx)
            .await?;
            if done.rows_affected() == 0 {
                return Ok(false);
            }
        }
        commit_recorded(tx, record, now).await?;
        Ok(true)
    }
}

fn read(row: &SqliteRow) -> Result<StoredCertificate, StoreError> {
    Ok(StoredCertificate {
        id: row.try_get("id")?,
        pem: row.try_get("pem")?,
        key_file: row.try_get("key_file")?,
        stage: Stage::parse(row.try_get("stage")?)?,
        since: UnixMillis(row.try_get("since_ms")?),
    })
}
