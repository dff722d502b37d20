//! Generated people who type on a keyboard of their own choice, and the observer that watches them.

use selfsame_behaviour::{
    Assessment, Context, DeviceTag, Event, EventKind, GenerationId, KeyClass, Level, Micros,
    Observer, Profile, Provenance, Slot,
};
use serde_json::Value;

pub const KEYBOARD: DeviceTag = DeviceTag(1);
pub const TRUSTED: Context = Context {
    generation_trusted: true,
    remote: false,
    sessions_ambiguous: false,
    paused: false,
};

/// A rhythm: milliseconds that keys are held and that lie between presses, each with its finger's own share.
#[derive(Clone)]
pub struct Person {
    hold: f64,
    interval: f64,
    fingers: [f64; KeyClass::COUNT],
    chance: u64,
    pub now: u64,
    pub device: DeviceTag,
    pub provenance: Provenance,
}

impl Person {
    pub fn quick() -> Self {
        Self::new(75.0, 140.0, 1)
    }

    pub fn slow() -> Self {
        Self::new(150.0, 330.0, 2)
    }

    fn new(hold: f64, interval: f64, seed: u64) -> Self {
        let mut person = Self {
            hold,
            interval,
            fingers: [0.0; KeyClass::COUNT],
            chance: seed,
            now: 1_000_000,
            device: KEYBOARD,
            provenance: Provenance::Physical,
        };
        person.fingers = std::array::from_fn(|_| (0.2 * (person.unit() - 0.5)).exp());
        person
    }

    /// So many keys of ordinary typing: classes at random, most of them letters.
    pub fn types(&mut self, keys: usize) -> Vec<Event> {
        (0..keys).flat_map(|_| self.key()).collect()
    }

    pub fn waits(&mut self, seconds: u64) -> &mut Self {
        self.now += seconds * 1_000_000;
        self
    }

    /// Goes on where another pace of the same person left off, and never types the very same again.
    pub fn carries_on(&mut self, pace: &Self) {
        (self.now, self.chance) = (pace.now, pace.chance);
    }

    /// The same person with all times multiplied.
    pub fn slowed(&self, factor: f64) -> Self {
        Self {
            hold: self.hold * factor,
            interval: self.interval * factor,
            ..self.clone()
        }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // milliseconds of a keystroke
    fn key(&mut self) -> [Event; 2] {
        let class = 1 + (self.unit() * 11.0) as usize;
        let noise = (0.5 * (self.unit() + self.unit() - 1.0)).exp();
        let interval = self.interval * self.fingers[class] * noise;
        let hold = (self.hold * self.fingers[class] * (0.4 * (self.unit() - 0.5)).exp())
            .min(interval - 5.0);
        let down = self.now;
        self.now += (interval * 1000.0) as u64;
        let class = KeyClass::from_index(class).expect("a class");
        [
            self.event(
                down,
                EventKind::KeyDown {
                    class,
                    slot: Slot(0),
                },
            ),
            self.event(
                down + (hold.max(20.0) * 1000.0) as u64,
                EventKind::KeyUp { slot: Slot(0) },
            ),
        ]
    }

    fn event(&self, at: u64, kind: EventKind) -> Event {
        Event {
            at: Micros(at),
            device: self.device,
            provenance: self.provenance,
            kind,
        }
    }

    #[allow(clippy::cast_precision_loss)]
    fn unit(&mut self) -> f64 {
        self.chance = self
            .chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.chance >> 33) as f64 / (1_u64 << 31) as f64
    }
}

pub fn new_observer() -> Observer {
    Observer::new(Profile::new(GenerationId([7; 16])))
}

pub fn feed(observer: &mut Observer, events: &[Event]) {
    events.iter().for_each(|event| observer.feed(event));
}

/// An observer that has learnt a person from so many keys, in stretches with pauses between.
pub fn learnt(person: &mut Person, keys: usize) -> Observer {
    let mut observer = new_observer();
    for _ in 0..keys / 50 {
        feed(&mut observer, &person.types(50));
        person.waits(15);
    }
    observer
}

/// Everything in a profile that is learnt: marks of rhythms heard before train nothing.
pub fn trained(profile: &Profile) -> Value {
    let mut value = serde_json::to_value(profile).expect("serialises");
    value["heard"] = Value::Null;
    value
}

pub fn assess(observer: &Observer, now: u64) -> Assessment {
    observer.assess(Micros(now), Level::Fmr1e2, TRUSTED)
}
