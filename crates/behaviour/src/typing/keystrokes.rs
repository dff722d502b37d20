//! Pairs presses with releases and measures them: at most eight unfinished keystrokes, wiped when done.

use zeroize::Zeroize;

use super::pair::{FLIGHTS, Pair};
use crate::{KeyClass, Micros, Slot, soft::soft};

/// A hold or flight longer than this is a pause or a held key, no rhythm (facts of the field: 1 s is the
/// usual cut in keystroke work).
const LONGEST_MS: f32 = 1000.0;
const SLOTS: usize = 8;

/// One measurement. Holds are ln(ms); flights are ln(down-down ms), asinh(up-down/50 ms), asinh(up-up/50 ms).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Timing {
    Hold(KeyClass, f32),
    Flight(Pair, [f32; FLIGHTS]),
}

#[derive(Debug, Clone, Copy, Default, Zeroize)]
struct Stroke {
    class: u8,
    slot: u8,
    down: u64,
    up: Option<u64>,
    /// Whether its hold has been given out.
    held: bool,
    /// Whether the flight to the next stroke has been given out.
    given: bool,
}

/// The keystrokes that still wait for a release or a neighbour, in the order of their presses.
#[derive(Default, Zeroize)]
#[zeroize(drop)]
pub(crate) struct Keystrokes {
    strokes: [Stroke; SLOTS],
    len: usize,
}

impl Clone for Keystrokes {
    fn clone(&self) -> Self {
        Self {
            strokes: self.strokes,
            len: self.len,
        }
    }
}

impl Keystrokes {
    #[allow(clippy::cast_possible_truncation)] // 13 classes
    pub fn press(&mut self, at: Micros, class: KeyClass, slot: Slot) {
        if self
            .newest()
            .is_some_and(|last| at.0 < last.down || ms(last.down, at.0) > LONGEST_MS)
        {
            self.zeroize();
        }
        self.forget_slot(slot);
        if self.len == SLOTS {
            self.remove(0);
        }
        self.strokes[self.len] = Stroke {
            class: class.index() as u8,
            slot: slot.0,
            down: at.0,
            up: None,
            held: false,
            given: false,
        };
        self.len += 1;
    }

    /// Takes a release. Returns whether it ended a known keystroke; [`Keystrokes::complete`] then has what it completes.
    pub fn release(&mut self, at: Micros, slot: Slot) -> bool {
        let held = self.strokes[..self.len]
            .iter()
            .position(|s| s.slot == slot.0 && s.up.is_none());
        let Some(index) = held else { return false };
        let stroke = &mut self.strokes[index];
        if at.0 < stroke.down {
            self.zeroize();
            return false;
        }
        stroke.up = Some(at.0);
        true
    }

    /// Gives out every hold and flight that is complete and was not given out before.
    pub fn complete(&mut self, mut give: impl FnMut(Timing)) {
        let ended = self.strokes[..self.len]
            .iter_mut()
            .filter(|s| s.up.is_some() && !s.held);
        for stroke in ended {
            stroke.held = true;
            if let Some(timing) = stroke.hold() {
                give(timing);
            }
        }
        self.give_flights(give);
        self.forget_finished();
    }

    fn newest(&self) -> Option<&Stroke> {
        self.strokes[..self.len].last()
    }

    fn give_flights(&mut self, mut give: impl FnMut(Timing)) {
        for index in 1..self.len {
            let (first, second) = (self.strokes[index - 1], self.strokes[index]);
            if first.given || first.up.is_none() || second.up.is_none() {
                continue;
            }
            self.strokes[index - 1].given = true;
            if let Some(timing) = first.flight(&second) {
                give(timing);
            }
        }
    }

    fn forget_finished(&mut self) {
        while self.len > 1 && self.strokes[0].given {
            self.remove(0);
        }
    }

    /// A press without a release was lost: its slot is used again.
    fn forget_slot(&mut self, slot: Slot) {
        let stale = self.strokes[..self.len]
            .iter()
            .position(|s| s.slot == slot.0 && s.up.is_none());
        if let Some(index) = stale {
            self.remove(index);
        }
    }

    fn remove(&mut self, index: usize) {
        self.strokes[index..self.len].rotate_left(1);
        self.len -= 1;
        self.strokes[self.len].zeroize();
    }
}

impl Stroke {
    fn class(&self) -> Option<KeyClass> {
        KeyClass::from_index(usize::from(self.class))
    }

    fn hold(&self) -> Option<Timing> {
        let held = ms(self.down, self.up?);
        (held > 0.0 && held <= LONGEST_MS).then_some(Timing::Hold(self.class()?, held.ln()))
    }

    fn flight(&self, next: &Self) -> Option<Timing> {
        let (up, next_up) = (self.up?, next.up?);
        let down_down = ms(self.down, next.down);
        if down_down <= 0.0 || down_down > LONGEST_MS {
            return None;
        }
        // Flights may be negative, when keys overlap.
        let soft = |value: f32| soft(value.clamp(-LONGEST_MS, LONGEST_MS));
        let values = [
            down_down.ln(),
            soft(ms(up, next.down)),
            soft(ms(up, next_up)),
        ];
        Some(Timing::Flight(
            Pair::new(self.class()?, next.class()?),
            values,
        ))
    }
}

/// Milliseconds from one time to another, negative when the other is earlier.
fn ms(from: u64, to: u64) -> f32 {
    if to >= from {
        Micros(to - from).millis()
    } else {
        -Micros(from - to).millis()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use KeyClass::{LeftIndex, RightIndex};

    #[test]
    fn overlapping_keys_have_a_negative_flight() {
        let mut keys = Keystrokes::default();
        let mut seen = Vec::new();
        keys.press(Micros(0), LeftIndex, Slot(0));
        keys.press(Micros::from_millis(80), RightIndex, Slot(1));
        keys.release(Micros::from_millis(100), Slot(0));
        keys.complete(|t| seen.push(t));
        keys.release(Micros::from_millis(180), Slot(1));
        keys.complete(|t| seen.push(t));
        let up_down = seen.iter().find_map(|timing| match timing {
            Timing::Flight(_, values) => Some(values[1]),
            Timing::Hold(..) => None,
        });
        assert!((up_down.expect("a flight") - (-20.0_f32 / 50.0).asinh()).abs() < 1e-6);
    }

    #[test]
    fn a_finished_keystroke_is_wiped() {
        let mut keys = Keystrokes::default();
        for i in 0..20_u64 {
            keys.press(Micros::from_millis(i * 100), LeftIndex, Slot(0));
            keys.release(Micros::from_millis(i * 100 + 60), Slot(0));
            keys.complete(|_| ());
        }
        assert_eq!(keys.len, 1);
        assert!(
            keys.strokes[1..]
                .iter()
                .all(|s| s.down == 0 && s.class == 0)
        );
    }

    #[test]
    fn a_lost_release_does_not_stop_the_measuring() {
        let mut keys = Keystrokes::default();
        (0..100_u64)
            .for_each(|i| keys.press(Micros::from_millis(i), LeftIndex, Slot((i % 16) as u8)));
        assert!(keys.len <= SLOTS);
        assert!(keys.release(Micros::from_millis(200), Slot(3)));
    }
}
