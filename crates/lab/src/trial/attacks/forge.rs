//! Makes typing out of recorded timings.

use std::collections::HashMap;

use selfsame_behaviour::{DeviceTag, Event, EventKind, KeyClass, Micros, Provenance, Slot};

use crate::chance::Chance;

const SLOTS: u8 = 16;
/// A longer interval is a pause and no rhythm.
const LONGEST_US: u64 = 1_000_000;
/// Of a machine that types at one rate: about sixty words a minute.
const HOLD_US: u64 = 90_000;
const INTERVAL_US: u64 = 200_000;
const START_US: u64 = 15_000_000;

/// How long a key was held, and how long after the one before it went down.
#[derive(Debug, Clone, Copy)]
struct Timing {
    hold: u64,
    interval: u64,
}

/// The keys of a recording with their timings.
pub struct Keys {
    classes: Vec<KeyClass>,
    by_pair: HashMap<(KeyClass, KeyClass), Vec<Timing>>,
    all: Vec<Timing>,
}

impl Keys {
    pub fn of(events: &[Event]) -> Self {
        let presses = presses(events);
        let mut keys = Self {
            classes: presses.iter().map(|(class, ..)| *class).collect(),
            by_pair: HashMap::new(),
            all: Vec::new(),
        };
        for pair in presses.windows(2) {
            let [(before, earlier, _), (class, down, up)] = [pair[0], pair[1]];
            let timing = Timing {
                hold: up.saturating_sub(down),
                interval: down.saturating_sub(earlier),
            };
            if timing.hold <= LONGEST_US && timing.interval <= LONGEST_US {
                keys.by_pair
                    .entry((before, class))
                    .or_default()
                    .push(timing);
                keys.all.push(timing);
            }
        }
        keys
    }

    /// The classes of the keys in the order in which they were typed.
    pub fn classes(&self) -> impl Iterator<Item = KeyClass> + Clone + '_ {
        self.classes.iter().copied()
    }

    fn draw(&self, pair: (KeyClass, KeyClass), chance: &mut Chance) -> Option<Timing> {
        let timings = self.by_pair.get(&pair).unwrap_or(&self.all);
        (!timings.is_empty()).then(|| timings[chance.below(timings.len())])
    }
}

/// Class, press and release of each key that came up again.
fn presses(events: &[Event]) -> Vec<(KeyClass, u64, u64)> {
    let mut held: [Option<usize>; SLOTS as usize] = [None; SLOTS as usize];
    let mut presses: Vec<(KeyClass, u64, u64)> = Vec::new();
    for event in events {
        match event.kind {
            EventKind::KeyDown { class, slot } => {
                held[usize::from(slot.0 % SLOTS)] = Some(presses.len());
                presses.push((class, event.at.0, 0));
            }
            EventKind::KeyUp { slot } => {
                if let Some(press) = held[usize::from(slot.0 % SLOTS)].take() {
                    presses[press].2 = event.at.0;
                }
            }
            _ => {}
        }
    }
    presses.retain(|(_, down, up)| up >= down);
    presses
}

/// Each key with a timing of its pair of classes, drawn from one of these people.
pub fn sampled(classes: &[KeyClass], from: &[&Keys], chance: &mut Chance) -> Vec<Event> {
    let mut before = KeyClass::Thumb;
    typed(classes.iter().filter_map(|class| {
        let person = from.get(chance.below(from.len().max(1)))?;
        let timing = person.draw((before, *class), chance)?;
        before = *class;
        Some((*class, timing))
    }))
}

/// A recording played back with each time off by up to so many milliseconds.
#[allow(clippy::cast_possible_truncation)] // some thousand microseconds
pub fn shaken(events: &[Event], most_ms: f64, chance: &mut Chance) -> Vec<Event> {
    let mut shaken: Vec<Event> = events
        .iter()
        .map(|event| {
            let off = (2000.0 * most_ms * (chance.unit() - 0.5)) as i64;
            let at = Micros(event.at.0.saturating_add_signed(off));
            Event { at, ..*event }
        })
        .collect();
    shaken.sort_by_key(|event| event.at);
    shaken
}

pub fn constant(classes: &[KeyClass]) -> Vec<Event> {
    let timing = Timing {
        hold: HOLD_US,
        interval: INTERVAL_US,
    };
    typed(classes.iter().map(|class| (*class, timing)))
}

fn typed(keys: impl Iterator<Item = (KeyClass, Timing)>) -> Vec<Event> {
    let event = |at, kind| Event {
        at: Micros(at),
        device: DeviceTag(1),
        provenance: Provenance::Physical,
        kind,
    };
    let mut at = START_US;
    let slots = (0..SLOTS).cycle();
    let mut events: Vec<Event> = keys
        .zip(slots)
        .flat_map(|((class, timing), slot)| {
            at += timing.interval;
            let slot = Slot(slot);
            [
                event(at, EventKind::KeyDown { class, slot }),
                event(at + timing.hold, EventKind::KeyUp { slot }),
            ]
        })
        .collect();
    events.sort_by_key(|event| event.at);
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::is_press;

    #[test]
    fn typing_forged_from_one_timing_has_that_timing() {
        let classes = [KeyClass::LeftIndex, KeyClass::RightIndex, KeyClass::Thumb];
        let rhythm = constant(&classes.repeat(10));
        let keys = Keys::of(&rhythm);
        assert_eq!(keys.classes().count(), 30);
        let forged = sampled(&classes, &[&keys], &mut Chance::new(1));
        let downs: Vec<u64> = forged
            .iter()
            .filter(|e| is_press(e))
            .map(|e| e.at.0)
            .collect();
        assert!(
            downs
                .windows(2)
                .all(|pair| pair[1] - pair[0] == INTERVAL_US)
        );
        assert_eq!(forged.len(), 6);
    }

    #[test]
    fn a_shaken_replay_has_the_same_keys_at_about_the_same_times() {
        let rhythm = constant(&[KeyClass::LeftIndex, KeyClass::Thumb].repeat(20));
        let again = shaken(&rhythm, 2.0, &mut Chance::new(1));
        assert_eq!(again.len(), rhythm.len());
        let off = |(a, b): (&Event, &Event)| a.at.0.abs_diff(b.at.0);
        let most = rhythm.iter().zip(&again).map(off).max();
        assert!((1..=2000).contains(&most.unwrap_or(0)));
    }

    #[test]
    fn nothing_recorded_makes_nothing() {
        assert!(sampled(&[KeyClass::Thumb], &[], &mut Chance::new(1)).is_empty());
        assert!(sampled(&[KeyClass::Thumb], &[&Keys::of(&[])], &mut Chance::new(1)).is_empty());
    }
}
