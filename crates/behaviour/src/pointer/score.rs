//! The log-likelihood ratio of a stretch of pointer use against a profile's table.

use super::table::{FEATURES, Feature, PointerTable};
use crate::{
    likelihood::{Cell, Spread, log_ratio},
    moments::Moments,
};

/// The pointer may tip the scales but never carry a verdict: its features hang on device and task, and it
/// was measured on too few people.
const MOST: f64 = 2.0;
/// Eleven features of one movement overlap; about half of them are news.
const WEIGHT: f64 = 0.5;

/// Natural logarithm within ±[`MOST`]; positive speaks for the person.
pub(crate) fn pointer_log_ratio(table: &PointerTable, seen: &PointerTable, fade: f32) -> f64 {
    uncapped(table, seen, fade).clamp(-MOST, MOST)
}

pub(crate) fn uncapped(table: &PointerTable, seen: &PointerTable, fade: f32) -> f64 {
    let score = |index| {
        let (enrolled, seen): (Moments, Moments) = (table.cells[index], seen.cells[index]);
        let present = enrolled.n >= FEWEST_SIGHTINGS && seen.n > 0.0;
        if present {
            feature_log_ratio(index, enrolled, seen.faded(fade))
        } else {
            0.0
        }
    };
    WEIGHT * (0..FEATURES).map(score).sum::<f64>()
}

const FEWEST_SIGHTINGS: f32 = 20.0;

/// What is usual depends on the device, and anybody at this computer uses this device. "Anybody" is
/// therefore centred on the person's own mean: agreement can say little, disagreement much.
fn feature_log_ratio(index: usize, enrolled: Moments, seen: Moments) -> f64 {
    let centre = enrolled.mean;
    let at = |moments: Moments| Moments {
        mean: moments.mean - centre,
        ..moments
    };
    log_ratio(
        &spread(index),
        &[Cell {
            enrolled: at(enrolled),
            seen: at(seen),
        }],
    )
}

/// Between people as much as half of what single strokes of one person vary by; set by hand.
fn spread(index: usize) -> Spread {
    let within = match index {
        i if i == Feature::TimeToPeak as usize => 0.25,
        i if i == Feature::Peak as usize || i == Feature::Detour as usize => 0.4,
        i if i == Feature::ClickHold as usize => 0.35,
        _ => 0.7,
    };
    Spread {
        person: 0.001,
        people: 0.0,
        cell: within / 2.0,
        population: 0.0,
        within,
        session: 0.001,
        session_cell: within / 6.0,
    }
}
