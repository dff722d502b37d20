//! The log-likelihood ratio of a stretch of typing against a profile's table.

use super::{
    cells::KeyCells,
    pair::{FLIGHTS, Pair},
    population::{FLIGHT_SPREAD, HOLD_SPREAD},
    table::KeyTable,
};
use crate::{
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

/// Natural logarithm; positive speaks for the person. `fade` multiplies the weight of what was seen.
pub(crate) fn typing_log_ratio(table: &KeyTable, seen: &KeyCells, fade: f32) -> f64 {
    let holds: Vec<Cell> = table
        .hold
        .iter()
        .zip(&seen.hold)
        .map(|(enrolled, seen)| Cell {
            enrolled: *enrolled,
            seen: seen.faded(fade),
        })
        .collect();
    let flights: f64 = (0..FLIGHTS)
        .map(|flight| {
            log_ratio(
                &FLIGHT_SPREAD[flight],
                &flight_cells(table, seen, fade, flight),
            )
        })
        .sum();
    MISFIT * (log_ratio(&HOLD_SPREAD, &holds) + FLIGHT_WEIGHT * flights)
}

/// Common pairs one by one, the rest by group.
fn flight_cells(table: &KeyTable, seen: &KeyCells, fade: f32, flight: usize) -> Vec<Cell> {
    let mut rest = [Moments::default(); Pair::GROUPS];
    let mut cells = Vec::with_capacity(Pair::GROUPS + 64);
    for pair in Pair::all() {
        let seen = seen.flight[pair.index()][flight].faded(fade);
        match table.pair(pair) {
            Some(enrolled) => cells.push(Cell {
                enrolled: enrolled[flight],
                seen,
            }),
            None => rest[pair.group()].merge(seen),
        }
    }
    let groups = table.group.iter().zip(rest);
    cells.extend(groups.map(|(enrolled, seen)| Cell {
        enrolled: enrolled[flight],
        seen,
    }));
    cells
}
