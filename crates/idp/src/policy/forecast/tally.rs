//! Counting what a replay comes to.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::Outcome;
use crate::store::{Decided, PersonId};

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// How many of them.
    pub of_these: u32,
    /// Of how many.
    pub of_all: u32,
}

impl Share {
    /// In whole percent, rounded down: 100 is said of all alone.
    pub fn percent(self) -> u32 {
        match self.of_all {
            0 => 0,
            all => u32::try_from(u64::from(self.of_these) * 100 / u64::from(all)).unwrap_or(100),
        }
    }

    fn note(&mut self, is_one: bool) {
        self.of_these += u32::from(is_one);
        self.of_all += 1;
    }
}

/// What a replay comes to.
#[derive(Debug, Clone, Default)]
pub struct Tally<'a> {
    /// The challenges at which the person was recognised, whether or not they are answered for there yet.
    pub recognised: Share,
    /// The challenges that were answered.
    pub answered: Share,
    /// Why the others were not, most often first by count when printed.
    pub reasons: BTreeMap<&'a str, u32>,
    people: HashMap<PersonId, Share>,
}

impl<'a> Tally<'a> {
    /// Counts.
    pub fn of(decisions: &[Decided], outcomes: &[Outcome<'a>]) -> Self {
        let mut tally = Self::default();
        for (decided, outcome) in decisions.iter().zip(outcomes) {
            tally.note(decided.person, *outcome);
        }
        tally
    }

    fn note(&mut self, person: PersonId, outcome: Outcome<'a>) {
        let is_recognised = match outcome {
            Outcome::ServiceGone => return,
            Outcome::Answered | Outcome::Observed => true,
            Outcome::OtherFactor(rule) => {
                *self.reasons.entry(rule).or_default() += 1;
                false
            }
        };
        self.recognised.note(is_recognised);
        self.answered.note(outcome == Outcome::Answered);
        self.people.entry(person).or_default().note(is_recognised);
    }

    /// The people who are recognised at fewer than half of their challenges, the fewest first.
    pub fn below_half(&self) -> Vec<(PersonId, Share)> {
        let people = self.people.iter().map(|(person, share)| (*person, *share));
        let mut below: Vec<_> = people.filter(|(_, share)| share.percent() < 50).collect();
        below.sort_by_key(|(person, share)| (share.percent(), *person));
        below
    }
}

/// What differs between two replays of the same decisions.
#[derive(Debug, Clone, Default)]
pub struct Changes<'a> {
    /// How many stay as they are.
    pub same: u32,
    /// How many are answered that were not.
    pub newly_answered: u32,
    /// How many are not answered any more, by why.
    pub no_longer_answered: BTreeMap<&'a str, u32>,
    /// How many end in the other factor by another rule than before.
    pub other_reason: u32,
    /// How many challenges are not answered any more, for each person.
    pub people: HashMap<PersonId, u32>,
}

/// What a challenge that is only observed is told of.
const OBSERVED: &str = "observe-only";

impl<'a> Changes<'a> {
    /// Compares.
    pub fn between(decisions: &[Decided], old: &[Outcome<'a>], new: &[Outcome<'a>]) -> Self {
        let mut changes = Self::default();
        for (decided, (old, new)) in decisions.iter().zip(old.iter().zip(new)) {
            changes.note(decided.person, *old, *new);
        }
        changes
    }

    fn note(&mut self, person: PersonId, old: Outcome<'a>, new: Outcome<'a>) {
        match (old, new) {
            _ if old == new => self.same += 1,
            (_, Outcome::Answered) => self.newly_answered += 1,
            (Outcome::Answered, _) => {
                let why = match new {
                    Outcome::OtherFactor(rule) => rule,
                    _ => OBSERVED,
                };
                *self.no_longer_answered.entry(why).or_default() += 1;
                *self.people.entry(person).or_default() += 1;
            }
            _ => self.other_reason += 1,
        }
    }
}
