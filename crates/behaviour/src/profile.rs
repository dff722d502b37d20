//! What was learnt about one person: aggregates only, never a sequence.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize, de::IgnoredAny};

use crate::{
    DeviceTag, Error, GenerationId, Micros, Population, Progress,
    heard::{Heard, Mark},
    joint::Known,
    pointer::{directions::Directions, stretch::Stretch, table::PointerTable},
    typing::{cells::KeyCells, pair::Pair, score::Enrolled, table::KeyTable},
    usual::Usual,
};

/// Version of the profile's form. Version 1 is read and brought up to date; any other is refused by
/// [`Profile::validate`].
pub const PROFILE_VERSION: u32 = 2;
/// The oldest version that is still read: it knows neither how well the person usually fits nor what was heard before, and
/// of the pointer it knows eleven other features, which are dropped.
const OLDEST_VERSION: u32 = 1;

/// Keys from which on the profile is judged by, softly: error halves from 200 to 500 keys and again to 2000.
pub(crate) const KEYS_JUDGED: u32 = 500;
/// Keys from which on the level 1e-3 can be met.
pub(crate) const KEYS_FIRM: u32 = 1000;
/// Keys at which first learning ends, and the anchor is set.
pub(crate) const KEYS_LEARNT: u32 = 2000;
/// Strokes from which on the pointer counts: some more than there are features.
pub(crate) const STROKES_JUDGED: f32 = 300.0;
/// Strokes at which first learning of the pointer ends. A day brings one to three thousand, and it takes several days to
/// see how a hand changes from one to the next.
const STROKES_LEARNT: f32 = 20_000.0;
/// What the pointer's strokes come to is worked out anew when there are so many times as many.
const STROKES_GROWN: f32 = 1.1;

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
    #[serde(default)]
    usual: Usual,
    #[serde(default)]
    heard: Heard,
    #[serde(default)]
    pointing: PointerTable,
    #[serde(default, skip_serializing, rename = "strokes")]
    _eleven_features: IgnoredAny,
    /// Where first learning left off; adaptation stays near it.
    anchor: Option<Anchor>,
    /// What the deviations are from. Not written: on disk a profile always speaks of the shipped population.
    #[serde(skip, default = "Population::shared")]
    population: Arc<Population>,
    #[serde(skip)]
    known: Known,
    #[serde(skip)]
    directions: Worked,
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
    #[serde(default)]
    pointing: PointerTable,
    #[serde(default, skip_serializing, rename = "strokes")]
    _eleven_features: IgnoredAny,
}

/// What the pointer's strokes came to when there were so many of them. Says nothing that they do not.
#[derive(Debug, Clone, Default)]
struct Worked {
    out: OnceLock<Option<Arc<Directions>>>,
    strokes: f32,
}

impl PartialEq for Worked {
    fn eq(&self, _: &Self) -> bool {
        true
    }
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
            usual: Usual::default(),
            heard: Heard::default(),
            pointing: PointerTable::default(),
            _eleven_features: IgnoredAny,
            anchor: None,
            population: Population::shared(),
            known: Known::default(),
            directions: Worked::default(),
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
            strokes_learnt: self.pointing.strokes as u32,
            percent: (u64::from(self.keys) * 100 / u64::from(KEYS_JUDGED)).min(100) as u8,
            keys_in_full: KEYS_LEARNT,
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
        if !self.usual.is_possible() {
            return Err(Error::Number("usual fit"));
        }
        self.heard.validate()?;
        self.pointing.validate()?;
        if let Some(anchor) = &self.anchor {
            anchor.typing.validate()?;
            anchor.pointing.validate()?;
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

    pub(crate) fn pointing(&self) -> &PointerTable {
        &self.pointing
    }

    /// What the pointer is judged by; none before there are strokes enough.
    pub(crate) fn directions(&self) -> Option<&Directions> {
        if self.pointing.strokes < STROKES_JUDGED {
            return None;
        }
        let out = || Directions::of(&self.pointing).map(Arc::new);
        self.directions.out.get_or_init(out).as_deref()
    }

    pub(crate) fn keys(&self) -> u32 {
        self.keys
    }

    /// First learning: everything physical is taken as the person's.
    pub(crate) fn is_learning(&self) -> bool {
        self.anchor.is_none()
    }

    pub(crate) fn is_learning_strokes(&self) -> bool {
        self.is_learning() && self.pointing.strokes < STROKES_LEARNT
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
                pointing: self.pointing.clone(),
                _eleven_features: IgnoredAny,
            });
        }
    }

    /// Adds a stretch of pointer use to first learning.
    pub(crate) fn learn_strokes(&mut self, pointer: DeviceTag, tick: Micros, stretch: &Stretch) {
        self.pointer = Some(Device {
            tag: pointer,
            tick: tick.0,
        });
        self.pointing.learn(stretch);
        // Before there are enough to be judged by, nothing was worked out.
        if self.pointing.strokes > STROKES_GROWN * self.directions.strokes.max(STROKES_JUDGED) {
            self.work_out_anew();
        }
    }

    fn work_out_anew(&mut self) {
        self.directions = Worked {
            out: OnceLock::new(),
            strokes: self.pointing.strokes,
        };
    }

    /// Follows the person after first learning, slowly and never far.
    pub(crate) fn adapt(&mut self, keys: &KeyCells, strokes: &Stretch) {
        let Some(anchor) = &self.anchor else { return };
        self.typing.cap(MEMORY);
        self.typing.learn(keys);
        self.typing.stay_near(&anchor.typing, FARTHEST_DRIFT);
        self.known = Known::default();
        self.pointing.cap(STROKES_LEARNT);
        self.pointing.learn(strokes);
        self.pointing.stay_near(&anchor.pointing, FARTHEST_DRIFT);
        self.work_out_anew();
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
