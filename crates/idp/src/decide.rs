//! Whether a verdict is good enough: one pure function over what is asked and what is known.
//!
//! A policy can only ask for more than the invariants do, never for less: its fields are reached
//! through methods that tighten.

use selfsame_protocol::{Level, Reason, Verdict, message::KeyStorage};

use crate::store::Standing;

mod facts;
mod gateway;
mod policy;
mod rule;

pub use facts::{Against, Facts, Past, Presence, Said, Way, Ways, age_of, windows_that_vouch};
pub use gateway::{Caller, FirstFactor, GatewayFacts, Rivals};
pub use policy::{EVIDENCE_AT_MOST_S, Policy};
pub use rule::Rule;

/// How long a verdict may lie in the past or, by a badly set clock, in the future.
const VERDICT_FRESH_MS: i64 = 10_000;
/// How many windows of hard factors a profile generation needs before it counts.
const WINDOWS_NEEDED: usize = 2;

/// Whether answers of demonstration builds count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoBuilds {
    /// They never count.
    Refused,
    /// This server is a demonstration itself.
    Accepted,
}

/// The outcome, and the one rule that brought it about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The service is told yes.
    Approve,
    /// The other factor is due.
    Refuse(Rule),
}

impl Decision {
    /// The rule's code, for the audit record.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Approve => "all-rules-met",
            Self::Refuse(rule) => rule.code(),
        }
    }
}

/// Decides. The order of the rules is the order in which an administrator would want to be told.
pub fn decide(policy: &Policy, facts: &Facts) -> Decision {
    let broken = device_rule(facts)
        .or_else(|| origin_rule(policy, facts))
        .or_else(|| verdict_rule(&facts.said))
        .or_else(|| strength_rule(policy, facts))
        .or_else(|| past_rule(policy, &facts.past));
    broken.map_or(Decision::Approve, Decision::Refuse)
}

/// Whether this device may answer at all.
fn device_rule(facts: &Facts) -> Option<Rule> {
    match facts.standing {
        Some(Standing::Active) => None,
        Some(Standing::Suspended) => Some(Rule::DeviceSuspended),
        Some(Standing::Revoked) => Some(Rule::DeviceRevoked),
        Some(Standing::Erased) => Some(Rule::DeviceErased),
        None => Some(Rule::DeviceUnknown),
    }
}

/// Whether the answer comes from where it may come from.
fn origin_rule(policy: &Policy, facts: &Facts) -> Option<Rule> {
    if facts.demo && policy.demo == DemoBuilds::Refused {
        return Some(Rule::DemoBuild);
    }
    if let Some(rule) = presence_rule(policy, facts.presence) {
        return Some(rule);
    }
    if facts.key_storage == KeyStorage::Software && !policy.software_keys {
        return Some(Rule::KeyStorageNotAllowed);
    }
    (facts.verdict_age_ms.saturating_abs() > VERDICT_FRESH_MS).then_some(Rule::VerdictNotFresh)
}

/// Whether whoever wants in is known to sit at the device.
fn presence_rule(policy: &Policy, presence: Presence) -> Option<Rule> {
    if !policy.takes(presence.way()) {
        return Some(Rule::ChannelNotAllowed);
    }
    match presence {
        Presence::Browser(_) => None,
        Presence::Gateway(facts) => facts.broken_rule(),
        Presence::Code(facts) => facts.broken_even_with_a_code(),
    }
}

/// What the device says. A reason that bars an approval does so whatever the verdict beside it.
fn verdict_rule(said: &Said) -> Option<Rule> {
    let says = |reason| said.reasons.contains(&reason);
    if says(Reason::InjectedInput) || says(Reason::UnknownProvenance) {
        return Some(Rule::InjectedInput);
    }
    if says(Reason::RemoteSession) {
        return Some(Rule::RemoteSession);
    }
    match said.verdict {
        Verdict::Same if said.reasons.is_empty() => None,
        Verdict::Same | Verdict::Unsure => Some(Rule::VerdictUnsure),
        Verdict::Different => Some(Rule::VerdictDifferent),
    }
}

/// Whether a `same` is strong enough.
fn strength_rule(policy: &Policy, facts: &Facts) -> Option<Rule> {
    if facts.said.level.is_none_or(|level| level < policy.level) {
        return Some(Rule::LevelNotMet);
    }
    if facts.key_storage == KeyStorage::Software && policy.level > Level::Fmr1e2 {
        return Some(Rule::SoftwareKeyLevel);
    }
    let age = facts.said.evidence_age.at_most_s();
    if age.is_none_or(|age| age > policy.max_evidence_age_s) {
        return Some(Rule::EvidenceTooOld);
    }
    (facts.windows < WINDOWS_NEEDED).then_some(Rule::GenerationNotTrusted)
}

/// Whether what happened before leaves room for an answer.
fn past_rule(policy: &Policy, past: &Past) -> Option<Rule> {
    if policy.held_after.meets(past.against) {
        return Some(Rule::HeldUntilHardFactor);
    }
    let is_due = |most| past.hard_factor_ms_ago.is_none_or(|ago| ago > most);
    if policy.hard_factor_within_ms.is_some_and(is_due) {
        return Some(Rule::HardFactorDue);
    }
    let is_reached = |most| past.answered >= most;
    policy
        .daily_cap
        .is_some_and(is_reached)
        .then_some(Rule::DailyCap)
}

#[cfg(test)]
mod tests;
