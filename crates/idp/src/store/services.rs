//! Services: the SAML service providers and OpenID Connect relying parties that send people here.

use selfsame_protocol::UnixMillis;
use sqlx::{Row, sqlite::SqliteRow};

use super::{Store, StoreError, audit::commit_if_changed};
use crate::{audit::Record, service_settings::ServiceSettings};

/// How a service asks, and is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// SAML 2.0.
    Saml,
    /// OpenID Connect.
    Oidc,
}

impl Protocol {
    /// The word for it in the database and on screens.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Saml => "saml",
            Self::Oidc => "oidc",
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        [Self::Saml, Self::Oidc]
            .into_iter()
            .find(|protocol| protocol.as_str() == text)
            .ok_or(StoreError::Corrupt("protocol"))
    }
}

/// One registered service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its SAML entity id, or its client id.
    pub entity_id: String,
    /// How it asks.
    pub protocol: Protocol,
    /// What people are shown.
    pub name: String,
    /// Its SAML metadata as it was registered, or what was registered of a client as JSON.
    pub metadata: String,
    /// The origins from which it may post a sign-in request without a click.
    pub post_origins: Vec<String>,
    /// What an administrator set for it.
    pub settings: ServiceSettings,
    /// When its metadata was registered or replaced.
    pub added: UnixMillis,
}

const ALL: &str = "SELECT entity_id, protocol, name, metadata, post_origins, settings, added_ms FROM services \
     ORDER BY name, entity_id";
const ONE: &str = "SELECT entity_id, protocol, name, metadata, post_origins, settings, added_ms FROM services \
     WHERE entity_id = ?";

impl Store {
    /// Every service, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn services(&self) -> Result<Vec<Service>, StoreError> {
        let rows = sqlx::query(ALL).fetch_all(&self.pool).await?;
        rows.iter().map(read).collect()
    }

    /// The service with exactly this entity id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn service(&self, entity_id: &str) -> Result<Option<Service>, StoreError> {
        let row = sqlx::query(ONE)
            .bind(entity_id)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Registers a service, or replaces what was registered under its name; then what was set for it stays.
    /// `false` when the name belongs to a service of another protocol.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_service(
        &self,
        service: &Service,
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "INSERT INTO services (entity_id, protocol, name, metadata, post_origins, settings, added_ms) \
             VALUES (?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (entity_id) DO UPDATE SET name = excluded.name, metadata = excluded.metadata, \
             post_origins = excluded.post_origins, added_ms = excluded.added_ms \
             WHERE protocol = excluded.protocol",
        )
        .bind(&service.entity_id)
        .bind(service.protocol.as_str())
        .bind(&service.name)
        .bind(&service.metadata)
        .bind(service.post_origins.join(" "))
        .bind(settings_text(&service.settings)?)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        commit_if_changed(tx, &done, record, now).await
    }

    /// Changes what is set for a service, and its name; `false` when there is no such service.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn change_service(
        &self,
        service: &Service,
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query("UPDATE services SET name = ?, settings = ? WHERE entity_id = ?")
            .bind(&service.name)
            .bind(settings_text(&service.settings)?)
            .bind(&service.entity_id)
            .execute(&mut *tx)
            .await?;
        commit_if_changed(tx, &done, record, now).await
    }

    /// Removes a service; `false` when there was none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_service(
        &self,
        entity_id: &str,
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM service_tests WHERE service = ?")
            .bind(entity_id)
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM issuer_keys WHERE client = ?")
            .bind(entity_id)
            .execute(&mut *tx)
            .await?;
        let done = sqlx::query("DELETE FROM services WHERE entity_id = ?")
            .bind(entity_id)
            .execute(&mut *tx)
            .await?;
        commit_if_changed(tx, &done, record, now).await
    }
}

fn settings_text(settings: &ServiceSettings) -> Result<String, StoreError> {
    serde_json::to_string(settings).map_err(|_| StoreError::Corrupt("service settings"))
}

fn read(row: &SqliteRow) -> Result<Service, StoreError> {
    let origins: &str = row.try_get("post_origins")?;
    Ok(Service {
        entity_id: row.try_get("entity_id")?,
        protocol: Protocol::parse(row.try_get("protocol")?)?,
        name: row.try_get("name")?,
        metadata: row.try_get("metadata")?,
        post_origins: origins.split_whitespace().map(str::to_owned).collect(),
        settings: serde_json::from_str(row.try_get("settings")?)
            .map_err(|_| StoreError::Corrupt("service settings"))?,
        added: UnixMillis(row.try_get("added_ms")?),
    })
}
