//! The answer to "is this the same person?", and what it was asked under.

use serde::{Deserialize, Serialize};

use crate::{Level, Micros, Reason};

/// Whether the person at the computer is the one of the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The evidence meets the level that was asked for.
    Same,
    /// The evidence speaks for another person.
    Different,
    /// Neither; never counts against the person.
    Unsure,
}

/// What the observer cannot see for itself, from its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Context {
    /// The identity provider has seen enough hard factors for this generation of the profile.
    pub generation_trusted: bool,
    /// The session is a remote one.
    pub remote: bool,
    /// Several sessions are live and it is not clear which one is meant.
    pub sessions_ambiguous: bool,
    /// The person has paused the agent.
    pub paused: bool,
}

/// The verdict with its reasons. Holds no score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// The verdict.
    pub verdict: Verdict,
    /// The strictest level that the evidence meets; only with [`Verdict::Same`].
    pub level: Option<Level>,
    /// How long before `now` the last key was typed that counts as evidence.
    pub evidence_age: Option<Micros>,
    /// Why; empty with [`Verdict::Same`].
    pub reasons: Vec<Reason>,
}

impl Assessment {
    pub(crate) fn unsure(reasons: Vec<Reason>, evidence_age: Option<Micros>) -> Self {
        Self {
            verdict: Verdict::Unsure,
            level: None,
            evidence_age,
            reasons,
        }
    }
}

/// How far learning has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Keys in the profile.
    pub keys_learnt: u32,
    /// Keys from which on the profile is judged by.
    pub keys_needed: u32,
    /// Pointer strokes in the profile.
    pub strokes_learnt: u32,
    /// From 0 to 100: `keys_learnt` of `keys_needed`.
    pub percent: u8,
    /// Keys at which first learning is over.
    pub keys_in_full: u32,
}

impl Progress {
    /// Keys still to be learnt until the profile is judged by, and from then on until first learning is over; none
    /// when it is.
    #[must_use]
    pub fn keys_missing(&self) -> Option<u32> {
        let steps = [self.keys_needed, self.keys_in_full];
        let next = steps.into_iter().find(|step| self.keys_learnt < *step)?;
        Some(next - self.keys_learnt)
    }
}
