//! Decides what is learnt: everything physical at first, later only what was accepted and then confirmed.

use super::{
    commonness::Commonness,
    evidence::{Evidence, stretch_log_ratio},
    sessions::Sessions,
};
use crate::{
    DeviceTag, Micros, Profile,
    level::Level,
    pointer::table::{Features, PointerTable},
    profile::KEYS_JUDGED,
    typing::{cells::KeyCells, keystrokes::Timing},
};

/// Keys are learnt in stretches of this many, so that whatever was typed once is mixed with what was typed
/// around it before it reaches the profile.
const STRETCH_KEYS: f32 = 50.0;
/// While only the pointer is used, strokes are learnt in stretches of this many.
const STRETCH_STROKES: f32 = 20.0;
/// The most strokes that wait for the keys beside them.
const WAITING_STROKES: f32 = 200.0;
/// From [`KEYS_JUDGED`] on a stretch that speaks against the person ten to one is not learnt.
const LEANS_AWAY: f64 = -2.3;
/// What waits for a hard factor weighs at most about this many keys ...
const PENDING_KEYS: f32 = 200.0;
/// ... and waits no longer than this.
const PENDING_TIME: Micros = Micros::from_secs(600);

#[derive(Clone, Default)]
pub(crate) struct Learner {
    stretch: KeyCells,
    strokes: PointerTable,
    pending: Option<Pending>,
    common: Commonness,
    sessions: Sessions,
    last_key: Micros,
    frozen: bool,
}

#[derive(Clone, Default)]
struct Pending {
    keys: KeyCells,
    strokes: PointerTable,
    last: Micros,
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

    pub fn timing(&mut self, timing: Timing) {
        self.stretch.add(timing);
    }

    pub fn pointer(&mut self, features: &Features, profile: &mut Profile, pointer: Source) {
        if self.strokes.strokes >= WAITING_STROKES {
            self.strokes = PointerTable::default();
        }
        self.strokes.add(features);
        let alone = !self.frozen && profile.keys() < KEYS_JUDGED && profile.is_learning_strokes();
        if alone && self.strokes.strokes >= STRETCH_STROKES {
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
        let ratio = stretch_log_ratio(profile.typing(), &stretch);
        if self.frozen {
            return Some(ratio);
        }
        if !profile.is_learning() {
            self.keep_for_confirmation(profile, evidence, ratio, stretch, &strokes);
        } else if profile.keys() < KEYS_JUDGED || ratio > LEANS_AWAY {
            self.learn(profile, &stretch, keyboard);
            if let Some(pointer) = pointer.filter(|_| profile.is_learning_strokes()) {
                profile.learn_strokes(pointer.tag, pointer.tick, &strokes);
            }
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
        profile.adapt(&pending.keys, &pending.strokes);
        self.count_pairs(profile, &pending.keys);
    }

    #[cfg(feature = "lab")]
    pub fn freeze(&mut self) {
        self.frozen = true;
    }

    /// Forgets everything not yet learnt, and begins a new session.
    pub fn clear(&mut self) {
        self.stretch = KeyCells::default();
        self.strokes = PointerTable::default();
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

    /// Only a stretch that fits, in a session that is accepted well above the threshold.
    fn keep_for_confirmation(
        &mut self,
        profile: &Profile,
        evidence: &Evidence,
        ratio: f64,
        stretch: KeyCells,
        strokes: &PointerTable,
    ) {
        let accepted = evidence.log_ratio(profile, self.last_key) >= Level::Fmr1e3.threshold();
        if ratio <= 0.0 || !accepted {
            return;
        }
        let pending = self.pending.get_or_insert_default();
        let keep = 1.0 - STRETCH_KEYS / PENDING_KEYS;
        pending.keys.fade(keep);
        pending.strokes.fade(keep);
        pending.keys.merge(&stretch);
        pending.strokes.merge(strokes);
        pending.last = self.last_key;
    }
}
