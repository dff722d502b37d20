//! RADIUS clients: the gateways that ask about people who want in.

use selfsame_protocol::UnixMillis;
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    Store, StoreError,
    audit::{commit_if_changed, commit_recorded},
};
use crate::{audit::Record, radius::settings::ClientSettings};

/// One registered client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RadiusClient {
    /// What people are shown, and what it goes by in the audit log.
    pub name: String,
    /// What an administrator set for it.
    pub settings: ClientSettings,
}

impl RadiusClient {
    /// Its name among services: for check rows, policies, limits and the audit log.
    pub fn service(&self) -> String {
        Self::service_of(&self.name)
    }

    /// The same, by the name alone.
    pub fn service_of(name: &str) -> String {
        format!("radius:{name}")
    }
}

impl Store {
    /// Every client, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn radius_clients(&self) -> Result<Vec<RadiusClient>, StoreError> {
        let rows = sqlx::query("SELECT name, settings FROM radius_clients ORDER BY name")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Registers a client, or replaces the one of its name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_radius_client(
        &self,
        client: &RadiusClient,
        record: Record,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let settings = serde_json::to_string(&client.settings)
            .map_err(|_| StoreError::Corrupt("RADIUS client's settings"))?;
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO radius_clients (name, settings, added_ms) VALUES (?, ?, ?) \
             ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, added_ms = excluded.added_ms",
        )
        .bind(&client.name)
        .bind(settings)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        commit_recorded(tx, record, now).await
    }

    /// Removes a client; `false` when there was none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_radius_client(
        &self,
        name: &str,
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query("DELETE FROM radius_clients WHERE name = ?")
            .bind(name)
            .execute(&mut *tx)
            .await?;
        commit_if_changed(tx, &done, record, now).await
    }
}

fn read(row: &SqliteRow) -> Result<RadiusClient, StoreError> {
    Ok(RadiusClient {
        name: row.try_get("name")?,
        settings: serde_json::from_str(row.try_get("settings")?)
            .map_err(|_| StoreError::Corrupt("RADIUS client's settings"))?,
    })
}
