//! `/audit`: everything that was done, and whether anybody has changed what is written about it.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Html,
};
use serde::Deserialize;

use super::{
    events::{given, outcome_of},
    frame::{Frame, Place, render},
    notice::Notice,
    rights::Right,
    session::Session,
};
use crate::{
    App,
    audit::{Entry, GENESIS, first_broken},
    date,
    store::{self, Store, StoreError},
};

/// How many lines a page shows.
const PAGE: u32 = 50;
/// How many of the newest lines every visit verifies.
const VERIFIED: i64 = 1_000;
/// How many lines are verified at a time.
const BATCH: u32 = 1_000;
/// So many are verified within the time that a request may take, also on a slow machine.
const WHOLE_AT_MOST: i64 = 200_000;

/// Which lines are looked for; empty fields are not asked.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Sought {
    actor: String,
    action: String,
    target: String,
    before: Option<i64>,
    whole: Option<String>,
}

#[derive(Template)]
#[template(path = "console/audit.html")]
struct Log {
    frame: Frame,
    sought: Sought,
    whole: bool,
    chain: Chain,
    lines: Vec<Line>,
    next: Option<i64>,
}

/// What verifying came to.
#[derive(Debug, PartialEq, Eq)]
enum Chain {
    /// Every line follows from the one before.
    Holds { lines: i64, seq: i64, hash: String },
    /// The first line that does not.
    Broken { seq: i64 },
    /// Every line follows as far as this one.
    TooLong { seq: i64 },
}

struct Line {
    seq: i64,
    time: String,
    actor: String,
    action: String,
    target: String,
    is_check: bool,
    details: String,
}

/// Shows it.
pub async fn list(
    State(app): State<App>,
    session: Session,
    Query(sought): Query<Sought>,
) -> Result<Html<String>, Notice> {
    let frame = Frame::of(&app, &session, Place::Audit)?;
    let lines = store::Sought {
        actor: given(&sought.actor),
        actions: given(&sought.action).into_iter().collect(),
        target: given(&sought.target),
        rule: None,
    };
    let found = app.store.audit_before(&lines, sought.before, PAGE).await?;
    let whole = sought.whole.is_some();
    Ok(render(&Log {
        frame,
        whole,
        chain: verify(&app.store, whole).await?,
        sought,
        lines: found.lines.into_iter().map(Line::of).collect(),
        next: found.before,
    }))
}

/// Verifies the whole chain, or its newest part against the line before it.
async fn verify(store: &Store, whole: bool) -> Result<Chain, StoreError> {
    let last = store.last_line().await?;
    let start = if whole { 0 } else { (last - VERIFIED).max(0) };
    let mut hash = match store.audit_line(start).await? {
        Some(line) => line.hash,
        None => GENESIS.to_owned(),
    };
    let mut seq = start;
    while seq < last {
        if seq - start >= WHOLE_AT_MOST {
            return Ok(Chain::TooLong { seq });
        }
        let lines = store.audit_after(seq, BATCH).await?;
        if let Some(broken) = break_in(&lines, seq, &hash) {
            return Ok(Chain::Broken { seq: broken });
        }
        let Some(newest) = lines.last() else { break };
        (seq, hash) = (newest.seq, newest.hash.clone());
    }
    let lines = seq - start;
    Ok(Chain::Holds { lines, seq, hash })
}

/// The first of these lines that does not follow from the line `seq` with this hash.
fn break_in(lines: &[Entry], seq: i64, hash: &str) -> Option<i64> {
    match lines.first() {
        Some(first) if first.seq != seq + 1 => Some(seq + 1),
        _ => first_broken(Some(hash), lines).map(|line| line.seq),
    }
}

impl Line {
    fn of(line: Entry) -> Self {
        Self {
            is_check: outcome_of(&line).is_some(),
            seq: line.seq,
            time: date::rfc3339(line.time),
            actor: line.actor,
            action: line.action,
            target: line.target,
            details: line.details,
        }
    }
}
