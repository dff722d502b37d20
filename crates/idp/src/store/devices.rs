//! Enrolled devices.

use std::fmt;

use selfsame_protocol::{
    DeviceId, GenerationId, PublicKey, UnixMillis,
    message::{AgentState, DeviceState, KeyStorage},
};
use serde::{Deserialize, Serialize};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{Login, PersonId, Store, StoreError, Write, audit::commit_if_changed, people};
use crate::audit::Record;

/// Whether a device may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It may.
    Active,
    /// A copy of its key seems to be in use; an administrator must look.
    Suspended,
    /// An administrator ended it.
    Revoked,
    /// Its person erased the profile and left.
    Erased,
}

impl Standing {
    /// The word for it in the database and on screens.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Erased => "erased",
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        [Self::Active, Self::Suspended, Self::Revoked, Self::Erased]
            .into_iter()
            .find(|standing| standing.as_str() == text)
            .ok_or(StoreError::Corrupt("standing"))
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One enrolled device.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// The login it answers for.
    pub login: Login,
    /// Its key.
    pub key: PublicKey,
    /// Where the key is held, as said at enrolment.
    pub key_storage: KeyStorage,
    /// The computer's own name: a label.
    pub host_label: String,
    /// `linux`, `windows` or `macos`.
    pub os: String,
    /// The agent's version when it was last heard.
    pub agent_version: String,
    /// Whether a demonstration build enrolled it.
    pub demo: bool,
    /// Whether it may answer.
    pub standing: Standing,
    /// The largest link counter seen.
    pub last_counter: u64,
    /// When it was enrolled.
    pub enrolled: UnixMillis,
    /// When it was last heard.
    pub seen: Option<UnixMillis>,
    /// What it last said it does.
    pub agent_state: Option<String>,
    /// The profile generation it last reported.
    pub generation: Option<GenerationId>,
}

/// A device about to be enrolled.
#[derive(Debug, Clone)]
pub struct NewDevice {
    /// Its id, freshly drawn.
    pub id: DeviceId,
    /// Its key.
    pub key: PublicKey,
    /// Where the key is held.
    pub key_storage: KeyStorage,
    /// The computer's own name.
    pub host_label: String,
    /// The operating system.
    pub os: String,
    /// The agent's version.
    pub agent_version: String,
    /// Whether it is a demonstration build.
    pub demo: bool,
}

const SELECT: &str = "SELECT d.id, p.login, d.key, d.key_storage, d.host_label, d.os, d.agent_version, \
     d.demo, d.standing, d.last_counter, d.enrolled_ms, d.seen_ms, d.agent_state, d.generation \
     FROM devices d JOIN people p ON p.id = d.person ORDER BY p.login, d.enrolled_ms";
const SELECT_ONE: &str = "SELECT d.id, p.login, d.key, d.key_storage, d.host_label, d.os, d.agent_version, \
     d.demo, d.standing, d.last_counter, d.enrolled_ms, d.seen_ms, d.agent_state, d.generation \
     FROM devices d JOIN people p ON p.id = d.person WHERE d.id = ?";
const SELECT_OF: &str = "SELECT d.id, p.login, d.key, d.key_storage, d.host_label, d.os, d.agent_version, \
     d.demo, d.standing, d.last_counter, d.enrolled_ms, d.seen_ms, d.agent_state, d.generation \
     FROM devices d JOIN people p ON p.id = d.person WHERE d.person = ? ORDER BY d.enrolled_ms";

const SELECT_ACTIVE: &str = "SELECT d.id, p.login, d.key, d.key_storage, d.host_label, d.os, d.agent_version, \
     d.demo, d.standing, d.last_counter, d.enrolled_ms, d.seen_ms, d.agent_state, d.generation \
     FROM devices d JOIN people p ON p.id = d.person WHERE p.login = ? AND d.standing = 'active'";

impl Store {
    /// Every device, by login.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn devices(&self) -> Result<Vec<Device>, StoreError> {
        let rows = sqlx::query(SELECT).fetch_all(&self.pool).await?;
        rows.iter().map(read).collect()
    }

    /// One device, whatever its standing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn device(&self, id: DeviceId) -> Result<Option<Device>, StoreError> {
        let row = sqlx::query(SELECT_ONE)
            .bind(id.to_string())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Every device of a person, in the order of their enrolment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn devices_of(&self, person: PersonId) -> Result<Vec<Device>, StoreError> {
        let rows = sqlx::query(SELECT_OF)
            .bind(person.0)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The devices of a person that may answer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn active_devices(&self, login: &Login) -> Result<Vec<Device>, StoreError> {
        let rows = sqlx::query(SELECT_ACTIVE)
            .bind(login.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The devices that may not answer, with why.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn barred_devices(&self) -> Result<Vec<(DeviceId, Standing)>, StoreError> {
        let rows = sqlx::query("SELECT id, standing FROM devices WHERE standing <> 'active'")
            .fetch_all(&self.pool)
            .await?;
        rows.iter()
            .map(|row| Ok((read_id(row)?, Standing::parse(row.try_get("standing")?)?)))
            .collect()
    }

    /// Stores the counter of a new link. `false` when it does not exceed every earlier one (or
    /// the device may not link any more): then a copy of the key is in use.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn advance_counter(
        &self,
        id: DeviceId,
        counter: u64,
        agent_version: &str,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let Ok(counter) = i64::try_from(counter) else {
            return Ok(false);
        };
        let done = sqlx::query(
            "UPDATE devices SET last_counter = ?1, agent_version = ?2, seen_ms = ?3 \
             WHERE id = ?4 AND last_counter < ?1 AND standing = 'active'",
        )
        .bind(counter)
        .bind(agent_version)
        .bind(now.0)
        .bind(id.to_string())
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Stores what a device says of itself.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_state(&self, state: &DeviceState, now: UnixMillis) -> Result<(), StoreError> {
        sqlx::query("UPDATE devices SET agent_state = ?, generation = ?, seen_ms = ? WHERE id = ?")
            .bind(state_word(state.state))
            .bind(state.generation.to_string())
            .bind(now.0)
            .bind(state.device.to_string())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Lets a suspended device answer again, with its audit record; `false` when it is not suspended.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn restore_device(
        &self,
        id: DeviceId,
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE devices SET standing = 'active' WHERE id = ? AND standing = 'suspended'",
        )
        .bind(id.to_string())
        .execute(&mut *tx)
        .await?;
        commit_if_changed(tx, &done, record, now).await
    }

    /// Ends or suspends a device, with its audit record. `false` when there was nothing to
    /// change: no such device, or it has that standing or a more final one already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn lower_standing(
        &self,
        id: DeviceId,
        to: Standing,
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        // A suspended device can still be revoked or erased; those two are final.
        let done = sqlx::query(
            "UPDATE devices SET standing = ?1 WHERE id = ?2 AND standing <> ?1 \
             AND standing IN ('active', 'suspended')",
        )
        .bind(to.as_str())
        .bind(id.to_string())
        .execute(&mut *tx)
        .await?;
        commit_if_changed(tx, &done, record, now).await
    }
}

/// Ends the devices that a person enrolled from this computer before, by the name it gives itself; which these were.
pub(super) async fn end_earlier(
    tx: &mut Write,
    person: PersonId,
    new: &NewDevice,
) -> Result<Vec<DeviceId>, StoreError> {
    let rows = sqlx::query(
        "UPDATE devices SET standing = 'revoked' WHERE person = ? AND host_label = ? AND os = ? \
         AND host_label NOT IN ('', 'localhost') AND standing IN ('active', 'suspended') RETURNING id",
    )
    .bind(person.0)
    .bind(&new.host_label)
    .bind(&new.os)
    .fetch_all(&mut **tx)
    .await?;
    rows.iter().map(read_id).collect()
}

/// Ends every device of a person; which these were.
pub(super) async fn end_all(tx: &mut Write, person: PersonId) -> Result<Vec<DeviceId>, StoreError> {
    let rows = sqlx::query(
        "UPDATE devices SET standing = 'revoked' WHERE person = ? AND standing IN ('active', 'suspended') RETURNING id",
    )
    .bind(person.0)
    .fetch_all(&mut **tx)
    .await?;
    rows.iter().map(read_id).collect()
}

/// How many devices of a person may answer, but for those of this computer, which a new one replaces.
pub(super) async fn count_others(
    tx: &mut Write,
    person: PersonId,
    new: &NewDevice,
) -> Result<u32, StoreError> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS n FROM devices WHERE person = ? AND standing IN ('active', 'suspended') \
         AND (host_label <> ? OR os <> ? OR host_label IN ('', 'localhost'))",
    )
    .bind(person.0)
    .bind(&new.host_label)
    .bind(&new.os)
    .fetch_one(&mut **tx)
    .await?;
    Ok(row.try_get("n")?)
}

/// How many devices were enrolled for a person since then, whatever became of them.
pub(super) async fn count_since(
    tx: &mut Write,
    person: PersonId,
    since: UnixMillis,
) -> Result<u32, StoreError> {
    let row = sqlx::query("SELECT COUNT(*) AS n FROM devices WHERE person = ? AND enrolled_ms > ?")
        .bind(person.0)
        .bind(since.0)
        .fetch_one(&mut **tx)
        .await?;
    Ok(row.try_get("n")?)
}

pub(super) async fn key_is_known(tx: &mut Write, key: &PublicKey) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT 1 FROM devices WHERE key = ?")
        .bind(key.to_string())
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.is_some())
}

pub(super) async fn insert(
    tx: &mut Write,
    person: PersonId,
    new: &NewDevice,
    now: UnixMillis,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO devices (id, person, key, key_storage, host_label, os, agent_version, demo, enrolled_ms) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(new.id.to_string())
    .bind(person.0)
    .bind(new.key.to_string())
    .bind(storage_word(new.key_storage))
    .bind(&new.host_label)
    .bind(&new.os)
    .bind(&new.agent_version)
    .bind(new.demo)
    .bind(now.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Reads the standing afresh inside a transaction; `None` when there is no such device.
pub(super) async fn standing(
    tx: &mut SqliteConnection,
    id: DeviceId,
) -> Result<Option<Standing>, StoreError> {
    let row = sqlx::query("SELECT standing FROM devices WHERE id = ?")
        .bind(id.to_string())
        .fetch_optional(tx)
        .await?;
    row.map(|row| Standing::parse(row.try_get("standing")?))
        .transpose()
}

fn read(row: &SqliteRow) -> Result<Device, StoreError> {
    let generation: Option<&str> = row.try_get("generation")?;
    Ok(Device {
        id: read_id(row)?,
        login: people::read_login(row)?,
        key: PublicKey::parse(row.try_get("key")?)
            .map_err(|_| StoreError::Corrupt("device key"))?,
        key_storage: parse_storage(row.try_get("key_storage")?)?,
        host_label: row.try_get("host_label")?,
        os: row.try_get("os")?,
        agent_version: row.try_get("agent_version")?,
        demo: row.try_get("demo")?,
        standing: Standing::parse(row.try_get("standing")?)?,
        last_counter: u64::try_from(row.try_get::<i64, _>("last_counter")?)
            .map_err(|_| StoreError::Corrupt("counter"))?,
        enrolled: UnixMillis(row.try_get("enrolled_ms")?),
        seen: row.try_get::<Option<i64>, _>("seen_ms")?.map(UnixMillis),
        agent_state: row.try_get("agent_state")?,
        generation: generation.map(parse_generation).transpose()?,
    })
}

fn read_id(row: &SqliteRow) -> Result<DeviceId, StoreError> {
    parse_id(row.try_get("id")?)
}

pub(super) fn parse_id(text: &str) -> Result<DeviceId, StoreError> {
    DeviceId::parse(text).map_err(|_| StoreError::Corrupt("device id"))
}

pub(super) fn parse_generation(text: &str) -> Result<GenerationId, StoreError> {
    text.parse()
        .map_err(|_| StoreError::Corrupt("profile generation"))
}

const fn storage_word(storage: KeyStorage) -> &'static str {
    match storage {
        KeyStorage::Software => "software",
        KeyStorage::Hardware => "hardware",
    }
}

fn parse_storage(text: &str) -> Result<KeyStorage, StoreError> {
    match text {
        "software" => Ok(KeyStorage::Software),
        "hardware" => Ok(KeyStorage::Hardware),
        _ => Err(StoreError::Corrupt("key storage")),
    }
}

const fn state_word(state: AgentState) -> &'static str {
    match state {
        AgentState::Learning => "learning",
        AgentState::Active => "active",
        AgentState::Paused => "paused",
        AgentState::NeedsPermission => "needs-permission",
    }
}
