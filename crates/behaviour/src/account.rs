//! What a profile says of its owner, in units that a person can read.

mod movement;

use serde::Serialize;

use crate::{
    KeyClass, Profile,
    moments::Moments,
    soft,
    typing::pair::{FLIGHTS, Pair, Zone},
};

/// One thing that was learnt: a typical value, and between which two thirds of what was seen lay.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Learnt {
    /// What it is, in words.
    pub what: String,
    /// How often it was seen; old sightings count for less, so that it need not be whole.
    pub sightings: f32,
    /// The typical value.
    pub typical: f32,
    /// Two thirds of what was seen lay above this and below [`Learnt::to`].
    pub from: f32,
    /// See [`Learnt::from`].
    pub to: f32,
    /// `ms`, or what the number is a ratio of.
    pub unit: &'static str,
}

/// A profile in its owner's units: what is typical of each thing that was learnt. How the pointer's quantities go
/// together has no unit, and stands only in the profile as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Account {
    /// How long keys are held, by hand and finger column.
    pub holds: Vec<Learnt>,
    /// From one key to the next, by hand.
    pub flights: Vec<Learnt>,
    /// From one key to the next, for pairs of finger columns that are common.
    pub pairs: Vec<Learnt>,
    /// Movements, clicks and the wheel.
    pub pointer: Vec<Learnt>,
    /// How well the last so many keys fit, before they were learnt.
    pub fit: Vec<Learnt>,
    /// How many marks of rhythms are kept. One is 17 bits of a hash of six flights in a row: enough to know a replay of
    /// them again, too little to tell what they were.
    pub marks: usize,
}

impl Profile {
    /// What this profile says of its owner.
    #[must_use]
    pub fn account(&self) -> Account {
        Account {
            holds: self.holds().collect(),
            flights: self.hand_to_hand().collect(),
            pairs: self.column_to_column().collect(),
            pointer: self.movements().collect(),
            fit: self.fit().collect(),
            marks: self.heard().count(),
        }
    }

    fn holds(&self) -> impl Iterator<Item = Learnt> {
        let means = &self.population().typing.hold_mean;
        (0..KeyClass::COUNT).filter_map(|index| {
            let what = format!("how long keys of {} are held", column(index)?);
            let hold = self.enrolled().table.hold[index];
            learnt(what, shifted(hold, means[index]), Scale::LnMs)
        })
    }

    fn hand_to_hand(&self) -> impl Iterator<Item = Learnt> {
        // A group is kept as deviations from the means of its pairs; one that is usual in it stands for them.
        let usual = |group| Pair::all().find(move |p| p.group() == group && !p.is_one_column());
        let usual = move |group| usual(group).or_else(|| Pair::all().find(|p| p.group() == group));
        (0..Pair::GROUPS).flat_map(move |group| {
            let flights = self.enrolled().table.group[group];
            usual(group).into_iter().flat_map(move |pair| {
                let (first, second) = pair.zones();
                self.flights(pair, flights, (hand(first), hand(second)))
            })
        })
    }

    fn column_to_column(&self) -> impl Iterator<Item = Learnt> {
        let known = Pair::all().filter_map(|pair| Some((pair, *self.enrolled().table.pair(pair)?)));
        known.flat_map(|(pair, flights)| {
            let (first, second) = pair.classes();
            let name = |index| column(index).unwrap_or_default();
            self.flights(pair, flights, (name(first), name(second)))
        })
    }

    fn flights(
        &self,
        pair: Pair,
        flights: [Moments; FLIGHTS],
        (first, second): (&str, &str),
    ) -> impl Iterator<Item = Learnt> + use<> {
        let means = self.population().typing.flight_mean(pair);
        let of = |index: usize, ends: &str, scale| {
            let what = format!("{ends}, {first} then {second}");
            learnt(what, shifted(flights[index], means[index]), scale)
        };
        [
            of(0, "from press to press", Scale::LnMs),
            of(1, "from release to press", Scale::SoftMs),
            of(2, "from release to release", Scale::SoftMs),
        ]
        .into_iter()
        .flatten()
    }

    fn movements(&self) -> impl Iterator<Item = Learnt> {
        let learnt = |(index, what, scale)| learnt(what, self.pointing().moments(index)?, scale);
        movement::words().filter_map(learnt)
    }

    fn fit(&self) -> impl Iterator<Item = Learnt> {
        self.usual().by_length().filter_map(|(keys, ratios)| {
            let what = format!("how well the last {keys:.0} keys fit");
            learnt(what, ratios, Scale::Plain("ln of the odds"))
        })
    }
}

/// How a quantity is kept.
#[derive(Debug, Clone, Copy)]
enum Scale {
    /// ln of milliseconds.
    LnMs,
    /// Milliseconds that may be negative, softened.
    SoftMs,
    /// ln of a ratio or a speed, in this unit, above a floor that was added before.
    Ln(&'static str, f32),
    /// As it is, in this unit.
    Plain(&'static str),
}

impl Scale {
    fn unit(self) -> &'static str {
        match self {
            Self::LnMs | Self::SoftMs => "ms",
            Self::Ln(unit, _) | Self::Plain(unit) => unit,
        }
    }

    fn back(self, value: f32) -> f32 {
        match self {
            Self::LnMs => value.exp(),
            Self::Ln(_, floor) => (value.exp() - floor).max(0.0),
            Self::SoftMs => soft::ms_of(value),
            Self::Plain(_) => value,
        }
    }
}

fn shifted(moments: Moments, mean: f32) -> Moments {
    Moments {
        mean: moments.mean + mean,
        ..moments
    }
}

/// None where nothing was seen.
fn learnt(what: String, moments: Moments, scale: Scale) -> Option<Learnt> {
    let spread = (moments.m2 / moments.n.max(1.0)).sqrt();
    (moments.n > 0.0).then(|| Learnt {
        what,
        sightings: moments.n,
        typical: scale.back(moments.mean),
        from: scale.back(moments.mean - spread),
        to: scale.back(moments.mean + spread),
        unit: scale.unit(),
    })
}

fn column(index: usize) -> Option<&'static str> {
    Some(match KeyClass::from_index(index)? {
        KeyClass::LeftOuter => "the left edge (Shift, Control, Tab)",
        KeyClass::LeftLittle => "the left little finger",
        KeyClass::LeftRing => "the left ring finger",
        KeyClass::LeftMiddle => "the left middle finger",
        KeyClass::LeftIndex => "the left index finger",
        KeyClass::LeftReach => "the left index finger's reach",
        KeyClass::Thumb => "the thumbs",
        KeyClass::RightReach => "the right index finger's reach",
        KeyClass::RightIndex => "the right index finger",
        KeyClass::RightMiddle => "the right middle finger",
        KeyClass::RightRing => "the right ring finger",
        KeyClass::RightLittle => "the right little finger",
        KeyClass::RightOuter => "the right edge (Enter, Backspace, arrows, keypad)",
    })
}

fn hand(zone: Zone) -> &'static str {
    match zone {
        Zone::Left => "the left hand",
        Zone::Right => "the right hand",
        Zone::Thumb => "the thumbs",
        Zone::Outer => "the edges of the keyboard",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        DeviceTag, GenerationId, Micros, pointer::feature::FEATURES, typing::cells::KeyCells,
    };

    #[test]
    fn an_empty_profile_says_nothing() {
        let account = Profile::new(GenerationId([1; 16])).account();
        assert_eq!(account.marks, 0);
        let said = [
            account.holds,
            account.flights,
            account.pairs,
            account.pointer,
            account.fit,
        ];
        assert!(said.iter().all(Vec::is_empty));
    }

    #[test]
    fn a_hold_is_said_in_milliseconds() {
        let mut profile = Profile::new(GenerationId([1; 16]));
        let mut seen = KeyCells::default();
        let mean = profile.population().typing.hold_mean(KeyClass::LeftRing);
        for ms in [100.0_f32, 100.0, 100.0] {
            seen.hold[KeyClass::LeftRing.index()].add(ms.ln() - mean);
        }
        profile.learn_keys(DeviceTag(7), Micros(1000), &seen);
        let holds = profile.account().holds;
        assert_eq!(holds.len(), 1);
        assert!(holds[0].what.contains("left ring finger"));
        assert!((holds[0].typical - 100.0).abs() < 0.01 && holds[0].unit == "ms");
    }

    #[test]
    fn everything_that_is_kept_has_words() {
        let named: Vec<usize> = movement::words().map(|(index, ..)| index).collect();
        assert!((0..FEATURES).all(|index| named.contains(&index)));
        assert!((0..KeyClass::COUNT).all(|index| column(index).is_some()));
    }
}
