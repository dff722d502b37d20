//! From what the observer says to the answer of this computer: what the observer cannot see can only
//! make it less sure.

use std::time::Duration;

use selfsame_behaviour::{Assessment, Micros, PROFILE_VERSION, Reason, Verdict};

/// The version of the behavioural model, as verdicts carry it.
#[allow(clippy::cast_possible_truncation)] // profile versions are small
pub const MODEL: u16 = PROFILE_VERSION as u16;

/// What this computer knows besides the typing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings {
    /// The session is locked or another one is in front.
    pub locked: bool,
    /// Injected input came in since the request arrived.
    pub injected_since_request: bool,
    /// The back end cannot tell injected input from real.
    pub cannot_tell: bool,
    /// Evidence older than this does not count.
    pub max_evidence_age: Duration,
}

/// The observer's assessment in its surroundings.
pub fn in_surroundings(assessment: Assessment, around: Surroundings) -> Assessment {
    let age = assessment.evidence_age;
    if around.locked {
        return unsure(Reason::Locked, age);
    }
    if around.injected_since_request {
        return unsure(Reason::InjectedInput, age);
    }
    if around.cannot_tell {
        return unsure(Reason::UnknownProvenance, age);
    }
    if assessment.verdict == Verdict::Same && is_stale(age, around.max_evidence_age) {
        return unsure(Reason::StaleEvidence, age);
    }
    assessment
}

/// `unsure` for one reason.
pub fn unsure(reason: Reason, evidence_age: Option<Micros>) -> Assessment {
    Assessment {
        verdict: Verdict::Unsure,
        level: None,
        evidence_age,
        reasons: vec![reason],
    }
}

fn is_stale(age: Option<Micros>, limit: Duration) -> bool {
    age.is_none_or(|age| u128::from(age.0) > limit.as_micros())
}

#[cfg(test)]
mod tests {
    use selfsame_behaviour::Level;

    use super::*;

    fn same(age_s: u64) -> Assessment {
        Assessment {
            verdict: Verdict::Same,
            level: Some(Level::Fmr1e3),
            evidence_age: Some(Micros::from_secs(age_s)),
            reasons: Vec::new(),
        }
    }

    fn calm() -> Surroundings {
        Surroundings {
            max_evidence_age: Duration::from_secs(60),
            ..Surroundings::default()
        }
    }

    #[test]
    fn in_calm_surroundings_the_observers_word_stands() {
        assert_eq!(in_surroundings(same(5), calm()), same(5));
    }

    #[test]
    fn nothing_that_is_amiss_leaves_a_same_standing() {
        for (around, reason) in [
            (
                Surroundings {
                    locked: true,
                    ..calm()
                },
                Reason::Locked,
            ),
            (
                Surroundings {
                    injected_since_request: true,
                    ..calm()
                },
                Reason::InjectedInput,
            ),
            (
                Surroundings {
                    cannot_tell: true,
                    ..calm()
                },
                Reason::UnknownProvenance,
            ),
        ] {
            let answer = in_surroundings(same(5), around);
            assert_eq!((answer.verdict, answer.level), (Verdict::Unsure, None));
            assert_eq!(answer.reasons, [reason]);
        }
    }

    #[test]
    fn a_same_from_evidence_older_than_the_limit_does_not_stand() {
        assert_eq!(
            in_surroundings(same(61), calm()).reasons,
            [Reason::StaleEvidence]
        );
        let never = Assessment {
            evidence_age: None,
            ..same(0)
        };
        assert_eq!(
            in_surroundings(never, calm()).reasons,
            [Reason::StaleEvidence]
        );
    }
}
