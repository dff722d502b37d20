//! Decides what is learnt: everything physical at first, later only what was accepted and then confirmed.

use super::{
    commonness::Commonness,
    evidence::{Evidence, stretch_log_ratio},
    sessions::Sessions,
};
use crate::{
    DeviceTag, Micros, Population, Profile,
    level::Level,
    pointer::{feature::Features, stretch::Stretch},
    profile::KEYS_JUDGED,
    typing::{cells::KeyCells, keystrokes::Timing},
    usual::Usual,
};

/// Keys are learnt in stretches of this many, so that whatever was typed once is mixed with what was typed
/// around it before it reaches the profile.
const STRETCH_KEYS: f32 = 50.0;
/// While only the pointer is used, strokes are learnt in stretches of this many.
const STRETCH_STROKES: f32 = 20.0;
/// The most strokes that wait for the keys beside them.
const WAITING_STROKES: f32 = 200.0;
/// Ends of the person's typing are compared with a profile of at least this many keys.
const KEYS_COMPARED: u32 = 200;
/// Ten to one against the person: not learnt even if a hard factor follows.
const LEANS_AWAY: f64 = -2.3;
/// What waits for a hard factor weighs at most about this many keys ...
const PENDING_KEYS: f32 = 200.0;
/// ... and waits no longer than this.
const PENDING_TIME: Micros = Micros::from_secs(600);

#[derive(Clone, Default)]
pub(crate) struct Learner {
    stretch: KeyCells,
    strokes: Stretch,
    pending: Option<Pending>,
    common: Commonness,
    sessions: Sessions,
    last_key: Micros,
    frozen: bool,
}

#[derive(Clone)]
struct Pending {
    keyboard: Source,
    keys: KeyCells,
    usual: Usual,
    strokes: Stretch,
    last: Micros,
}

impl Pending {
    fn on(keyboard: Source) -> Self {
        Self {
            keyboard,
            keys: KeyCells::default(),
            usual: Usual::default(),
            strokes: Stretch::default(),
            last: Micros(0),
        }
    }
}

/// A device and the smallest step of its clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source {
    pub tag: DeviceTag,
    pub tick: Micros,
}

impl Learner {
    pub fn key(&mut self, at: Micros) {
        self.sessions.key(at);
        self.stretch.keys += 1.0;
        self.last_key = at;
    }

    pub fn timing(&mut self, timing: Timing, population: &Population) {
        self.stretch.add(timing, &population.typing);
    }

    pub fn pointer(&mut self, features: &Features, profile: &mut Profile, pointer: Source) {
        if self.strokes.seen.strokes >= WAITING_STROKES {
            self.strokes = Stretch::default();
        }
        self.strokes.add(features);
        let alone = !self.frozen && profile.keys() < KEYS_JUDGED && profile.is_learning_strokes();
        if alone && self.strokes.seen.strokes >= STRETCH_STROKES {
            profile.learn_strokes(
                pointer.tag,
                pointer.tick,
                &std::mem::take(&mut self.strokes),
            );
        }
    }

    /// When a stretch is full: learns it, keeps it for confirmation, or drops it; gives back its
    /// log-likelihood ratio.
    pub fn close_stretch(
        &mut self,
        profile: &mut Profile,
        evidence: &Evidence,
        keyboard: Source,
        pointer: Option<Source>,
    ) -> Option<f64> {
        if self.stretch.keys < STRETCH_KEYS {
            return None;
        }
        let stretch = std::mem::take(&mut self.stretch);
        let strokes = std::mem::take(&mut self.strokes);
        let ratio = stretch_log_ratio(profile, &stretch);
        if self.frozen {
            return Some(ratio);
        }
        if self.trains_at_once(profile, evidence, ratio) {
            let usual = how_usual(profile, evidence);
            self.learn(profile, &stretch, keyboard);
            profile.note_usual(&usual);
            if let Some(pointer) = pointer.filter(|_| profile.is_learning_strokes()) {
                profile.learn_strokes(pointer.tag, pointer.tick, &strokes);
            }
        } else if self.may_be_confirmed(profile, evidence, ratio) {
            let usual = how_usual(profile, evidence);
            self.keep_for_confirmation(&stretch, &strokes, &usual, keyboard);
        }
        Some(ratio)
    }

    /// A hard factor vouches for what is pending.
    pub fn confirm(&mut self, profile: &mut Profile) {
        let Some(pending) = self.pending.take() else {
            return;
        };
        if self.last_key.since(pending.last) > PENDING_TIME {
            return;
        }
        if profile.is_learning() {
            self.learn(profile, &pending.keys, pending.keyboard);
        } else {
            profile.adapt(&pending.keys, &pending.strokes);
            self.count_pairs(profile, &pending.keys);
        }
        profile.note_usual(&pending.usual);
    }

    pub fn is_frozen(&self) -> bool {
        self.frozen
    }

    #[cfg(feature = "lab")]
    pub fn freeze(&mut self) {
        self.frozen = true;
    }

    /// Forgets everything not yet learnt, and begins a new session.
    pub fn clear(&mut self) {
        self.stretch = KeyCells::default();
        self.strokes = Stretch::default();
        self.pending = None;
        self.sessions.begin();
    }

    fn learn(&mut self, profile: &mut Profile, stretch: &KeyCells, keyboard: Source) {
        profile.learn_keys(keyboard.tag, keyboard.tick, stretch);
        self.count_pairs(profile, stretch);
    }

    fn count_pairs(&mut self, profile: &mut Profile, stretch: &KeyCells) {
        let session = self.sessions.number();
        self.common.count(session, stretch, |pair, flights| {
            profile.admit_pair(pair, flights)
        });
    }

    /// At first everything; once the profile is judged by, only what it accepts itself.
    fn trains_at_once(&self, profile: &Profile, evidence: &Evidence, ratio: f64) -> bool {
        let first = profile.keys() < KEYS_JUDGED;
        first
            || (profile.is_learning()
                && ratio > 0.0
                && self.is_accepted(profile, evidence, Level::Fmr1e2))
    }

    /// While learning, what does not speak clearly against the person; later only what is accepted well above the
    /// threshold.
    fn may_be_confirmed(&self, profile: &Profile, evidence: &Evidence, ratio: f64) -> bool {
        if profile.is_learning() {
            return ratio > LEANS_AWAY;
        }
        ratio > 0.0 && self.is_accepted(profile, evidence, Level::Fmr1e3)
    }

    fn is_accepted(&self, profile: &Profile, evidence: &Evidence, level: Level) -> bool {
        evidence.log_ratio(profile, self.last_key) >= level.threshold()
    }

    fn keep_for_confirmation(
        &mut self,
        stretch: &KeyCells,
        strokes: &Stretch,
        usual: &Usual,
        keyboard: Source,
    ) {
        let pending = self.pending.get_or_insert_with(|| Pending::on(keyboard));
        let keep = 1.0 - STRETCH_KEYS / PENDING_KEYS;
        pending.keys.fade(keep);
        pending.strokes.fade(keep);
        pending.keys.merge(stretch);
        pending.strokes.merge(strokes);
        pending.usual.merge(usual);
        pending.last = self.last_key;
    }
}

/// How well the latest typing fits the profile before it is learnt; nothing while the profile knows too little.
fn how_usual(profile: &Profile, evidence: &Evidence) -> Usual {
    let mut usual = Usual::default();
    if profile.keys() >= KEYS_COMPARED {
        usual.note(&evidence.ends(profile));
    }
    usual
}
