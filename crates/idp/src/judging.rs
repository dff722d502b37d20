//! How a device's verdict is judged and how an ended check is written down: the same whoever asked.

use selfsame_protocol::message::VerdictMessage;
use serde_json::{Value, json};

use crate::{
    App,
    audit::{Action, Record},
    decide::{self, Decision, Facts, Policy, Presence},
    store::{CheckOutcome, Device, StoreError},
};

/// The rule of an approval that whoever is only observed is not told of.
pub const OBSERVED: &str = "observe-only";
/// More windows than this say nothing new about a generation.
const WINDOWS_READ: u32 = 16;

/// Judges a verdict by what was asked for and what is known of its device.
///
/// # Errors
/// [`StoreError`]: nothing was decided.
pub async fn judge(
    app: &App,
    policy: &Policy,
    (device, verdict): (&Device, &VerdictMessage),
    presence: Presence,
) -> Result<Decision, StoreError> {
    let windows = app.store.windows_of(device.id, WINDOWS_READ).await?;
    let facts = Facts {
        verdict,
        presence,
        standing: Some(device.standing),
        key_storage: device.key_storage,
        demo_enrolment: device.demo,
        windows: &windows,
        now: app.clock.wall(),
    };
    Ok(decide::decide(policy, &facts))
}

/// What is written down of a verdict.
pub fn details(presence: Presence, verdict: &VerdictMessage) -> Value {
    json!({
        "channel": channel(presence),
        "verdict": verdict.verdict,
        "level": verdict.level,
        "evidence_age": verdict.evidence_age,
        "reasons": verdict.reasons,
        "model": verdict.model,
        "demo": verdict.demo,
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
