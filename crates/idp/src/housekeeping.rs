//! Forgets what nobody needs any more, every few minutes. The audit log is never touched.

use std::time::Duration;

use selfsame_protocol::UnixMillis;

use serde_json::json;

use crate::{
    App,
    audit::{Action, Record},
    date,
    signing::expiry,
    store::{CheckOutcome, Ended, StoreError},
};

const EVERY: Duration = Duration::from_secs(300);
/// The page and the cookie of a check live no longer than this.
const ABANDONED_MS: i64 = 15 * 60_000;
/// The rule by which such a check ends.
const ABANDONED: &str = "abandoned";
const DAY_MS: i64 = 24 * 60 * 60_000;
/// A check is answered or stale within minutes; a week lets an administrator look at it.
const KEEP_CHECKS_MS: i64 = 7 * DAY_MS;
/// What a forecast looks back on at most, and a day more.
const KEEP_DECISIONS_MS: i64 = 91 * DAY_MS;
/// Whoever comes late with a token should still hear that it expired, not that it never was.
const KEEP_TOKENS_MS: i64 = 90 * DAY_MS;

/// Runs until it is dropped.
pub async fn run(app: App) {
    let mut ticks = tokio::time::interval(EVERY);
    let mut warned = String::new();
    loop {
        ticks.tick().await;
        let now = app.clock.wall();
        let today = date::day(now);
        if warned != today {
            expiry::warn(&app.sign_in.signing.now().certificates, now);
            warned = today;
        }
        if let Err(error) = end_abandoned(&app, now).await {
            tracing::error!(%error, "abandoned checks could not be ended");
        }
        if let Err(error) = forget(&app, now).await {
            tracing::error!(%error, "old rows could not be removed");
        }
    }
}

/// Ends the checks whose answers nobody fetched, so that each has its line in the audit log.
async fn end_abandoned(app: &App, now: UnixMillis) -> Result<(), StoreError> {
    for check in app.store.unfinished_checks(now.plus(-ABANDONED_MS)).await? {
        let record = Record::new("nobody", Action::CheckOtherFactor, &check.service).with(json!({
            "check": check.id, "request": check.request_id, "rule": ABANDONED,
        }));
        let ended = Ended {
            check: check.id,
            outcome: CheckOutcome::OtherFactor,
            reason: ABANDONED.to_owned(),
            presence: None,
            generation: None,
            grounds: None,
        };
        app.store.consume(ended, record, now).await?;
    }
    Ok(())
}

async fn forget(app: &App, now: UnixMillis) -> Result<(), StoreError> {
    app.store.forget_requests(now).await?;
    app.store.forget_checks(now.plus(-KEEP_CHECKS_MS)).await?;
    let kept = now.plus(-KEEP_DECISIONS_MS);
    app.store.forget_decisions(kept).await?;
    app.store.forget_tokens(now.plus(-KEEP_TOKENS_MS)).await?;
    app.store.forget_console_keys(now).await
}
