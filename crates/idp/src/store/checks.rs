//! Checks: begun once for a request, consumed once for an answer.

use selfsame_protocol::{CheckId, DeviceId, GenerationId, UnixMillis};
use sqlx::{Row, sqlite::SqliteRow};

use super::{Standing, Store, StoreError, Write, audit::commit_recorded, devices};
use crate::{audit::Record, secret::SecretHash};

/// A check about to be begun: all that is needed to answer it after a restart.
#[derive(Debug, Clone)]
pub struct NewCheck {
    /// Its id, freshly drawn.
    pub id: CheckId,
    /// The entity id of the service.
    pub service: String,
    /// The ID of the sign-in request.
    pub request_id: String,
    /// The assertion consumer service to answer at.
    pub acs: String,
    /// To be returned byte for byte.
    pub relay_state: Option<String>,
    /// The form of name that the service asked for.
    pub name_id_format: Option<String>,
    /// The hash of the cookie that the asking browser was given.
    pub cookie: SecretHash,
}

/// What came of a sign-in request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// The check was begun.
    New,
    /// The request was seen before: this is its check.
    Repeated(CheckId),
}

/// A stored check.
#[derive(Debug, Clone)]
pub struct CheckRecord {
    /// What it was begun with.
    pub begun: NewCheck,
    /// When.
    pub created: UnixMillis,
    /// How it ended, once it has.
    pub outcome: Option<CheckOutcome>,
    /// Why, in a code.
    pub reason: Option<String>,
}

/// How a check ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckOutcome {
    /// A success response leaves for the service.
    Approved,
    /// The person's other factor is due.
    OtherFactor,
}

impl CheckOutcome {
    /// The word for it in the database and in the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::OtherFactor => "other-factor",
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        match text {
            "approved" => Ok(Self::Approved),
            "other-factor" => Ok(Self::OtherFactor),
            _ => Err(StoreError::Corrupt("outcome")),
        }
    }
}

/// The end of a check, to be written once.
#[derive(Debug, Clone)]
pub struct Ended {
    /// The check.
    pub check: CheckId,
    /// How.
    pub outcome: CheckOutcome,
    /// Why, in a code.
    pub reason: String,
    /// The device that proved presence, when, and the profile generation it then reported.
    pub presence: Option<(DeviceId, UnixMillis)>,
    /// The profile generation in the device's verdict.
    pub generation: Option<GenerationId>,
}

/// What came of writing an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consumed {
    /// This call ended the check: now, and only now, may the answer leave.
    Now,
    /// It had ended before, or there is no such check. No answer may leave.
    Already,
    /// An approval was due, but the device may not answer any more. Nothing was written: end the
    /// check in the other factor.
    DeviceBarred(Option<Standing>),
}

const SELECT: &str = "SELECT id, service, request_id, acs, relay_state, name_id_format, cookie_hash, \
     created_ms, outcome, reason FROM checks WHERE id = ?";

impl Store {
    /// Begins a check, unless its request was seen before. `remember_until` must lie after the
    /// end of the request's validity.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_check(
        &self,
        new: &NewCheck,
        remember_until: UnixMillis,
        now: UnixMillis,
    ) -> Result<Begun, StoreError> {
        let mut tx = self.write().await?;
        if let Some(first) = enter(&mut tx, new, remember_until, now).await? {
            return Ok(Begun::Repeated(first));
        }
        tx.commit().await?;
        Ok(Begun::New)
    }

    /// Begins a check that has its end already, with its audit record: one transaction in place of
    /// two for a request that nobody has to be asked about.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was written.
    pub async fn begin_ended_check(
        &self,
        new: &NewCheck,
        remember_until: UnixMillis,
        ended: &Ended,
        record: Record,
        now: UnixMillis,
    ) -> Result<Begun, StoreError> {
        let mut tx = self.write().await?;
        if let Some(first) = enter(&mut tx, new, remember_until, now).await? {
            return Ok(Begun::Repeated(first));
        }
        set_end(&mut tx, ended, now).await?;
        commit_recorded(tx, record, now).await?;
        Ok(Begun::New)
    }

    /// The check with this id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check(&self, id: CheckId) -> Result<Option<CheckRecord>, StoreError> {
        let row = sqlx::query(SELECT)
            .bind(id.to_string())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Consumes a check: its end, the device's standing read afresh, and the audit record are one
    /// transaction.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was written, and no success may leave.
    pub async fn consume(
        &self,
        ended: &Ended,
        record: Record,
        now: UnixMillis,
    ) -> Result<Consumed, StoreError> {
        let mut tx = self.write().await?;
        if ended.outcome == CheckOutcome::Approved {
            let standing = match ended.presence {
                Some((device, _)) => devices::standing(&mut tx, device).await?,
                None => None,
            };
            if standing != Some(Standing::Active) {
                return Ok(Consumed::DeviceBarred(standing));
            }
        }
        if !set_end(&mut tx, ended, now).await? {
            return Ok(Consumed::Already);
        }
        commit_recorded(tx, record, now).await?;
        Ok(Consumed::Now)
    }
}

async fn set_end(tx: &mut Write, ended: &Ended, now: UnixMillis) -> Result<bool, StoreError> {
    let (device, presence) = ended.presence.unzip();
    let done = sqlx::query(
        "UPDATE checks SET outcome = ?, reason = ?, ended_ms = ?, device = ?, presence_ms = ?, generation = ? \
         WHERE id = ? AND outcome IS NULL",
    )
    .bind(ended.outcome.as_str())
    .bind(&ended.reason)
    .bind(now.0)
    .bind(device.map(|device| device.to_string()))
    .bind(presence.map(|at| at.0))
    .bind(ended.generation.map(|generation| generation.to_string()))
    .bind(ended.check.to_string())
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// `false` when the request was remembered before.
/// Enters a check, unless its request was seen before: then the check that it began.
async fn enter(
    tx: &mut Write,
    new: &NewCheck,
    remember_until: UnixMillis,
    now: UnixMillis,
) -> Result<Option<CheckId>, StoreError> {
    if !remember(tx, new, remember_until).await? {
        return first_check(tx, new).await.map(Some);
    }
    insert(tx, new, now).await?;
    Ok(None)
}

async fn remember(tx: &mut Write, new: &NewCheck, until: UnixMillis) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO requests_seen (issuer, request_id, check_id, expires_ms) VALUES (?, ?, ?, ?) \
         ON CONFLICT DO NOTHING",
    )
    .bind(&new.service)
    .bind(&new.request_id)
    .bind(new.id.to_string())
    .bind(until.0)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

async fn first_check(tx: &mut Write, new: &NewCheck) -> Result<CheckId, StoreError> {
    let row = sqlx::query("SELECT check_id FROM requests_seen WHERE issuer = ? AND request_id = ?")
        .bind(&new.service)
        .bind(&new.request_id)
        .fetch_one(&mut **tx)
        .await?;
    parse_id(row.try_get("check_id")?)
}

async fn insert(tx: &mut Write, new: &NewCheck, now: UnixMillis) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO checks (id, service, request_id, acs, relay_state, name_id_format, cookie_hash, created_ms) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(new.id.to_string())
    .bind(&new.service)
    .bind(&new.request_id)
    .bind(&new.acs)
    .bind(&new.relay_state)
    .bind(&new.name_id_format)
    .bind(new.cookie.as_bytes())
    .bind(now.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) fn parse_id(text: &str) -> Result<CheckId, StoreError> {
    CheckId::parse(text).map_err(|_| StoreError::Corrupt("check id"))
}

fn read(row: &SqliteRow) -> Result<CheckRecord, StoreError> {
    let outcome: Option<&str> = row.try_get("outcome")?;
    Ok(CheckRecord {
        begun: NewCheck {
            id: parse_id(row.try_get("id")?)?,
            service: row.try_get("service")?,
            request_id: row.try_get("request_id")?,
            acs: row.try_get("acs")?,
            relay_state: row.try_get("relay_state")?,
            name_id_format: row.try_get("name_id_format")?,
            cookie: SecretHash::from_stored(row.try_get("cookie_hash")?)
                .ok_or(StoreError::Corrupt("cookie hash"))?,
        },
        created: UnixMillis(row.try_get("created_ms")?),
        outcome: outcome.map(CheckOutcome::parse).transpose()?,
        reason: row.try_get("reason")?,
    })
}
