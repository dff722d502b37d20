//! What another policy would have made of the decisions that were kept. Pure: each is decided again by the function that
//! decided it, in the order of time, so that what depends on the decisions before it comes out as it would have.

use std::collections::{HashMap, VecDeque};

use selfsame_protocol::{DeviceId, Level, UnixMillis};

use super::{Circumstances, Current};
use crate::{
    decide::{self, Against, Decision, Facts, Past, Policy},
    service_settings::Mode,
    store::{Decided, PersonId},
};

mod tally;
mod world;

pub use tally::{Changes, Share, Tally};
pub use world::World;

const DAY_MS: i64 = 86_400_000;

/// What becomes of one challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome<'a> {
    /// The person is recognised and answered for.
    Answered,
    /// The person is recognised, where nobody is answered for yet.
    Observed,
    /// The other factor is due, by this rule.
    OtherFactor(&'a str),
    /// The service is not registered any more: nothing can be said.
    ServiceGone,
}

/// The rule of a challenge to which no verdict came, which no policy changes.
pub const NO_VERDICT: &str = "no-verdict";

/// Decides everything again, oldest first, as if every policy asked for `least` at least.
pub fn replay<'a>(
    decisions: &'a [Decided],
    world: &World,
    (current, least): (&Current, Level),
) -> Vec<Outcome<'a>> {
    let mut before = Before::default();
    let outcome = |decided: &'a Decided| {
        let Some(policy) = world.policy_for(decided, current) else {
            return Outcome::ServiceGone;
        };
        let outcome = decide_again(
            decided,
            &policy.at_level(least),
            before.past(decided, world),
        );
        before.note(decided, outcome);
        outcome
    };
    decisions.iter().map(outcome).collect()
}

fn decide_again<'a>(decided: &'a Decided, policy: &Policy, past: Past) -> Outcome<'a> {
    let Some(facts) = &decided.grounds.facts else {
        return Outcome::OtherFactor(NO_VERDICT);
    };
    let facts = Facts {
        past,
        ..facts.clone()
    };
    match (decide::decide(policy, &facts), &decided.grounds.objection) {
        (Decision::Refuse(rule), _) => Outcome::OtherFactor(rule.code()),
        (Decision::Approve, Some(objection)) => Outcome::OtherFactor(objection),
        (Decision::Approve, None) if policy.mode() == Mode::Observe => Outcome::Observed,
        (Decision::Approve, None) => Outcome::Answered,
    }
}

impl World {
    /// What was asked for at the time, had this policy counted; `None` when the service is gone.
    fn policy_for(&self, decided: &Decided, current: &Current) -> Option<Policy> {
        let service = &decided.grounds.service;
        let own = *self.services.get(service)?;
        let version = current.version_for(self.people.get(&decided.person)?);
        let groups = self.groups.get(&decided.person);
        let circumstances = Circumstances {
            service,
            groups: groups.map_or(&[], Vec::as_slice),
            address: decided.grounds.address,
            now: decided.at,
        };
        Some(version.ask(own, &circumstances).policy)
    }

    /// When the other factor of a device's person was last seen beside it.
    fn hard_factor(&self, device: DeviceId, until: UnixMillis) -> Option<UnixMillis> {
        let seen = self.hard_factors.get(&device)?.iter();
        seen.copied().filter(|at| *at <= until).max()
    }
}

/// What the decisions so far come to.
#[derive(Default)]
struct Before {
    answered: HashMap<PersonId, VecDeque<UnixMillis>>,
    against: HashMap<DeviceId, Vec<(UnixMillis, Against)>>,
}

impl Before {
    fn past(&mut self, decided: &Decided, world: &World) -> Past {
        let (device, now) = (decided.grounds.device, decided.at);
        let answered = self.answered.entry(decided.person).or_default();
        while answered.front().is_some_and(|at| at.0 <= now.0 - DAY_MS) {
            answered.pop_front();
        }
        let hard_factor = world.hard_factor(device, now);
        let seen = self.against.entry(device).or_default();
        seen.retain(|(at, _)| Some(*at) > hard_factor);
        let against = seen
            .iter()
            .fold(Against::NOTHING, |all, (_, one)| all.or(*one));
        Past {
            hard_factor_ms_ago: hard_factor.map(|at| now.0 - at.0),
            against,
            answered: u32::try_from(answered.len()).unwrap_or(u32::MAX),
        }
    }

    fn note(&mut self, decided: &Decided, outcome: Outcome<'_>) {
        if outcome == Outcome::Answered {
            let answered = self.answered.entry(decided.person).or_default();
            answered.push_back(decided.at);
        }
        let facts = decided.grounds.facts.as_ref();
        let against = facts.map_or(Against::NOTHING, |facts| facts.said.against());
        if against != Against::NOTHING {
            let seen = self.against.entry(decided.grounds.device).or_default();
            seen.push((decided.at, against));
        }
    }
}

#[cfg(test)]
mod tests;
