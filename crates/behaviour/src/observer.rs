//! Takes events, learns the profile, keeps the trust.

mod commonness;
mod drift;
mod echo;
pub(crate) mod ends;
mod evidence;
mod gate;
mod judge;
mod learner;
mod sessions;
mod strangers;
mod tick;

use std::{fmt, sync::Arc};

use crate::{
    DeviceTag, Event, EventKind, KeyClass, Micros, Population, Profile, Progress, Slot,
    pointer::stroke::Stroke, typing::keystrokes::Keystrokes,
};
use drift::Drift;
use echo::Echo;
use evidence::Evidence;
use gate::Gate;
use learner::{Learner, Source};
use strangers::Strangers;
use tick::Tick;

/// Events of several devices may overtake each other by less than this; a time farther back is another clock.
const REORDERING: Micros = Micros::from_secs(1);

/// Why all evidence is thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClearReason {
    /// The screen was locked.
    Lock,
    /// The computer slept.
    Sleep,
    /// Another user's session came to the front.
    UserSwitch,
    /// A remote session began or ended.
    RemoteSession,
    /// The display went away.
    DisplayGone,
    /// The person paused the agent.
    Pause,
}

/// Watches one person's events: bounded memory, constant work per event, no raw log.
///
/// Evidence comes from the one keyboard and the one pointer that the profile was learnt on, or, before anything was
/// learnt, from those in use.
#[derive(Clone)]
pub struct Observer {
    profile: Profile,
    keyboard: Option<Keyboard>,
    pointer: Option<Pointer>,
    evidence: Evidence,
    learner: Learner,
    drift: Drift,
    echo: Echo,
    gate: Gate,
    strangers: Strangers,
    last: Micros,
    locked: bool,
}

#[derive(Clone)]
struct Keyboard {
    tag: DeviceTag,
    keystrokes: Keystrokes,
    tick: Tick,
}

#[derive(Clone)]
struct Pointer {
    tag: DeviceTag,
    stroke: Stroke,
    tick: Tick,
}

impl Observer {
    /// Watches for the person of `profile`, which the caller has validated.
    #[must_use]
    pub fn new(mut profile: Profile) -> Self {
        profile.bring_up_to_date();
        Self {
            profile,
            keyboard: None,
            pointer: None,
            evidence: Evidence::default(),
            learner: Learner::default(),
            drift: Drift::default(),
            echo: Echo::default(),
            gate: Gate::default(),
            strangers: Strangers::default(),
            last: Micros(0),
            locked: false,
        }
    }

    /// Watches as [`Observer::new`] does, with another belief about people in general. A profile that has learnt
    /// something must have learnt it with the same one.
    #[must_use]
    pub fn with_population(mut profile: Profile, population: Arc<Population>) -> Self {
        profile.set_population(population);
        Self::new(profile)
    }

    /// Takes one event. Events come in the order of their times; a clock that jumps back clears the evidence.
    pub fn feed(&mut self, event: &Event) {
        if !self.gate.admits(event) {
            return;
        }
        if self.last.since(event.at) > REORDERING {
            self.forget();
            self.last = event.at;
        }
        self.last = self.last.max(event.at);
        match event.kind {
            EventKind::KeyDown { class, slot } => self.press(event, class, slot),
            EventKind::KeyUp { slot } => self.release(event, slot),
            _ => self.point(event),
        }
    }

    /// Throws away all evidence and everything not yet learnt.
    pub fn clear(&mut self, why: ClearReason) {
        self.forget();
        self.gate = Gate::default();
        self.strangers = Strangers::default();
        self.locked = why == ClearReason::Lock;
    }

    /// A hard factor was seen for this person here and now: the recent accepted evidence may be learnt from.
    pub fn confirm(&mut self) {
        self.learner.confirm(&mut self.profile);
    }

    /// How far learning has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.profile.progress()
    }

    /// The profile as learnt so far.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Ends the watch and hands the profile back.
    #[must_use]
    pub fn take_profile(self) -> Profile {
        self.profile
    }

    /// A keyboard or layout that the profile does not know and that somebody has typed on within the last minute. It
    /// needs a profile of its own, with a new generation.
    #[must_use]
    pub fn unknown_keyboard(&self, now: Micros) -> Option<DeviceTag> {
        self.strangers.typing_on(now)
    }

    fn forget(&mut self) {
        self.keyboard = None;
        self.pointer = None;
        self.evidence = Evidence::default();
        self.learner.clear();
        self.drift = Drift::default();
        self.echo = Echo::default();
    }

    fn press(&mut self, event: &Event, class: KeyClass, slot: Slot) {
        if self
            .profile
            .keyboard()
            .is_some_and(|known| known != event.device)
        {
            self.strangers.key(event.at, event.device);
            return;
        }
        if self
            .keyboard
            .as_ref()
            .is_some_and(|keyboard| keyboard.tag != event.device)
        {
            self.forget();
        }
        let keyboard = self
            .keyboard
            .get_or_insert_with(|| Keyboard::new(event.device));
        keyboard.tick.see(event.at);
        keyboard.keystrokes.press(event.at, class, slot);
    }

    fn release(&mut self, event: &Event, slot: Slot) {
        let Some(keyboard) = self
            .keyboard
            .as_mut()
            .filter(|keyboard| keyboard.tag == event.device)
        else {
            return;
        };
        keyboard.tick.see(event.at);
        if !keyboard.keystrokes.release(event.at, slot) {
            return;
        }
        let (evidence, learner, echo) = (&mut self.evidence, &mut self.learner, &mut self.echo);
        let (profile, population) = (&self.profile, self.profile.population());
        evidence.key(event.at);
        learner.key(event.at);
        keyboard.keystrokes.complete(|timing| {
            evidence.timing(timing, population);
            learner.timing(timing, population);
            echo.timing(timing, profile);
        });
        self.locked = false;
        self.close_stretch();
    }

    fn close_stretch(&mut self) {
        let Some(keyboard) = self.keyboard.as_ref().map(Keyboard::source) else {
            return;
        };
        let pointer = self.pointer.as_ref().map(Pointer::source);
        let closed =
            self.learner
                .close_stretch(&mut self.profile, &self.evidence, keyboard, pointer);
        if let Some(ratio) = closed {
            self.drift.stretch(ratio);
            self.remember();
        }
    }

    /// With a stretch of typing the profile gets the marks that it left.
    fn remember(&mut self) {
        let marks = self.echo.marks();
        if self.learner.is_frozen() {
            return;
        }
        marks.for_each(|mark| self.profile.remember(mark));
    }

    fn point(&mut self, event: &Event) {
        if self
            .profile
            .pointer()
            .is_some_and(|known| known != event.device)
        {
            return;
        }
        let pointer = self
            .pointer
            .get_or_insert_with(|| Pointer::new(event.device));
        if pointer.tag != event.device {
            *pointer = Pointer::new(event.device);
        }
        pointer.tick.see(event.at);
        if let Some(features) = pointer.stroke.take(event.at, event.kind) {
            let source = pointer.source();
            self.evidence.pointer(&features);
            self.learner.pointer(&features, &mut self.profile, source);
        }
    }
}

impl Keyboard {
    fn new(tag: DeviceTag) -> Self {
        Self {
            tag,
            keystrokes: Keystrokes::default(),
            tick: Tick::default(),
        }
    }

    fn source(&self) -> Source {
        Source {
            tag: self.tag,
            tick: self.tick.smallest(),
        }
    }
}

impl Pointer {
    fn new(tag: DeviceTag) -> Self {
        Self {
            tag,
            stroke: Stroke::default(),
            tick: Tick::default(),
        }
    }

    fn source(&self) -> Source {
        Source {
            tag: self.tag,
            tick: self.tick.smallest(),
        }
    }
}

/// Says whose profile it is and nothing about the evidence.
impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer")
            .field("generation", &self.profile.generation())
            .finish_non_exhaustive()
    }
}

/// The scores behind a verdict, for accuracy work only: natural log-likelihood ratios but for the last.
#[cfg(feature = "lab")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scores {
    /// Of the typing in the long window.
    pub typing: f64,
    /// Of the pointer, before its cap.
    pub pointer: f64,
    /// How far below the person's usual an end of the latest typing lies, in standard deviations; none where there is
    /// no end of 50 keys, or too little is known of the usual.
    pub deviation: Option<f64>,
}

#[cfg(feature = "lab")]
impl Scores {
    /// The sum that the agent judges by: the pointer only tips the scales.
    #[must_use]
    pub fn together(&self) -> f64 {
        self.typing + crate::pointer::score::capped(self.pointer)
    }
}

#[cfg(feature = "lab")]
impl Observer {
    /// Stops learning for good, so that a profile can be tried against many people. Not in the agent.
    pub fn freeze(&mut self) {
        self.learner.freeze();
        // Worked out once here and not in every copy.
        let _ = self.profile.directions();
    }

    /// The scores before they are weighed; none without a joint model.
    pub(crate) fn typing_scores(&self) -> Option<[f64; crate::typing::population::SCORES]> {
        self.evidence.typing_scores(&self.profile)
    }

    /// The scores of the evidence held now. Not in the agent.
    #[must_use]
    pub fn scores(&self) -> Scores {
        let (typing, pointer) = self.evidence.typing_and_pointer(&self.profile);
        let ends = self.evidence.ends(&self.profile);
        Scores {
            typing,
            pointer,
            deviation: self.profile.usual().deviation(&ends),
        }
    }
}
