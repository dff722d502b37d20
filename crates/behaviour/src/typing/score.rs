//! The log-likelihood ratio of a stretch of typing against a profile's table.

use super::{
    cells::KeyCells,
    pair::{FLIGHTS, Pair},
    population::{SCORES, TypingPopulation},
    summary,
    table::KeyTable,
};
use crate::{
    KeyClass,
    joint::{Joint, Known},
    likelihood::{Cell, log_ratio},
    moments::Moments,
};

/// Holds are scored on their own; beyond them the three flights of a pair carry one new measurement, the
/// interval. Each therefore counts a third.
const FLIGHT_WEIGHT: f64 = 1.0 / 3.0;

/// Margin for what the model has wrong: people are not quite Gaussian, keys of one word depend on each other, holds and
/// flights of one person go together. If r is a true likelihood ratio then E(r^0.8) among impostors is at most 1
/// (Jensen), so that Markov's bound P(r^0.8 >= 1/α) <= α still holds; the margin only ever asks for more.
const MISFIT: f64 = 0.8;

/// What a profile knows, and what was worked out of it.
#[derive(Clone, Copy)]
pub(crate) struct Enrolled<'a> {
    pub table: &'a KeyTable,
    pub known: &'a Known,
}

/// Natural logarithm; positive speaks for the person. `fade` multiplies the weight of what was seen.
pub(crate) fn typing_log_ratio(
    population: &TypingPopulation,
    enrolled: Enrolled,
    seen: &KeyCells,
    fade: f32,
) -> f64 {
    let Some((joint, fusion)) = &population.joint else {
        let [hold, flights @ ..] = apart(population, enrolled.table, seen, fade);
        return MISFIT * (hold + FLIGHT_WEIGHT * flights.iter().sum::<f64>());
    };
    let scores = all(population, joint, enrolled, seen, fade);
    let weighed = scores.iter().zip(fusion.weights).map(|(s, w)| s * w);
    fusion.bias + weighed.sum::<f64>()
}

/// The scores of each feature on its own and of everything together.
pub(crate) fn all(
    population: &TypingPopulation,
    joint: &Joint,
    Enrolled { table, known }: Enrolled,
    seen: &KeyCells,
    fade: f32,
) -> [f64; SCORES] {
    let [hold, first, second, third] = apart(population, table, seen, fade);
    let posterior = known.get_or(|| joint.posterior(&summary::of_enrolment(table)));
    let together = joint.log_ratio(posterior, &summary::of_stretch(seen, fade));
    [hold, first, second, third, together]
}

/// Of holds, and of each flight.
fn apart(
    population: &TypingPopulation,
    table: &KeyTable,
    seen: &KeyCells,
    fade: f32,
) -> [f64; 1 + FLIGHTS] {
    let holds: [Cell; KeyClass::COUNT] = std::array::from_fn(|class| Cell {
        enrolled: table.hold[class],
        seen: seen.hold[class].faded(fade),
    });
    std::array::from_fn(|index| match index.checked_sub(1) {
        None => log_ratio(&population.hold, &holds),
        Some(flight) => log_ratio(
            &population.flight[flight],
            FlightCells::of(table, seen, fade, flight).filled(),
        ),
    })
}

/// Common pairs one by one, the rest by group. On the stack: a verdict takes no memory.
struct FlightCells {
    cells: [Cell; Pair::COUNT + Pair::GROUPS],
    len: usize,
}

impl FlightCells {
    fn of(table: &KeyTable, seen: &KeyCells, fade: f32, flight: usize) -> Self {
        let mut cells = Self {
            cells: [Cell::default(); Pair::COUNT + Pair::GROUPS],
            len: 0,
        };
        let mut rest = [Moments::default(); Pair::GROUPS];
        for pair in Pair::all() {
            let seen = seen.flight[pair.index()][flight].faded(fade);
            match table.pair(pair) {
                Some(enrolled) => cells.push(enrolled[flight], seen),
                None => rest[pair.group()].merge(seen),
            }
        }
        for (enrolled, seen) in table.group.iter().zip(rest) {
            cells.push(enrolled[flight], seen);
        }
        cells
    }

    fn push(&mut self, enrolled: Moments, seen: Moments) {
        self.cells[self.len] = Cell { enrolled, seen };
        self.len += 1;
    }

    fn filled(&self) -> &[Cell] {
        &self.cells[..self.len]
    }
}
