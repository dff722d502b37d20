//! Checks: begun once for a request, consumed once for an answer.

use selfsame_protocol::{CheckId, DeviceId, GenerationId, UnixMillis};
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, sqlite::SqliteRow};

use super::{Grounds, Standing, Store, StoreError, decisions, devices};
use crate::{audit::Record, secret::SecretHash};

/// A check about to be begun: all that is needed to answer it after a restart.
#[derive(Debug, Clone)]
pub struct NewCheck {
    /// Its id, freshly drawn.
    pub id: CheckId,
    /// The entity id or client id of the service.
    pub service: String,
    /// The ID of the sign-in request.
    pub request_id: String,
    /// The assertion consumer service or redirect URI to answer at.
    pub acs: String,
    /// To be returned byte for byte.
    pub relay_state: Option<String>,
    /// The form of name that the service asked for.
    pub name_id_format: Option<String>,
    /// How the answer goes back.
    pub reply: ReplyKind,
    /// The hash of the cookie that the asking browser was given.
    pub cookie: SecretHash,
}

/// How an answer goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyKind {
    /// A SAML response.
    Saml,
    /// An authorization code of OpenID Connect.
    OidcCode,
    /// An ID token by form post.
    OidcForm,
    /// A RADIUS packet, while the client waits: never from the store.
    Radius,
}

impl ReplyKind {
    /// The word for it in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Saml => "saml",
            Self::OidcCode => "oidc-code",
            Self::OidcForm => "oidc-form",
            Self::Radius => "radius",
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        [Self::Saml, Self::OidcCode, Self::OidcForm, Self::Radius]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(StoreError::Corrupt("reply"))
    }
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
    /// What it was decided from, where a person's device was there.
    pub grounds: Option<Grounds>,
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

/// A check to be entered. One that has its end already comes with its audit record, and needs no row to be answered
/// from: its request is remembered, so that it is answered once.
#[derive(Debug)]
pub(super) struct Entry {
    new: NewCheck,
    remember_until: UnixMillis,
    record: Option<Record>,
    now: UnixMillis,
}

impl Entry {
    /// Which.
    pub(super) fn check(&self) -> CheckId {
        self.new.id
    }

    /// What goes into the audit log with it.
    pub(super) fn record(&self) -> Option<(Record, UnixMillis)> {
        let record = self.record.as_ref()?;
        Some((record.clone(), self.now))
    }
}

/// A check to be consumed.
#[derive(Debug)]
pub(super) struct Ending {
    ended: Ended,
    record: Record,
    now: UnixMillis,
}

impl Ending {
    /// Which.
    pub(super) fn check(&self) -> CheckId {
        self.ended.check
    }

    /// What goes into the audit log with it.
    pub(super) fn record(&self) -> (Record, UnixMillis) {
        (self.record.clone(), self.now)
    }

    /// Adds what keeps its decision to the statements of a transaction.
    pub(super) fn keep(&self, statements: &mut QueryBuilder<Sqlite>) {
        decisions::keep(statements, &self.ended, self.now);
    }
}

const SELECT: &str = "SELECT id, service, request_id, acs, relay_state, name_id_format, reply, cookie_hash, \
     created_ms, outcome, reason FROM checks WHERE id = ?";

/// So many at a time that a sweep does not hold everybody up.
const UNFINISHED: &str = "SELECT id, service, request_id, acs, relay_state, name_id_format, reply, cookie_hash, \
     created_ms, outcome, reason FROM checks WHERE outcome IS NULL AND created_ms <= ? LIMIT 500";

impl Store {
    /// Begins a check, unless its request was seen before. `remember_until` must lie after the
    /// end of the request's validity.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_check(
        &self,
        new: NewCheck,
        remember_until: UnixMillis,
        now: UnixMillis,
    ) -> Result<Begun, StoreError> {
        self.group
            .begin(Entry {
                new,
                remember_until,
                record: None,
                now,
            })
            .await
    }

    /// Answers a request that nobody has to be asked about: it is remembered, with the audit record of its answer.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was written.
    pub async fn begin_answered(
        &self,
        new: NewCheck,
        remember_until: UnixMillis,
        record: Record,
        now: UnixMillis,
    ) -> Result<Begun, StoreError> {
        let record = Some(record);
        self.group
            .begin(Entry {
                new,
                remember_until,
                record,
                now,
            })
            .await
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

    /// Checks that were begun before `until` and have no end: nobody fetched their answers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unfinished_checks(&self, until: UnixMillis) -> Result<Vec<NewCheck>, StoreError> {
        let rows = sqlx::query(UNFINISHED)
            .bind(until.0)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok(read(row)?.begun)).collect()
    }

    /// Consumes a check: its end, the device's standing read afresh, and the audit record are one
    /// transaction.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was written, and no success may leave.
    pub async fn consume(
        &self,
        ended: Ended,
        record: Record,
        now: UnixMillis,
    ) -> Result<Consumed, StoreError> {
        self.group.consume(Ending { ended, record, now }).await
    }
}

/// Ends a check, if it may be ended so.
pub(super) async fn end(
    tx: &mut SqliteConnection,
    Ending { ended, now, .. }: &Ending,
) -> Result<Consumed, StoreError> {
    if ended.outcome == CheckOutcome::Approved {
        let standing = match ended.presence {
            Some((device, _)) => devices::standing(tx, device).await?,
            None => None,
        };
        if standing != Some(Standing::Active) {
            return Ok(Consumed::DeviceBarred(standing));
        }
    }
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
    .execute(tx)
    .await?;
    Ok(match done.rows_affected() {
        1 => Consumed::Now,
        _ => Consumed::Already,
    })
}

/// Adds the statement that remembers requests to others of a transaction. It returns the checks whose requests were
/// not seen before; of two alike in one batch the first counts.
pub(super) fn remember(statements: &mut QueryBuilder<Sqlite>, entries: &[&Entry]) {
    if entries.is_empty() {
        return;
    }
    statements
        .push("INSERT INTO requests_seen (issuer, request_id, check_id, expires_ms) ")
        .push_values(entries, |mut row, entry| {
            row.push_bind(&entry.new.service)
                .push_bind(&entry.new.request_id)
                .push_bind(entry.new.id.to_string())
                .push_bind(entry.remember_until.0);
        })
        .push(" ON CONFLICT DO NOTHING RETURNING check_id, 0 AS seq, '' AS hash; ");
}

/// The check that a request began when it came first.
pub(super) async fn first(
    tx: &mut SqliteConnection,
    Entry { new, .. }: &Entry,
) -> Result<CheckId, StoreError> {
    let row = sqlx::query("SELECT check_id FROM requests_seen WHERE issuer = ? AND request_id = ?")
        .bind(&new.service)
        .bind(&new.request_id)
        .fetch_one(tx)
        .await?;
    parse_id(row.try_get("check_id")?)
}

/// Adds the statement that enters open checks to others of a transaction.
pub(super) fn insert(statements: &mut QueryBuilder<Sqlite>, entries: &[&Entry]) {
    if entries.is_empty() {
        return;
    }
    statements
        .push("INSERT INTO checks (id, service, request_id, acs, relay_state, name_id_format, reply, cookie_hash, created_ms) ")
        .push_values(entries, |mut row, Entry { new, now, .. }| {
            row.push_bind(new.id.to_string())
                .push_bind(&new.service)
                .push_bind(&new.request_id)
                .push_bind(&new.acs)
                .push_bind(&new.relay_state)
                .push_bind(&new.name_id_format)
                .push_bind(new.reply.as_str())
                .push_bind(new.cookie.as_bytes())
                .push_bind(now.0);
        })
        .push("; ");
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
            reply: ReplyKind::parse(row.try_get("reply")?)?,
            cookie: SecretHash::from_stored(row.try_get("cookie_hash")?)
                .ok_or(StoreError::Corrupt("cookie hash"))?,
        },
        created: UnixMillis(row.try_get("created_ms")?),
        outcome: outcome.map(CheckOutcome::parse).transpose()?,
        reason: row.try_get("reason")?,
    })
}
