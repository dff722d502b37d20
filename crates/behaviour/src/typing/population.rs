//! How people in general type. Every number is set by hand from published summaries or from the reasoning
//! beside it; none is fitted on recordings.
//!
//! Sources: Dhakal, Feit, Kristensson, Oulasvirta, "Observations on Typing from 136 Million Keystrokes",
//! CHI 2018 (between people: inter-key interval 238.7 ms, SD 111.6; key hold 116.3 ms, SD 23.9; a quarter of
//! the keys overlap, SD 17 %). Salthouse, "Perceptual, Cognitive, and Motoric Aspects of Transcription
//! Typing", 1986 (keys of alternate hands follow faster, keys of one finger slower).

use super::pair::{FLIGHTS, Pair, Zone};
use crate::{KeyClass, likelihood::Spread};

/// ln(110 ms): the median of a log-normal with the published mean and SD lies just below the mean.
const HOLD: f32 = 4.7;
/// A modifier is held over the key that it modifies, for about twice as long as a letter.
const MODIFIER_HOLD: f32 = 0.6;
/// ln(200 ms), asinh(90/50), asinh(200/50): the median interval of a skewed distribution with mean 239 ms,
/// less a hold of 110 ms for up-down.
const FLIGHT: [f32; FLIGHTS] = [5.3, 1.35, 2.09];

/// 0.2 is 23.9/116.3, between people. A finger column differs by half as much again from a person's own mean.
/// Within a person the coefficient of variation of a hold is near 0.25.
pub(crate) const HOLD_SPREAD: Spread = Spread {
    person: 0.2,
    people: 0.1,
    cell: 0.1,
    population: 0.15,
    within: 0.27,
    session: 0.05,
    session_cell: 0.04,
};

/// 0.43 is the log-normal's sigma for 111.6/238.7, between people. Up-down stretches small flights (asinh), so
/// that its spreads are about twice those of the logarithm.
pub(crate) const FLIGHT_SPREAD: [Spread; FLIGHTS] = [
    Spread {
        person: 0.43,
        people: 0.2,
        cell: 0.15,
        population: 0.3,
        within: 0.40,
        session: 0.12,
        session_cell: 0.08,
    },
    Spread {
        person: 0.80,
        people: 0.4,
        cell: 0.30,
        population: 0.6,
        within: 0.90,
        session: 0.25,
        session_cell: 0.16,
    },
    Spread {
        person: 0.43,
        people: 0.2,
        cell: 0.15,
        population: 0.3,
        within: 0.50,
        session: 0.12,
        session_cell: 0.08,
    },
];

/// Mean ln(ms) of the hold of a class.
pub(crate) fn hold_mean(class: KeyClass) -> f32 {
    if class == KeyClass::LeftOuter {
        HOLD + MODIFIER_HOLD
    } else {
        HOLD
    }
}

/// Mean flights of a pair.
pub(crate) fn flight_mean(pair: Pair) -> [f32; FLIGHTS] {
    let slower = relative_interval(pair);
    [
        FLIGHT[0] + slower,
        FLIGHT[1] + 2.0 * slower,
        FLIGHT[2] + slower,
    ]
}

/// Relative to the average pair, in ln units of the interval.
fn relative_interval(pair: Pair) -> f32 {
    match pair.zones() {
        (Zone::Left, Zone::Right) | (Zone::Right, Zone::Left) => -0.15,
        _ if pair.is_one_column() => 0.1,
        (Zone::Outer, _) | (_, Zone::Outer) => 0.2,
        _ => 0.0,
    }
}
