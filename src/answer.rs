//! From a question of the identity provider to a signed verdict.

use std::{sync::PoisonError, time::Duration};

use selfsame_protocol::{
    DeviceId, UnixMillis, VERSION, Verdict, jws,
    message::{CheckRequest, EvidenceAge, VerdictMessage},
};
use thiserror::Error;

use crate::{
    DEMO,
    agent::Agent,
    clock,
    engine::{Answer, Question},
    enrolment::Identity,
    history::Answered,
};

/// How far the two clocks may differ after the offset was learnt, in milliseconds.
const CLOCK_TOLERANCE_MS: i64 = 5_000;
/// The longest that a question may be open, in milliseconds.
const LONGEST_OPEN_MS: i64 = 60_000;

/// Why a question is not answered. The server is to blame for every one but the last.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Unanswered {
    /// It is too old, too new, or open for too long.
    #[error("the question is not fresh")]
    Stale,
    /// No page of this check was seen on this computer.
    #[error("no browser of this computer showed this check")]
    NoPresence,
    /// The device key cannot be used.
    #[error("the device key cannot be used: {0}")]
    Key(String),
}

/// Judges the person and signs the verdict; the link has verified signature, device and issuer.
///
/// # Errors
/// Why there is no answer; the person then gets the other factor.
pub fn answer(
    agent: &Agent,
    identity: &Identity,
    asked: &CheckRequest,
) -> Result<String, Unanswered> {
    require_fresh(asked, agent.clock.now())?;
    if !shown_here(agent, asked) {
        return Err(Unanswered::NoPresence);
    }
    sign(agent, identity, asked, judge(agent, asked))
}

/// Refuses a question that is not open now.
///
/// # Errors
/// [`Unanswered::Stale`].
pub fn require_fresh(asked: &CheckRequest, now: UnixMillis) -> Result<(), Unanswered> {
    is_fresh(asked, now).then_some(()).ok_or(Unanswered::Stale)
}

/// Judges who types, without a word to anybody.
pub(crate) fn judge(agent: &Agent, asked: &CheckRequest) -> Answer {
    agent.engine.answer(&question(asked, agent.clock.now()))
}

/// Signs what was judged, and remembers it for the person. The caller has seen that this computer has to do with it.
///
/// # Errors
/// [`Unanswered::Key`].
pub(crate) fn sign(
    agent: &Agent,
    identity: &Identity,
    asked: &CheckRequest,
    answer: Answer,
) -> Result<String, Unanswered> {
    let verdict = verdict(identity.record.device, asked, answer, agent.clock.now());
    let signed = jws::sign(identity.signer.as_ref(), &verdict).map_err(Unanswered::Key)?;
    let (service, said) = (&asked.service, &verdict);
    agent.remember(Answered::new(
        clock::wall(),
        service,
        said.verdict,
        &said.reasons,
    ));
    Ok(signed)
}

fn is_fresh(asked: &CheckRequest, now: UnixMillis) -> bool {
    asked.exp.0.saturating_sub(asked.iat.0) <= LONGEST_OPEN_MS
        && now.within(asked.iat.plus(-CLOCK_TOLERANCE_MS), asked.exp)
}

/// A server that asks about a check no page here has shown would approve somebody elsewhere.
fn shown_here(agent: &Agent, asked: &CheckRequest) -> bool {
    agent
        .proved
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .covers(asked.check, asked.nonce)
}

/// What the engine is asked. The request is older by as long as the question was on its way.
pub fn question(asked: &CheckRequest, now: UnixMillis) -> Question {
    let on_its_way_ms = u64::try_from(now.0.saturating_sub(asked.iat.0)).unwrap_or(0);
    Question {
        level: asked.level,
        max_evidence_age: Duration::from_secs(asked.max_evidence_age_s.into()),
        arrived_ms_ago: u64::from(asked.arrived_ms_ago) + on_its_way_ms,
    }
}

/// What this device says to a question, before it is signed.
pub fn verdict(
    device: DeviceId,
    asked: &CheckRequest,
    answer: Answer,
    now: UnixMillis,
) -> VerdictMessage {
    let found = answer.assessment;
    let level = match found.verdict {
        // What more was met than was asked for lets an administrator see what a stricter policy would do.
        Verdict::Same => found.level.max(Some(asked.level)),
        Verdict::Different | Verdict::Unsure => None,
    };
    VerdictMessage {
        v: VERSION,
        device,
        check: asked.check,
        nonce: asked.nonce,
        verdict: found.verdict,
        level,
        evidence_age: EvidenceAge::of_millis(found.evidence_age.map(|age| age.0 / 1000)),
        reasons: found.reasons,
        model: answer.model,
        generation: answer.generation,
        demo: DEMO,
        // "After the challenge": never before the question, whatever the clocks say.
        iat: now.max(asked.iat),
    }
}

#[cfg(test)]
mod tests {
    use selfsame_protocol::{CheckId, Level, Nonce, Origin};

    use super::*;

    fn asked() -> CheckRequest {
        CheckRequest {
            v: VERSION,
            iss: Origin::parse("https://idp.example.com").expect("an origin"),
            device: DeviceId::from_bytes([1; 16]),
            check: CheckId::from_bytes([2; 16]),
            nonce: Nonce::from_bytes([3; 32]),
            service: "Okta".to_owned(),
            level: Level::Fmr1e2,
            max_evidence_age_s: 120,
            arrived_ms_ago: 10,
            iat: UnixMillis(1_000_000),
            exp: UnixMillis(1_003_000),
        }
    }

    #[test]
    fn a_question_that_was_on_its_way_asks_about_that_time_too() {
        let asked = asked();
        let late = question(&asked, UnixMillis(1_002_000));
        assert_eq!(late.arrived_ms_ago, 2_010);
        let early = question(&asked, UnixMillis(999_000));
        assert_eq!(early.arrived_ms_ago, 10, "a slow clock takes nothing away");
    }

    #[test]
    fn a_question_is_answered_only_while_it_is_open() {
        let open = asked();
        assert!(is_fresh(&open, UnixMillis(1_000_000)));
        assert!(is_fresh(&open, UnixMillis(1_002_999)));
        assert!(!is_fresh(&open, UnixMillis(1_003_000)));
        assert!(!is_fresh(&open, UnixMillis(994_999)));
        let for_ever = CheckRequest {
            exp: UnixMillis(2_000_000),
            ..open
        };
        assert!(!is_fresh(&for_ever, UnixMillis(1_000_000)));
    }
}
