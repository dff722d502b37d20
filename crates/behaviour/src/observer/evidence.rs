//! The evidence of this unlocked session: two fading windows of typing and its ends, one of the pointer.

use super::ends::{Blocks, Ends};
use crate::{
    Micros, Population, Profile,
    pointer::{feature::Features, score, stretch::Seen},
    typing::{cells::KeyCells, keystrokes::Timing, score::typing_log_ratio},
};

/// Fading per key: the long window weighs the last 200 keys or so, the recent one the last 30.
const LONG_KEYS: f32 = 200.0;
const RECENT_KEYS: f32 = 30.0;
const STROKES: f32 = 200.0;
/// Evidence begins to fade after this much idleness and is gone after [`IDLE_LIMIT`].
const IDLE_GRACE: Micros = Micros::from_secs(10);
const IDLE_LIMIT: Micros = Micros::from_secs(120);
/// After this much idleness the recent stretch begins anew: the seat may have changed hands.
const STRETCH_PAUSE: Micros = Micros::from_secs(30);

#[derive(Clone, Default)]
pub(crate) struct Evidence {
    long: KeyCells,
    recent: KeyCells,
    blocks: Blocks,
    pointer: Seen,
    last_key: Option<Micros>,
}

impl Evidence {
    pub fn key(&mut self, at: Micros) {
        let idle = self.last_key.map_or(Micros(0), |last| at.since(last));
        if self.last_key.is_some_and(|last| at < last) {
            *self = Self::default();
        }
        if idle > STRETCH_PAUSE {
            self.recent.clear();
            self.blocks.clear();
        }
        let fade = remaining(idle);
        self.long.fade(fade * (1.0 - 1.0 / LONG_KEYS));
        self.pointer.fade(fade);
        self.recent.fade(1.0 - 1.0 / RECENT_KEYS);
        self.long.keys += 1.0;
        self.recent.keys += 1.0;
        self.blocks.key();
        self.last_key = Some(at);
    }

    pub fn timing(&mut self, timing: Timing, population: &Population) {
        self.long.add(timing, &population.typing);
        self.recent.add(timing, &population.typing);
        self.blocks.timing(timing, population);
    }

    pub fn pointer(&mut self, features: &Features) {
        self.pointer.fade(1.0 - 1.0 / STROKES);
        self.pointer.add(features);
    }

    pub fn last_key(&self) -> Option<Micros> {
        self.last_key
    }

    /// Weight, in keys, of the evidence left at `now`.
    pub fn keys(&self, now: Micros) -> f32 {
        self.long.keys * self.remaining(now)
    }

    pub fn recent_keys(&self) -> f32 {
        self.recent.keys
    }

    /// Log-likelihood ratio of everything, at `now`.
    pub fn log_ratio(&self, profile: &Profile, now: Micros) -> f64 {
        let fade = self.remaining(now);
        typing(profile, &self.long, fade) + self.pointer_log_ratio(profile, fade)
    }

    /// Log-likelihood ratio of the most recent stretch of typing.
    pub fn recent_log_ratio(&self, profile: &Profile) -> f64 {
        typing(profile, &self.recent, 1.0)
    }

    /// Each end of the latest typing, judged on its own.
    pub fn ends(&self, profile: &Profile) -> Ends {
        self.blocks.ends(profile)
    }

    fn pointer_log_ratio(&self, profile: &Profile, fade: f32) -> f64 {
        score::capped(self.uncapped(profile, fade))
    }

    /// Of the pointer alone; zero while its profile is too young to be judged by.
    fn uncapped(&self, profile: &Profile, fade: f32) -> f64 {
        let others = &profile.population().pointing;
        profile.directions().map_or(0.0, |own| {
            score::log_ratio(own, others, &self.pointer, fade)
        })
    }

    fn remaining(&self, now: Micros) -> f32 {
        self.last_key.map_or(0.0, |last| remaining(now.since(last)))
    }

    #[cfg(feature = "lab")]
    pub fn typing_scores(
        &self,
        profile: &Profile,
    ) -> Option<[f64; crate::typing::population::SCORES]> {
        let typing = &profile.population().typing;
        let (joint, _) = typing.joint.as_ref()?;
        let (enrolled, seen) = (profile.enrolled(), &self.long);
        Some(crate::typing::score::all(
            typing, joint, enrolled, seen, 1.0,
        ))
    }

    #[cfg(feature = "lab")]
    pub fn typing_and_pointer(&self, profile: &Profile) -> (f64, f64) {
        (
            typing(profile, &self.long, 1.0),
            self.uncapped(profile, 1.0),
        )
    }
}

/// Log-likelihood ratio of a stretch on its own.
pub(crate) fn stretch_log_ratio(profile: &Profile, stretch: &KeyCells) -> f64 {
    typing(profile, stretch, 1.0)
}

fn typing(profile: &Profile, seen: &KeyCells, fade: f32) -> f64 {
    typing_log_ratio(&profile.population().typing, profile.enrolled(), seen, fade)
}

/// The share of evidence left after some idleness.
fn remaining(idle: Micros) -> f32 {
    let over = idle.since(IDLE_GRACE).millis();
    (1.0 - over / IDLE_LIMIT.since(IDLE_GRACE).millis()).max(0.0)
}
