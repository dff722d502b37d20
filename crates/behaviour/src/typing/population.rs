//! How people in general type. What published summaries say is worked out by `make prior` and lies in `shipped`; every
//! other number is set by hand from the reasoning beside it. None is fitted on recordings.
//!
//! Sources: Dhakal, Feit, Kristensson, Oulasvirta, "Observations on Typing from 136 Million Keystrokes",
//! CHI 2018 (between people: inter-key interval 238.7 ms, SD 111.6; key hold 116.3 ms, SD 23.9; a quarter of
//! the keys overlap, SD 17 %). Salthouse, "Perceptual, Cognitive, and Motoric Aspects of Transcription
//! Typing", 1986 (keys of alternate hands follow faster, keys of one finger slower).

mod shipped;

use super::pair::{FLIGHTS, Pair, Zone};
#[cfg(feature = "lab")]
use super::summary::SIZE;
#[cfg(feature = "lab")]
use crate::symmetric::Symmetric;
use shipped::{FLIGHT, HOLD, HOLD_BETWEEN, INTERVAL_BETWEEN};

use crate::{KeyClass, joint::Joint, likelihood::Spread};

/// Means and spreads of people's typing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TypingPopulation {
    pub hold_mean: [f32; KeyClass::COUNT],
    pub flight_mean: [[f32; FLIGHTS]; Pair::COUNT],
    pub hold: Spread,
    pub flight: [Spread; FLIGHTS],
    /// Where enough people are known: all summaries judged together, and how the scores are weighed.
    pub joint: Option<(Joint, Fusion)>,
}

/// Log-odds from the scores of holds, of the three flights and of everything together: logistic regression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fusion {
    pub weights: [f64; SCORES],
    pub bias: f64,
}

pub(crate) const SCORES: usize = FLIGHTS + 2;

impl TypingPopulation {
    pub fn shipped() -> Self {
        let mut population = Self {
            hold_mean: [HOLD; KeyClass::COUNT],
            flight_mean: [[0.0; FLIGHTS]; Pair::COUNT],
            hold: HOLD_SPREAD,
            flight: FLIGHT_SPREAD,
            joint: None,
        };
        population.hold_mean[KeyClass::LeftOuter.index()] += MODIFIER_HOLD;
        for pair in Pair::all() {
            population.flight_mean[pair.index()] = flight_mean(pair);
        }
        population
    }

    /// Mean ln(ms) of the hold of a class.
    pub fn hold_mean(&self, class: KeyClass) -> f32 {
        self.hold_mean[class.index()]
    }

    /// Mean flights of a pair.
    pub fn flight_mean(&self, pair: Pair) -> [f32; FLIGHTS] {
        self.flight_mean[pair.index()]
    }
}

/// A modifier is held over the key that it modifies, for about twice as long as a letter.
const MODIFIER_HOLD: f32 = 0.6;

/// A finger column differs by half as much again from a person's own mean.
/// Within a person the coefficient of variation of a hold is near 0.25. From session to session (another day, chair or
/// keyboard) a person's mean moves by half of what people differ by; a guess.
const HOLD_SPREAD: Spread = Spread {
    person: HOLD_BETWEEN,
    people: 0.1,
    cell: 0.1,
    population: 0.15,
    within: 0.27,
    session: 0.10,
    session_cell: 0.04,
};

/// Up-down stretches small flights (asinh), so
/// that its spreads are about twice those of the logarithm.
const FLIGHT_SPREAD: [Spread; FLIGHTS] = [
    Spread {
        person: INTERVAL_BETWEEN,
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
        person: INTERVAL_BETWEEN,
        people: 0.2,
        cell: 0.15,
        population: 0.3,
        within: 0.50,
        session: 0.12,
        session_cell: 0.08,
    },
];

/// Mean flights of a pair.
fn flight_mean(pair: Pair) -> [f32; FLIGHTS] {
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

/// Covariance between the sessions of one person over the values of a summary: a part shared by all cells of a feature,
/// the shared parts of the three flights going together, and one for each cell.
#[cfg(feature = "lab")]
pub(crate) fn session_covariance() -> Symmetric {
    /// Flights are three views of one interval.
    const FLIGHTS_TOGETHER: f64 = 0.9;
    /// How much the scatter of a person's timing changes, in ln units; a guess.
    const SCATTER: f64 = 0.08;
    let spread = |i: usize| match i {
        i if i < KeyClass::COUNT => Some((0, &HOLD_SPREAD)),
        i if i < KeyClass::COUNT + Pair::GROUPS * FLIGHTS => {
            let flight = (i - KeyClass::COUNT) % FLIGHTS;
            Some((1 + flight, &FLIGHT_SPREAD[flight]))
        }
        _ => None,
    };
    Symmetric::of(SIZE, |i, j| match (spread(i), spread(j)) {
        (Some((_, a)), Some(_)) if i == j => a.session.powi(2) + a.session_cell.powi(2),
        (Some((f, a)), Some((g, _))) if f == g => a.session.powi(2),
        (Some((f, a)), Some((g, b))) if f > 0 && g > 0 => FLIGHTS_TOGETHER * a.session * b.session,
        _ if i == j => SCATTER.powi(2),
        _ => 0.0,
    })
}
