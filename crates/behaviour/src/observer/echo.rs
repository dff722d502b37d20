//! Notices that a rhythm is one that was typed before: nobody types six keys twice alike, but a machine that plays a
//! recording does.

use crate::{
    Profile,
    heard::{Mark, RUN},
    soft::ms_of,
    typing::keystrokes::Timing,
};

/// Times are compared this coarsely: two ticks of the coarsest clock that is met, so that a recording played with a
/// jitter of some milliseconds, or on another phase of such a clock, still has part of its runs alike.
const GRID_MS: f32 = 32.0;
/// Share of a replay's marks that are known, with some jitter in it; a guess.
const KNOWN_OF_REPLAY: f64 = 0.4;
/// Share of anybody's marks that are known at most, by chance.
const KNOWN_BY_CHANCE: f64 = 1.0 / 16.0;
/// ln 10 000: at least so many marks, or 80 000 keys, lie between two false alarms (Lorden 1971).
const ALARM: f64 = 9.21;
/// Marks that wait to be remembered with the stretch they are in; a stretch leaves six or so.
const MOST_WAITING: usize = 32;

/// Page's cumulative sum (1954) over the marks: known ones speak for a replay, the others against.
#[derive(Debug, Clone, Default)]
pub(crate) struct Echo {
    run: [u16; RUN],
    flights: usize,
    sum: f64,
    waiting: [Option<Mark>; MOST_WAITING],
}

impl Echo {
    pub fn timing(&mut self, timing: Timing, profile: &Profile) {
        let Timing::Flight(_, [down_down, up_down, _]) = timing else {
            return;
        };
        self.run.rotate_left(1);
        self.run[RUN - 1] = on_grid(down_down.exp(), up_down);
        self.flights = RUN.min(self.flights + 1);
        let mark = Mark::of(&self.run, profile.generation()).filter(|_| self.flights == RUN);
        if let Some(mark) = mark {
            self.take(mark, profile);
        }
    }

    /// Whether the typing is a replay.
    pub fn is_heard(&self) -> bool {
        self.sum >= ALARM
    }

    /// The marks since the last time, for the profile to remember.
    pub fn marks(&mut self) -> impl Iterator<Item = Mark> + use<> {
        std::mem::take(&mut self.waiting).into_iter().flatten()
    }

    fn take(&mut self, mark: Mark, profile: &Profile) {
        let step = if profile.heard().knows(mark) {
            (KNOWN_OF_REPLAY / KNOWN_BY_CHANCE).ln()
        } else {
            ((1.0 - KNOWN_OF_REPLAY) / (1.0 - KNOWN_BY_CHANCE)).ln()
        };
        self.sum = (self.sum + step).clamp(0.0, 2.0 * ALARM);
        if let Some(free) = self.waiting.iter_mut().find(|place| place.is_none()) {
            *free = Some(mark);
        }
    }
}

/// Interval and gap of a flight, each as a number of whole steps.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // both within a second
fn on_grid(interval_ms: f32, gap: f32) -> u16 {
    let steps = |ms: f32| (ms / GRID_MS).floor().clamp(-60.0, 60.0) + 60.0;
    steps(interval_ms) as u16 * 128 + steps(ms_of(gap)) as u16
}

#[cfg(test)]
mod tests;
