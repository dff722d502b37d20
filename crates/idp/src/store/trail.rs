//! Looking back through the audit log: what was done, newest first, and how checks ended.
//!
//! The log has no index but its numbers, since each would cost every answer another page to write. So a moment is found by
//! bisection, and what is looked for is looked for in stretches.

use selfsame_protocol::UnixMillis;
use sqlx::{QueryBuilder, Row, Sqlite};

use super::{CheckOutcome, Store, StoreError, audit};
use crate::{
    audit::{Action, Entry},
    judging::OBSERVED,
};

/// How many lines one call looks through at most.
const STRETCH: i64 = 100_000;
const DAY_MS: i64 = 24 * 60 * 60_000;

/// Which lines are looked for; what is `None` is not asked.
#[derive(Debug, Default)]
pub struct Sought {
    /// By whom.
    pub actor: Option<String>,
    /// Any of these was done; empty for whatever was done.
    pub actions: Vec<String>,
    /// To whom or what.
    pub target: Option<String>,
    /// By which rule a check ended.
    pub rule: Option<String>,
}

/// What was found, newest first.
#[derive(Debug)]
pub struct Found {
    /// The lines.
    pub lines: Vec<Entry>,
    /// Where to look on, towards the past; `None` at the log's beginning.
    pub before: Option<i64>,
}

/// How many checks of one day ended by one rule.
#[derive(Debug, PartialEq, Eq)]
pub struct DayCount {
    /// The day's number since 1970-01-01, in UTC.
    pub day: i64,
    /// How they ended.
    pub outcome: CheckOutcome,
    /// By which rule.
    pub rule: String,
    /// How many.
    pub count: u32,
}

impl DayCount {
    /// Whether these would have been approved at a service that is not only observed.
    pub fn was_only_observed(&self) -> bool {
        self.rule == OBSERVED
    }
}

impl Store {
    /// The newest lines before line `before` that are `sought`, up to `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit_before(
        &self,
        sought: &Sought,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Found, StoreError> {
        let before = match before {
            Some(before) => before,
            None => self.last_line().await? + 1,
        };
        let floor = before.saturating_sub(STRETCH).max(0);
        let rows = select(sought, floor, before, limit)
            .build()
            .fetch_all(&self.pool)
            .await?;
        let lines: Vec<Entry> = rows.iter().map(audit::read).collect::<Result<_, _>>()?;
        let is_full = lines.len() >= limit as usize;
        let reached = match lines.last() {
            Some(last) if is_full => last.seq,
            _ => floor,
        };
        let before = (reached > 1).then_some(reached);
        Ok(Found { lines, before })
    }

    /// One line.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit_line(&self, seq: i64) -> Result<Option<Entry>, StoreError> {
        let row = sqlx::query("SELECT * FROM audit WHERE seq = ?")
            .bind(seq)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(audit::read).transpose()
    }

    /// The number of the newest line; 0 for an empty log.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last_line(&self) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT COALESCE(MAX(seq), 0) AS seq FROM audit")
            .fetch_one(&self.pool)
            .await?;
        Ok(row.try_get("seq")?)
    }

    /// How the checks since then ended, by day, outcome and rule.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn checks_by_day(&self, since: UnixMillis) -> Result<Vec<DayCount>, StoreError> {
        let first = self.first_line_since(since).await?;
        let rows = sqlx::query(
            "SELECT time_ms / ?1 AS day, action, COALESCE(json_extract(details, '$.rule'), '') AS rule, COUNT(*) AS n \
             FROM audit WHERE seq >= ?2 AND time_ms >= ?3 AND action IN (?4, ?5) GROUP BY 1, 2, 3",
        )
        .bind(DAY_MS)
        .bind(first)
        .bind(since.0)
        .bind(Action::CheckApproved.as_str())
        .bind(Action::CheckOtherFactor.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let is_approved =
                    row.try_get::<&str, _>("action")? == Action::CheckApproved.as_str();
                Ok(DayCount {
                    day: row.try_get("day")?,
                    outcome: if is_approved {
                        CheckOutcome::Approved
                    } else {
                        CheckOutcome::OtherFactor
                    },
                    rule: row.try_get("rule")?,
                    count: row.try_get("n")?,
                })
            })
            .collect()
    }

    /// The first line that is not older, by bisection: lines are written in the order of time, but for a clock that was
    /// set back, around which this is off by as much.
    async fn first_line_since(&self, since: UnixMillis) -> Result<i64, StoreError> {
        let (mut low, mut high) = (1, self.last_line().await? + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.audit_line(middle).await? {
                Some(line) if line.time < since => low = middle + 1,
                _ => high = middle,
            }
        }
        Ok(low)
    }
}

fn select(sought: &Sought, floor: i64, before: i64, limit: u32) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("SELECT * FROM audit WHERE seq < ");
    query
        .push_bind(before)
        .push(" AND seq >= ")
        .push_bind(floor);
    if let Some(actor) = &sought.actor {
        query
            .push(" AND actor = ")
            .push_bind(actor.clone())
            .push(" COLLATE NOCASE");
    }
    if let Some(target) = &sought.target {
        query.push(" AND target = ").push_bind(target.clone());
    }
    if let Some(rule) = &sought.rule {
        query
            .push(" AND json_extract(details, '$.rule') = ")
            .push_bind(rule.clone());
    }
    if !sought.actions.is_empty() {
        query.push(" AND action IN (");
        let mut list = query.separated(", ");
        for action in &sought.actions {
            list.push_bind(action.clone());
        }
        query.push(")");
    }
    query.push(" ORDER BY seq DESC LIMIT ").push_bind(limit);
    query
}
