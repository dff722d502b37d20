//! One background person: all that they typed, and the same in stretches.

use super::Sessions;
use crate::{
    EventKind,
    joint::Summary,
    typing::{
        cells::KeyCells, keystrokes::Keystrokes, population::TypingPopulation, summary,
        table::KeyTable,
    },
};

/// Keys of a stretch; a shorter rest is joined to the one before.
const STRETCH: f32 = 40.0;

pub(super) struct Typist {
    pub all: KeyCells,
    pub whole: Summary,
    pub stretches: Vec<Summary>,
}

impl Typist {
    pub fn of(sessions: &Sessions, population: &TypingPopulation) -> Self {
        let (mut all, mut stretches) = (KeyCells::default(), Vec::new());
        let mut stretch = KeyCells::default();
        for session in sessions {
            let mut keys = Keystrokes::default();
            for event in session {
                match event.kind {
                    EventKind::KeyDown { class, slot } => keys.press(event.at, class, slot),
                    EventKind::KeyUp { slot } => {
                        keys.release(event.at, slot);
                        keys.complete(|t| stretch.add(t, population));
                        stretch.keys += 1.0;
                    }
                    _ => {}
                }
                if stretch.keys >= STRETCH {
                    all.merge(&stretch);
                    stretches.push(summary::of_stretch(&stretch, 1.0));
                    stretch = KeyCells::default();
                }
            }
        }
        let mut table = KeyTable::default();
        table.learn(&all);
        Self {
            whole: summary::of_enrolment(&table),
            all,
            stretches,
        }
    }

    /// Squares within the cells of holds, and their degrees of freedom.
    pub fn within_hold(&self) -> (f64, f64) {
        freedom(self.all.hold.iter())
    }

    pub fn within_flight(&self, flight: usize) -> (f64, f64) {
        freedom(self.all.flight.iter().map(|cells| &cells[flight]))
    }
}

fn freedom<'a>(cells: impl Iterator<Item = &'a crate::moments::Moments>) -> (f64, f64) {
    cells
        .filter(|cell| cell.n > 1.0)
        .fold((0.0, 0.0), |(squares, freedom), cell| {
            (
                squares + f64::from(cell.m2),
                freedom + f64::from(cell.n - 1.0),
            )
        })
}
