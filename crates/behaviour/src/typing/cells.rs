//! The timings of a stretch of typing, by class and class pair: sums only, in no order.

use super::{
    keystrokes::Timing,
    pair::{FLIGHTS, Pair},
    population::TypingPopulation,
};
use crate::{KeyClass, moments::Moments};

/// Deviations from the population mean. Six kilobytes, in place: judging and learning take no memory.
#[derive(Clone)]
pub(crate) struct KeyCells {
    pub hold: [Moments; KeyClass::COUNT],
    pub flight: [[Moments; FLIGHTS]; Pair::COUNT],
    /// Weight of the keys in it.
    pub keys: f32,
}

impl Default for KeyCells {
    fn default() -> Self {
        Self {
            hold: [Moments::default(); KeyClass::COUNT],
            flight: [[Moments::default(); FLIGHTS]; Pair::COUNT],
            keys: 0.0,
        }
    }
}

impl KeyCells {
    /// Two units of ln are a factor of seven: farther from the average person lies only accident.
    const FARTHEST: f32 = 2.0;

    pub fn add(&mut self, timing: Timing, population: &TypingPopulation) {
        match timing {
            Timing::Hold(class, value) => {
                self.hold[class.index()].add(deviation(value, population.hold_mean(class), 1.0));
            }
            Timing::Flight(pair, values) => {
                let means = population.flight_mean(pair);
                for (index, cell) in self.flight[pair.index()].iter_mut().enumerate() {
                    // Up-down is on a scale twice as wide.
                    let scale = if index == 1 { 2.0 } else { 1.0 };
                    cell.add(deviation(values[index], means[index], scale));
                }
            }
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.hold
            .iter_mut()
            .zip(&other.hold)
            .for_each(|(to, from)| to.merge(*from));
        let flights = self
            .flight
            .as_flattened_mut()
            .iter_mut()
            .zip(other.flight.as_flattened());
        flights.for_each(|(to, from)| to.merge(*from));
        self.keys += other.keys;
    }

    /// Empties it without giving memory back.
    pub fn clear(&mut self) {
        self.hold.fill(Moments::default());
        self.flight.fill([Moments::default(); FLIGHTS]);
        self.keys = 0.0;
    }

    pub fn fade(&mut self, factor: f32) {
        self.hold
            .iter_mut()
            .chain(self.flight.as_flattened_mut())
            .for_each(|cell| *cell = cell.faded(factor));
        self.keys *= factor;
    }
}

fn deviation(value: f32, mean: f32, scale: f32) -> f32 {
    (value - mean).clamp(-KeyCells::FARTHEST * scale, KeyCells::FARTHEST * scale)
}
