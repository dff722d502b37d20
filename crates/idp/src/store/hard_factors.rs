//! Hard factors that the server saw: each counts for one check, one device, one generation.

use std::collections::HashMap;

use selfsame_protocol::{CheckId, DeviceId, GenerationId, UnixMillis, message::Window};
use sqlx::{Row, sqlite::SqliteRow};

use super::{Login, Store, StoreError, audit::commit_if_changed, checks, devices};
use crate::audit::Record;

/// A check whose presence was proved and which no hard factor has counted for yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provable {
    /// The check.
    pub check: CheckId,
    /// The device that proved presence.
    pub device: DeviceId,
    /// The profile generation that it reported.
    pub generation: GenerationId,
}

/// A hard factor about to be stored.
#[derive(Debug, Clone)]
pub struct HardFactor {
    /// The provider's id of the event.
    pub event: String,
    /// What it proves.
    pub proves: Provable,
    /// The span it counts for.
    pub window: Window,
    /// The provider's word for the factor.
    pub factor: String,
}

impl Store {
    /// The newest check of this login whose presence was proved in `[from, until]`, by a device
    /// that may still answer, and that no hard factor has counted for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn provable_check(
        &self,
        login: &Login,
        from: UnixMillis,
        until: UnixMillis,
    ) -> Result<Option<Provable>, StoreError> {
        let row = sqlx::query(
            "SELECT c.id, c.device, c.generation FROM checks c \
             JOIN devices d ON d.id = c.device JOIN people p ON p.id = d.person \
             WHERE p.login = ? AND c.presence_ms BETWEEN ? AND ? AND c.generation IS NOT NULL \
             AND d.standing = 'active' AND c.id NOT IN (SELECT check_id FROM hard_factors) \
             ORDER BY c.presence_ms DESC LIMIT 1",
        )
        .bind(login.as_str())
        .bind(from.0)
        .bind(until.0)
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(read_provable).transpose()
    }

    /// Stores a hard factor with its audit record; `false` when the event or the check has
    /// counted before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_hard_factor(
        &self,
        seen: &HardFactor,
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "INSERT INTO hard_factors (event, check_id, device, generation, window, factor, seen_ms) \
             VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(&seen.event)
        .bind(seen.proves.check.to_string())
        .bind(seen.proves.device.to_string())
        .bind(seen.proves.generation.to_string())
        .bind(seen.window.to_string())
        .bind(&seen.factor)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        commit_if_changed(tx, &done, record, now).await
    }

    /// How many hard factors were ever stored.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hard_factor_count(&self) -> Result<u32, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS n FROM hard_factors")
            .fetch_one(&self.pool)
            .await?;
        Ok(row.try_get("n")?)
    }

    /// When hard factors were seen, for each device.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hard_factor_times(
        &self,
    ) -> Result<HashMap<DeviceId, Vec<UnixMillis>>, StoreError> {
        let rows = sqlx::query("SELECT device, seen_ms FROM hard_factors")
            .fetch_all(&self.pool)
            .await?;
        let mut times: HashMap<_, Vec<_>> = HashMap::new();
        for row in rows {
            let device = devices::parse_id(row.try_get("device")?)?;
            let seen = UnixMillis(row.try_get("seen_ms")?);
            times.entry(device).or_default().push(seen);
        }
        Ok(times)
    }

    /// The newest windows of a device, each with its generation, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn windows_of(
        &self,
        device: DeviceId,
        limit: u32,
    ) -> Result<Vec<(GenerationId, Window)>, StoreError> {
        let rows = sqlx::query(
            "SELECT generation, window FROM hard_factors WHERE device = ? \
             GROUP BY generation, window ORDER BY MAX(id) DESC LIMIT ?",
        )
        .bind(device.to_string())
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_window).collect()
    }
}

fn read_provable(row: &SqliteRow) -> Result<Provable, StoreError> {
    Ok(Provable {
        check: checks::parse_id(row.try_get("id")?)?,
        device: DeviceId::parse(row.try_get("device")?)
            .map_err(|_| StoreError::Corrupt("device id"))?,
        generation: devices::parse_generation(row.try_get("generation")?)?,
    })
}

fn read_window(row: &SqliteRow) -> Result<(GenerationId, Window), StoreError> {
    let window =
        Window::parse(row.try_get("window")?).map_err(|_| StoreError::Corrupt("window"))?;
    Ok((
        devices::parse_generation(row.try_get("generation")?)?,
        window,
    ))
}
