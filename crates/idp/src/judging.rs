//! How a device's verdict is judged and how an ended check is written down: the same whoever asked.

use selfsame_protocol::message::VerdictMessage;
use serde_json::{Value, json};

use crate::{
    App,
    audit::{Action, Record},
    decide::{self, Decision, Facts, Past, Policy, Presence, Said},
    policy::{Asked, AskedBy},
    store::{CheckOutcome, Device, StoreError},
};

/// The rule of an approval that whoever is only observed is not told of.
pub const OBSERVED: &str = "observe-only";
/// More windows than this say nothing new about a generation.
const WINDOWS_READ: u32 = 16;

/// Judges a verdict by what was asked for and what is known of its device. Returns what was known, to be kept.
///
/// # Errors
/// [`StoreError`]: nothing was decided.
pub async fn judge(
    app: &App,
    asked: &Asked,
    (device, verdict): (&Device, &VerdictMessage),
    presence: Presence,
) -> Result<(Decision, Facts), StoreError> {
    let windows = app.store.windows_of(device.id, WINDOWS_READ).await?;
    let now = app.clock.wall();
    let facts = Facts {
        said: Said::from(verdict),
        presence,
        standing: Some(device.standing),
        key_storage: device.key_storage,
        demo: verdict.demo || device.demo,
        windows: decide::windows_that_vouch(&windows, verdict.generation, app.sign_in.demo()),
        verdict_age_ms: decide::age_of(verdict, now),
        past: past(app, &asked.policy, device).await?,
    };
    Ok((decide::decide(&asked.policy, &facts), facts))
}

/// What happened before, where it matters.
async fn past(app: &App, policy: &Policy, device: &Device) -> Result<Past, StoreError> {
    match policy.asks_about_the_past() {
        true => app.store.past(device, app.clock.wall()).await,
        false => Ok(Past::default()),
    }
}

/// What is written down of a verdict.
pub fn details(presence: Presence, verdict: &VerdictMessage, by: &AskedBy) -> Value {
    json!({
        "channel": channel(presence),
        "verdict": verdict.verdict,
        "level": verdict.level,
        "evidence_age": verdict.evidence_age,
        "reasons": verdict.reasons,
        "model": verdict.model,
        "demo": verdict.demo,
        "policy": by,
    })
}

fn channel(presence: Presence) -> Value {
    match presence {
        Presence::Browser(channel) => json!(channel),
        Presence::Gateway(_) => json!("gateway-connection"),
        Presence::Code(_) => json!("typed-code"),
    }
}

/// The audit record of a check that ended: what is known of every check, and more where a verdict was judged.
pub fn record(
    actor: &str,
    service: &str,
    outcome: CheckOutcome,
    (mut known, more): (Value, &Value),
) -> Record {
    let action = match outcome {
        CheckOutcome::Approved => Action::CheckApproved,
        CheckOutcome::OtherFactor => Action::CheckOtherFactor,
    };
    if let (Value::Object(known), Value::Object(more)) = (&mut known, more.clone()) {
        known.extend(more);
    }
    Record::new(actor, action, service).with(known)
}
