//! What decisions were made from, for some weeks: enough to make each of them again under another policy.

use std::net::IpAddr;

use selfsame_protocol::{DeviceId, UnixMillis};
use sqlx::{QueryBuilder, Row, Sqlite, sqlite::SqliteRow};

use super::{CheckOutcome, Device, Ended, PersonId, Store, StoreError, devices};
use crate::{
    decide::{Against, Facts, Past},
    policy::AskedBy,
};

const DAY_MS: i64 = 86_400_000;

/// What a decision was made from.
#[derive(Debug, Clone)]
pub struct Grounds {
    /// The device that it is about.
    pub device: DeviceId,
    /// The service, as policies name it.
    pub service: String,
    /// Where the browser or the caller came from.
    pub address: Option<IpAddr>,
    /// What was known; `None` where no verdict came.
    pub facts: Option<Facts>,
    /// What the service's own protocol had against an approval.
    pub objection: Option<String>,
    /// The rule that said what to ask for.
    pub by: AskedBy,
}

/// A decision that was kept.
#[derive(Debug, Clone)]
pub struct Decided {
    /// When.
    pub at: UnixMillis,
    /// About whom.
    pub person: PersonId,
    /// What it was made from.
    pub grounds: Grounds,
}

impl Store {
    /// What happened before on a device and to its person.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn past(&self, device: &Device, now: UnixMillis) -> Result<Past, StoreError> {
        let hard_factor =
            sqlx::query("SELECT MAX(seen_ms) AS at FROM hard_factors WHERE device = ?")
                .bind(device.id.to_string())
                .fetch_one(&self.pool)
                .await?;
        let hard_factor: Option<i64> = hard_factor.try_get("at")?;
        let rows = sqlx::query(
            "SELECT d.at_ms, d.device, d.facts, d.outcome FROM decisions d JOIN people p ON p.id = d.person \
             WHERE p.login = ? AND d.at_ms > ?",
        )
        .bind(device.login.as_str())
        .bind(hard_factor.unwrap_or(i64::MIN).min(now.0 - DAY_MS))
        .fetch_all(&self.pool)
        .await?;
        let mut past = Past {
            hard_factor_ms_ago: hard_factor.map(|at| now.0.saturating_sub(at)),
            ..Past::default()
        };
        for row in &rows {
            let at: i64 = row.try_get("at_ms")?;
            let approved = row.try_get::<&str, _>("outcome")? == CheckOutcome::Approved.as_str();
            past.answered += u32::from(approved && at > now.0 - DAY_MS);
            if devices::parse_id(row.try_get("device")?)? == device.id && Some(at) > hard_factor {
                past.against = past.against.or(against(row)?);
            }
        }
        Ok(past)
    }

    /// The decisions since then, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn decisions_since(&self, since: UnixMillis) -> Result<Vec<Decided>, StoreError> {
        let rows = sqlx::query("SELECT * FROM decisions WHERE at_ms >= ? ORDER BY id")
            .bind(since.0)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// How many verdicts were judged since then of which it was not kept what they were judged from.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn decisions_not_kept(&self, since: UnixMillis) -> Result<u32, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS n FROM audit WHERE time_ms >= ? \
             AND action IN ('check-approved', 'check-other-factor') \
             AND details ->> '$.verdict' IS NOT NULL \
             AND details ->> '$.check' NOT IN (SELECT check_id FROM decisions WHERE facts IS NOT NULL)",
        )
        .bind(since.0)
        .fetch_one(&self.pool)
        .await?;
        Ok(row.try_get("n")?)
    }
}

/// Adds the statement that keeps what a check's end was decided from to others of a transaction.
pub(super) fn keep(statements: &mut QueryBuilder<Sqlite>, ended: &Ended, now: UnixMillis) {
    let Some(grounds) = &ended.grounds else {
        return;
    };
    let facts = grounds.facts.as_ref();
    let mut row = statements
        .push(
            "INSERT INTO decisions (at_ms, check_id, service, address, facts, objection, policy, rule, reason, \
             outcome, device, person) SELECT ",
        )
        .separated(", ");
    row.push_bind(now.0)
        .push_bind(ended.check.to_string())
        .push_bind(grounds.service.clone())
        .push_bind(grounds.address.map(|address| address.to_string()))
        .push_bind(facts.and_then(|facts| serde_json::to_string(facts).ok()))
        .push_bind(grounds.objection.clone())
        .push_bind(grounds.by.version)
        .push_bind(grounds.by.rule.clone())
        .push_bind(ended.reason.clone())
        .push_bind(ended.outcome.as_str())
        .push("id, person FROM devices WHERE id = ")
        .push_bind_unseparated(grounds.device.to_string());
    statements.push("; ");
}

fn facts(row: &SqliteRow) -> Result<Option<Facts>, StoreError> {
    let text: Option<&str> = row.try_get("facts")?;
    text.map(serde_json::from_str)
        .transpose()
        .map_err(|_| StoreError::Corrupt("facts of a decision"))
}

fn against(row: &SqliteRow) -> Result<Against, StoreError> {
    Ok(facts(row)?.map_or(Against::NOTHING, |facts| facts.said.against()))
}

fn read(row: &SqliteRow) -> Result<Decided, StoreError> {
    let address: Option<&str> = row.try_get("address")?;
    let address = address.map(str::parse).transpose();
    Ok(Decided {
        at: UnixMillis(row.try_get("at_ms")?),
        person: PersonId(row.try_get("person")?),
        grounds: Grounds {
            device: devices::parse_id(row.try_get("device")?)?,
            service: row.try_get("service")?,
            address: address.map_err(|_| StoreError::Corrupt("address"))?,
            facts: facts(row)?,
            objection: row.try_get("objection")?,
            by: AskedBy {
                version: row.try_get::<Option<_>, _>("policy")?.unwrap_or(0),
                rule: row.try_get("rule")?,
            },
        },
    })
}
