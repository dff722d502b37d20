//! From evidence to verdict: every rule that may say `same` or `different` is here.

use super::{Observer, ends::Ends};
use crate::{
    Assessment, Context, Level, Micros, Reason, Verdict,
    profile::{KEYS_FIRM, KEYS_JUDGED, KEYS_LEARNT},
};

/// Evidence older than this is stale: the seat may have changed hands.
const FRESH: Micros = Micros::from_secs(60);
/// Clocks that disagree by more than this are not one clock.
const CLOCK_SLACK: Micros = Micros::from_secs(1);
/// Keys needed before anything is said ...
const KEYS_AT_LEAST: f32 = 30.0;
/// ... and in the most recent stretch.
const RECENT_KEYS_AT_LEAST: f32 = 12.0;
/// Below this many keys an unclear result is put down to too little input.
const KEYS_PLENTY: f32 = 120.0;
/// No stricter level is claimed. Three over the share is the number of independent trials without a match that shows a
/// level (rule of three): 30 000 pairs of people for 1e-4, more than the public recordings have.
const STRICTEST_CLAIMED: Level = Level::Fmr1e3;
/// ln 2: the recent stretch must be twice as likely from the person as from somebody else ...
const LEANS_TO_PERSON: f64 = std::f64::consts::LN_2;
/// ... and every end of the evidence twice as likely again for each 30 keys in it, so that what was typed before a change
/// of seats does not speak for what was typed after it.
const LEANS_PER_KEY: f64 = std::f64::consts::LN_2 / 30.0;
/// An end this many standard deviations below the person's usual is somebody else's. Of normal values, one in a thousand
/// lies so far out.
const FAR_FROM_USUAL: f64 = 3.09;

impl Observer {
    /// Judges the evidence at `now`, on the clock of the events, against the level that was asked for.
    #[must_use]
    pub fn assess(&self, now: Micros, level: Level, context: Context) -> Assessment {
        let age = self.evidence.last_key().map(|last| now.since(last));
        let doubts = self.doubts(now, context);
        if doubts.is_empty() {
            self.weigh(now, level, age)
        } else {
            Assessment::unsure(doubts, age)
        }
    }

    /// Everything that forbids an answer, whatever the evidence says.
    fn doubts(&self, now: Micros, context: Context) -> Vec<Reason> {
        let from_state = [
            (context.paused, Reason::Paused),
            (context.remote, Reason::RemoteSession),
            (context.sessions_ambiguous, Reason::SeveralSessions),
            (self.profile.keys() < KEYS_JUDGED, Reason::StillLearning),
            (!context.generation_trusted, Reason::NewGeneration),
            (self.strangers.are_typing(now), Reason::NewDevice),
            (self.echo.is_heard(), Reason::ReplayedRhythm),
        ];
        let mut doubts: Vec<_> = from_state
            .into_iter()
            .filter_map(|(holds, why)| holds.then_some(why))
            .collect();
        doubts.extend(self.gate.reasons(now));
        doubts.extend(self.lack(now));
        doubts
    }

    /// What is missing from the evidence itself.
    fn lack(&self, now: Micros) -> Option<Reason> {
        let Some(last) = self.evidence.last_key() else {
            return Some(if self.locked {
                Reason::Locked
            } else {
                Reason::TooLittleInput
            });
        };
        if now.since(last) > FRESH || last.since(now) > CLOCK_SLACK {
            return Some(Reason::StaleEvidence);
        }
        let little = self.evidence.keys(now) < KEYS_AT_LEAST
            || self.evidence.recent_keys() < RECENT_KEYS_AT_LEAST;
        little.then_some(Reason::TooLittleInput)
    }

    fn weigh(&self, now: Micros, level: Level, age: Option<Micros>) -> Assessment {
        let ratio = self.evidence.log_ratio(&self.profile, now);
        let recent = self.evidence.recent_log_ratio(&self.profile);
        let ends = self.evidence.ends(&self.profile);
        let unlike = ratio <= -Level::Fmr1e3.threshold() && recent < 0.0;
        if self.drift.is_alarmed() || unlike || self.is_far_from_usual(&ends) {
            let reasons = vec![Reason::UnlikeUsualRhythm];
            return Assessment {
                verdict: Verdict::Different,
                level: None,
                evidence_age: age,
                reasons,
            };
        }
        if recent < LEANS_TO_PERSON || !all_lean_to_person(&ends) {
            return Assessment::unsure(vec![Reason::RecentStretchUnlike], age);
        }
        match self.strictest_met(ratio) {
            Some(met) if met >= level => Assessment {
                verdict: Verdict::Same,
                level: Some(met),
                evidence_age: age,
                reasons: Vec::new(),
            },
            _ => Assessment::unsure(vec![self.why_not(now, level)], age),
        }
    }

    fn is_far_from_usual(&self, ends: &Ends) -> bool {
        let deviation = self.profile.usual().deviation(ends);
        deviation.is_some_and(|deviation| deviation >= FAR_FROM_USUAL)
    }

    /// The strictest level that may be claimed, that the ratio meets and that the profile is old enough for.
    fn strictest_met(&self, ratio: f64) -> Option<Level> {
        let met = |level: &Level| {
            *level <= STRICTEST_CLAIMED && ratio >= level.threshold() && self.is_old_enough(*level)
        };
        Level::STRICTEST_FIRST.into_iter().find(met)
    }

    fn is_old_enough(&self, level: Level) -> bool {
        let keys = match level {
            Level::Fmr1e2 => KEYS_JUDGED,
            Level::Fmr1e3 => KEYS_FIRM,
            Level::Fmr1e4 => KEYS_LEARNT,
        };
        self.profile.keys() >= keys
    }

    fn why_not(&self, now: Micros, level: Level) -> Reason {
        if !self.is_old_enough(level) {
            Reason::StillLearning
        } else if self.evidence.keys(now) < KEYS_PLENTY {
            Reason::TooLittleInput
        } else {
            Reason::NotClearEnough
        }
    }
}

fn all_lean_to_person(ends: &Ends) -> bool {
    let mut ends = ends.iter().flatten();
    ends.all(|end| end.log_ratio >= LEANS_PER_KEY * f64::from(end.keys))
}
