//! What was learnt about one person: aggregates only, never a sequence.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    DeviceTag, Error, GenerationId, Micros, Population, Progress,
    heard::{Heard, Mark},
    joint::Known,
    pointer::table::PointerTable,
    typing::{cells::KeyCells, pair::Pair, score::Enrolled, table::KeyTable},
    usual::Usual,
};

/// Version of the profile's form. Version 1 is read and brought up to date; any other is refused by
/// [`Profile::validate`].
pub const PROFILE_VERSION: u32 = 2;
/// The oldest version that is still read: it knows neither how well the person usually fits nor what was heard before.
const OLDEST_VERSION: u32 = 1;

/// Keys from which on the profile is judged by, softly: error halves from 200 to 500 keys and again to 2000.
pub(crate) const KEYS_JUDGED: u32 = 500;
/// Keys from which on the level 1e-3 can be met.
pub(crate) const KEYS_FIRM: u32 = 1000;
/// Keys at which first learning ends, and the anchor is set.
pub(crate) const KEYS_LEARNT: u32 = 2000;
/// Strokes from which on the pointer counts.
pub(crate) const STROKES_JUDGED: f32 = 50.0;
/// Strokes at which first learning of the pointer ends.
const STROKES_LEARNT: f32 = 1000.0;

/// The past weighs at most this many sightings per cell once first learning is over.
const MEMORY: f32 = 400.0;
/// How far, in ln units, adaptation may ever move a mean from enrolment: typing time falls by almost 30 % over 400
/// repetitions (Ayotte et al. 2021), and ln(1.3) is 0.26.
const FARTHEST_DRIFT: f32 = 0.26;

/// What was learnt about one person on one computer: one keyboard with its layout, one pointer.
///
/// It holds sums per key class and, for common pairs of classes, per pair, and marks by which a replay is known again.
/// Nothing in it has an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    version: u32,
    generation: GenerationId,
    keyboard: Option<Device>,
    pointer: Option<Device>,
    keys: u32,
    typing: KeyTable,
    strokes: PointerTable,
    #[serde(default)]
    usual: Usual,
    #[serde(default)]
    heard: Heard,
    /// Where first learning left off; adaptation stays near it.
    anchor: Option<Anchor>,
    /// What the deviations are from. Not written: on disk a profile always speaks of the shipped population.
    #[serde(skip, default = "Population::shared")]
    population: Arc<Population>,
    #[serde(skip)]
    known: Known,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Device {
    tag: DeviceTag,
    /// The smallest step its clock was seen to make, in microseconds.
    tick: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Anchor {
    typing: KeyTable,
    strokes: PointerTable,
}

impl Profile {
    /// An empty profile. `generation` must be drawn at random.
    #[must_use]
    pub fn new(generation: GenerationId) -> Self {
        Self {
            version: PROFILE_VERSION,
            generation,
            keyboard: None,
            pointer: None,
            keys: 0,
            typing: KeyTable::default(),
            strokes: PointerTable::default(),
            usual: Usual::default(),
            heard: Heard::default(),
            anchor: None,
            population: Population::shared(),
            known: Known::default(),
        }
    }

    /// The generation of this profile.
    #[must_use]
    pub fn generation(&self) -> GenerationId {
        self.generation
    }

    /// The keyboard and layout this profile was learnt on; none before the first keys were learnt.
    #[must_use]
    pub fn keyboard(&self) -> Option<DeviceTag> {
        self.keyboard.map(|device| device.tag)
    }

    /// The pointer this profile was learnt on; none before the first strokes were learnt.
    #[must_use]
    pub fn pointer(&self) -> Option<DeviceTag> {
        self.pointer.map(|device| device.tag)
    }

    /// How far learning has come.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // validated to be small and positive
    pub fn progress(&self) -> Progress {
        Progress {
            keys_learnt: self.keys,
            keys_needed: KEYS_JUDGED,
            strokes_learnt: self.strokes.strokes as u32,
            percent: (u64::from(self.keys) * 100 / u64::from(KEYS_JUDGED)).min(100) as u8,
        }
    }

    /// Checks a profile that was read back.
    ///
    /// # Errors
    /// If it has another version or impossible numbers.
    pub fn validate(&self) -> Result<(), Error> {
        if !(OLDEST_VERSION..=PROFILE_VERSION).contains(&self.version) {
            return Err(Error::Version {
                found: self.version,
                expected: PROFILE_VERSION,
            });
        }
        self.typing.validate()?;
        self.strokes.validate()?;
        if !self.usual.is_possible() {
            return Err(Error::Number("usual fit"));
        }
        self.heard.validate()?;
        if let Some(anchor) = &self.anchor {
            anchor.typing.validate()?;
            anchor.strokes.validate()?;
        }
        if self.anchor.is_some() != (self.keys >= KEYS_LEARNT) {
            return Err(Error::Shape("anchor"));
        }
        Ok(())
    }

    pub(crate) fn population(&self) -> &Population {
        &self.population
    }

    pub(crate) fn set_population(&mut self, population: Arc<Population>) {
        self.population = population;
        self.known = Known::default();
    }

    pub(crate) fn enrolled(&self) -> Enrolled<'_> {
        Enrolled {
            table: &self.typing,
            known: &self.known,
        }
    }

    /// What older versions do not know is empty in this one and fills with use.
    pub(crate) fn bring_up_to_date(&mut self) {
        self.version = PROFILE_VERSION;
    }

    pub(crate) fn usual(&self) -> &Usual {
        &self.usual
    }

    pub(crate) fn note_usual(&mut self, usual: &Usual) {
        self.usual.merge(usual);
    }

    pub(crate) fn heard(&self) -> &Heard {
        &self.heard
    }

    /// No training: a mark says nothing of how the person types.
    pub(crate) fn remember(&mut self, mark: Mark) {
        self.heard.remember(mark);
    }

    pub(crate) fn strokes(&self) -> &PointerTable {
        &self.strokes
    }

    pub(crate) fn keys(&self) -> u32 {
        self.keys
    }

    /// First learning: everything physical is taken as the person's.
    pub(crate) fn is_learning(&self) -> bool {
        self.anchor.is_none()
    }

    pub(crate) fn is_learning_strokes(&self) -> bool {
        self.is_learning() && self.strokes.strokes < STROKES_LEARNT
    }

    /// Adds a stretch of typing to first learning.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a stretch is short
    pub(crate) fn learn_keys(&mut self, keyboard: DeviceTag, tick: Micros, stretch: &KeyCells) {
        self.keyboard = Some(Device {
            tag: keyboard,
            tick: tick.0,
        });
        self.typing.learn(stretch);
        self.known = Known::default();
        self.keys += stretch.keys as u32;
        if self.keys >= KEYS_LEARNT && self.anchor.is_none() {
            self.anchor = Some(Anchor {
                typing: self.typing.clone(),
                strokes: self.strokes.clone(),
            });
        }
    }

    /// Adds a stretch of pointer use to first learning.
    pub(crate) fn learn_strokes(
        &mut self,
        pointer: DeviceTag,
        tick: Micros,
        stretch: &PointerTable,
    ) {
        self.pointer = Some(Device {
            tag: pointer,
            tick: tick.0,
        });
        self.strokes.merge(stretch);
    }

    /// Follows the person after first learning, slowly and never far.
    pub(crate) fn adapt(&mut self, keys: &KeyCells, strokes: &PointerTable) {
        let Some(anchor) = &self.anchor else { return };
        self.typing.cap(MEMORY);
        self.typing.learn(keys);
        self.typing.stay_near(&anchor.typing, FARTHEST_DRIFT);
        self.known = Known::default();
        self.strokes.cap(MEMORY);
        self.strokes.merge(strokes);
        self.strokes.stay_near(&anchor.strokes, FARTHEST_DRIFT);
    }

    /// Gives a pair that has become common numbers of its own.
    pub(crate) fn admit_pair(&mut self, pair: Pair, flights: [crate::moments::Moments; 3]) {
        self.typing.admit(pair, flights);
        self.known = Known::default();
        if let Some(anchor) = &mut self.anchor {
            anchor.typing.admit(pair, flights);
        }
    }
}
