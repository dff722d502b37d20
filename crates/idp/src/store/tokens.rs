//! Enrolment tokens: made for a named person, kept as hashes, spent by compare-and-set.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use selfsame_protocol::{DeviceId, UnixMillis};
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    Login, NewDevice, PersonId, Store, StoreError, Write,
    audit::{self, commit_if_changed, commit_recorded},
    devices, people,
};
use crate::{
    audit::{Action, Record},
    secret::SecretHash,
};

/// A token about to be stored.
#[derive(Debug)]
pub struct NewToken {
    /// The hash of the secret.
    pub hash: SecretHash,
    /// Whose devices it enrols.
    pub login: Login,
    /// How often it may be used.
    pub uses: u32,
    /// When it ends.
    pub expires: UnixMillis,
}

/// A token that enrols devices still.
#[derive(Debug)]
pub struct OpenToken {
    /// The hash of the secret.
    pub hash: SecretHash,
    /// Whose devices it enrols.
    pub login: Login,
    /// How often it may be used yet.
    pub left: u32,
    /// When it was made.
    pub made: UnixMillis,
    /// When it ends.
    pub expires: UnixMillis,
}

impl OpenToken {
    /// What tells it apart in an address; the token cannot be made of it.
    pub fn name(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.hash.as_bytes())
    }
}

/// How many devices one person may have.
#[derive(Debug, Clone, Copy)]
pub struct DeviceCaps {
    /// That may answer at one time.
    pub at_once: u32,
    /// That are enrolled in 24 hours, so that who has come by tokens is slowed down; 0 for any number.
    pub in_a_day: u32,
}

const DAY_MS: i64 = 86_400_000;

/// What became of an attempt to enrol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redeemed {
    /// The device is enrolled for this person.
    Enrolled(Login),
    /// There is no such token.
    Unknown,
    /// It was used as often as it may be.
    Used,
    /// It has expired.
    Expired,
    /// A directory said that the person left.
    PersonLeft,
    /// The person has as many devices as one may have.
    TooManyDevices,
    /// As many devices as in one day may be were enrolled for the person.
    TooManyToday,
    /// The key belongs to a device that was enrolled before.
    KeyKnown,
}

struct Token {
    person: PersonId,
    login: Login,
    is_used_up: bool,
    expires: UnixMillis,
    has_left: bool,
}

impl Store {
    /// Stores a token and enters its person.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_token(
        &self,
        token: &NewToken,
        record: Record,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let person = people::enter(&mut tx, &token.login, now).await?;
        sqlx::query(
            "INSERT INTO enrolment_tokens (hash, person, uses, expires_ms, created_ms) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(token.hash.as_bytes())
        .bind(person.0)
        .bind(token.uses)
        .bind(token.expires.0)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        commit_recorded(tx, record, now).await
    }

    /// The tokens that may be used now, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_tokens(&self, now: UnixMillis) -> Result<Vec<OpenToken>, StoreError> {
        let rows = sqlx::query(
            "SELECT t.hash, p.login, t.uses - t.used AS left_over, t.created_ms, t.expires_ms FROM enrolment_tokens t \
             JOIN people p ON p.id = t.person WHERE t.used < t.uses AND t.expires_ms > ? \
             ORDER BY t.created_ms DESC, t.hash",
        )
        .bind(now.0)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_open).collect()
    }

    /// Ends a token now, with its audit record; `false` when it had ended before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_token(
        &self,
        hash: SecretHash,
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE enrolment_tokens SET expires_ms = ?1 WHERE hash = ?2 AND expires_ms > ?1 AND used < uses",
        )
        .bind(now.0)
        .bind(hash.as_bytes())
        .execute(&mut *tx)
        .await?;
        commit_if_changed(tx, &done, record, now).await
    }

    /// Spends one use of a token on a device, with the audit record, all or nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn redeem(
        &self,
        hash: SecretHash,
        device: &NewDevice,
        caps: DeviceCaps,
        now: UnixMillis,
    ) -> Result<Redeemed, StoreError> {
        let mut tx = self.write().await?;
        let Some(token) = find(&mut tx, hash).await? else {
            return Ok(Redeemed::Unknown);
        };
        if let Some(refused) = refuse(&mut tx, &token, device, caps, now).await? {
            return Ok(refused);
        }
        let spent = sqlx::query(
            "UPDATE enrolment_tokens SET used = used + 1 WHERE hash = ? AND used < uses AND expires_ms > ?",
        )
        .bind(hash.as_bytes())
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        if spent.rows_affected() != 1 {
            return Ok(Redeemed::Used);
        }
        for earlier in devices::end_earlier(&mut tx, token.person, device).await? {
            audit::append(&mut tx, replaced(&token.login, earlier, device), now).await?;
        }
        devices::insert(&mut tx, token.person, device, now).await?;
        commit_recorded(tx, enrolled(&token.login, device), now).await?;
        Ok(Redeemed::Enrolled(token.login))
    }
}

fn read_open(row: &SqliteRow) -> Result<OpenToken, StoreError> {
    Ok(OpenToken {
        hash: SecretHash::from_stored(row.try_get("hash")?)
            .ok_or(StoreError::Corrupt("token hash"))?,
        login: people::read_login(row)?,
        left: row.try_get("left_over")?,
        made: UnixMillis(row.try_get("created_ms")?),
        expires: UnixMillis(row.try_get("expires_ms")?),
    })
}

async fn find(tx: &mut Write, hash: SecretHash) -> Result<Option<Token>, StoreError> {
    let row = sqlx::query(
        "SELECT t.person, p.login, t.used >= t.uses AS used_up, t.expires_ms, \
         EXISTS (SELECT 1 FROM directory_users d WHERE d.person = t.person AND d.active = 0) AS has_left \
         FROM enrolment_tokens t JOIN people p ON p.id = t.person WHERE t.hash = ?",
    )
    .bind(hash.as_bytes())
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Token {
        person: PersonId(row.try_get("person")?),
        login: people::read_login(&row)?,
        is_used_up: row.try_get("used_up")?,
        expires: UnixMillis(row.try_get("expires_ms")?),
        has_left: row.try_get("has_left")?,
    }))
}

async fn refuse(
    tx: &mut Write,
    token: &Token,
    device: &NewDevice,
    caps: DeviceCaps,
    now: UnixMillis,
) -> Result<Option<Redeemed>, StoreError> {
    if token.is_used_up {
        return Ok(Some(Redeemed::Used));
    }
    if token.expires <= now {
        return Ok(Some(Redeemed::Expired));
    }
    if token.has_left {
        return Ok(Some(Redeemed::PersonLeft));
    }
    if devices::key_is_known(tx, &device.key).await? {
        return Ok(Some(Redeemed::KeyKnown));
    }
    let others = devices::count_others(tx, token.person, device).await?;
    if others >= caps.at_once {
        return Ok(Some(Redeemed::TooManyDevices));
    }
    let today = devices::count_since(tx, token.person, now.plus(-DAY_MS)).await?;
    let is_too_much = caps.in_a_day > 0 && today >= caps.in_a_day;
    Ok(is_too_much.then_some(Redeemed::TooManyToday))
}

fn replaced(login: &Login, earlier: DeviceId, by: &NewDevice) -> Record {
    Record::new(login.as_str(), Action::DeviceRevoked, earlier)
        .with(serde_json::json!({ "why": "enrolled-again", "by": by.id, "host": by.host_label }))
}

fn enrolled(login: &Login, device: &NewDevice) -> Record {
    Record::new(login.as_str(), Action::DeviceEnrolled, device.id).with(serde_json::json!({
        "key": device.key.key_id(),
        "key_storage": device.key_storage,
        "host": device.host_label,
        "os": device.os,
        "agent": device.agent_version,
        "demo": device.demo,
    }))
}
