//! How much more likely an observation is from the person of the profile than from anybody else.
//!
//! A person's mean in cell c is `population + person + cell_c`, each normal. An observation adds the mood of
//! the session, again one part shared by all cells and one of the cell, and the noise of its few samples.
//! Both hypotheses integrate out what they do not know: "same" starts from the posterior after enrolment, "other"
//! from the population. This is the two-level Gaussian behind probabilistic linear discriminant analysis
//! (Prince and Elder 2007), in closed form. Because the shared part is integrated, a hundred keys that are
//! all a little fast count as one fact about speed and not as a hundred.

use crate::moments::Moments;

/// Standard deviations of one feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    /// Between people, shared by all cells.
    pub person: f64,
    /// Of our own ignorance: how far the population's shared mean may lie from where we put it.
    pub people: f64,
    /// Between people, of one cell beyond the shared part.
    pub cell: f64,
    /// Of our own ignorance: how far the population mean of one cell may lie from where we put it.
    pub population: f64,
    /// Of single observations of one person.
    pub within: f64,
    /// Between sessions of one person, shared by all cells.
    pub session: f64,
    /// Between sessions of one person, of one cell.
    pub session_cell: f64,
}

impl Spread {
    /// Of the shared part of one person around where we put the population mean.
    fn person_variance(&self) -> f64 {
        self.person.powi(2) + self.people.powi(2)
    }

    /// Of one cell of one person around where we put the population mean.
    fn cell_variance(&self) -> f64 {
        self.cell.powi(2) + self.population.powi(2)
    }
}

/// What enrolment and the present say about one cell, as deviations from the population mean.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cell {
    pub enrolled: Moments,
    pub seen: Moments,
}

/// Successive keys depend on each other (words, bursts), so that n of them are worth n/2.
const INDEPENDENT_SHARE: f64 = 0.5;
/// Weight of the population's `within` against the person's own, in observations.
const WITHIN_PRIOR: f64 = 30.0;

/// The natural logarithm of the likelihood ratio of everything seen in these cells.
pub(crate) fn log_ratio(spread: &Spread, cells: &[Cell]) -> f64 {
    let own = own_within(spread, cells);
    let (person, certainty) = posterior_person(spread, own, cells);
    let session = spread.session.powi(2);
    let same = log_marginal(person, certainty + session, cells, |cell| {
        let (shift, variance) = posterior_cell(spread, own, person, cell);
        (shift, variance + noise(spread, own, cell))
    });
    let (mean, uncertainty) = others_person(spread, person, certainty);
    let other = log_marginal(mean, uncertainty + session, cells, |cell| {
        let (shift, variance) = others_cell(spread, own, person, cell);
        (shift, variance + noise(spread, own, cell))
    });
    same - other
}

/// The person's own variance of single observations, shrunk towards the population's.
fn own_within(spread: &Spread, cells: &[Cell]) -> f64 {
    let (squares, freedom) = cells
        .iter()
        .map(|cell| cell.enrolled)
        .fold((0.0, 0.0), |(m2, df), e| {
            (m2 + f64::from(e.m2), df + f64::from((e.n - 1.0).max(0.0)))
        });
    (WITHIN_PRIOR * spread.within.powi(2) + squares) / (WITHIN_PRIOR + freedom)
}

/// Mean and variance of the person's shared part after enrolment.
fn posterior_person(spread: &Spread, own: f64, cells: &[Cell]) -> (f64, f64) {
    let prior = 1.0 / spread.person_variance();
    let (precision, weighted) =
        cells
            .iter()
            .filter(|cell| cell.enrolled.n > 0.0)
            .fold((prior, 0.0), |(p, w), cell| {
                let one = 1.0 / (spread.cell_variance() + enrolment_noise(spread, own, cell));
                (p + one, w + one * f64::from(cell.enrolled.mean))
            });
    (weighted / precision, 1.0 / precision)
}

/// The same for anybody else, who shares with this person whatever is wrong with our population mean.
fn others_person(spread: &Spread, person: f64, certainty: f64) -> (f64, f64) {
    let common = spread.people.powi(2) / spread.person_variance();
    let unshared = spread.person.powi(2) + spread.people.powi(2) * (1.0 - common);
    (common * person, unshared + common * common * certainty)
}

/// Mean and variance of one cell beyond the person's shared part, after enrolment.
fn posterior_cell(spread: &Spread, own: f64, person: f64, cell: &Cell) -> (f64, f64) {
    let prior = spread.cell_variance();
    if cell.enrolled.n <= 0.0 {
        return (0.0, prior);
    }
    let gain = prior / (prior + enrolment_noise(spread, own, cell));
    (
        gain * (f64::from(cell.enrolled.mean) - person),
        prior * (1.0 - gain),
    )
}

/// The same for anybody else, who shares with this person whatever is wrong with our population mean.
fn others_cell(spread: &Spread, own: f64, person: f64, cell: &Cell) -> (f64, f64) {
    let common = spread.population.powi(2) / spread.cell_variance();
    let (shift, variance) = posterior_cell(spread, own, person, cell);
    let unshared = spread.cell.powi(2) + spread.population.powi(2) * (1.0 - common);
    (common * shift, unshared + common * common * variance)
}

/// Enrolment spans several sessions, so that little of one session's mood is left in it.
fn enrolment_noise(spread: &Spread, own: f64, cell: &Cell) -> f64 {
    own / (f64::from(cell.enrolled.n) * INDEPENDENT_SHARE) + spread.session_cell.powi(2) / 4.0
}

fn noise(spread: &Spread, within: f64, cell: &Cell) -> f64 {
    within / (f64::from(cell.seen.n) * INDEPENDENT_SHARE) + spread.session_cell.powi(2)
}

/// ln ∫ N(a; mean, variance) Π N(seen_c; a + shift_c, variance_c) da, up to the constant both sides share.
fn log_marginal(
    mean: f64,
    variance: f64,
    cells: &[Cell],
    expected: impl Fn(&Cell) -> (f64, f64),
) -> f64 {
    let (mut logs, mut precision, mut weighted, mut squares) = (0.0, 0.0, 0.0, 0.0);
    for cell in cells.iter().filter(|cell| cell.seen.n > 0.0) {
        let (shift, noise) = expected(cell);
        let deviation = f64::from(cell.seen.mean) - mean - shift;
        logs += noise.ln();
        precision += 1.0 / noise;
        weighted += deviation / noise;
        squares += deviation * deviation / noise;
    }
    let shared = 1.0 + variance * precision;
    -0.5 * (logs + shared.ln() + squares - variance * weighted * weighted / shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPREAD: Spread = Spread {
        person: 0.2,
        people: 0.1,
        cell: 0.1,
        population: 0.05,
        within: 0.3,
        session: 0.05,
        session_cell: 0.03,
    };

    fn cells(enrolled: f32, seen: f32, n: f32) -> Vec<Cell> {
        let of = |mean, n: f32| Moments {
            n,
            mean,
            m2: 0.09 * n,
        };
        (0..10)
            .map(|_| Cell {
                enrolled: of(enrolled, 100.0),
                seen: of(seen, n),
            })
            .collect()
    }

    #[test]
    fn agreement_speaks_for_the_person_and_disagreement_against() {
        assert!(log_ratio(&SPREAD, &cells(0.3, 0.3, 20.0)) > 1.0);
        assert!(log_ratio(&SPREAD, &cells(0.3, -0.3, 20.0)) < -1.0);
    }

    #[test]
    fn nothing_enrolled_says_nothing() {
        let mut blank = cells(0.3, 0.1, 20.0);
        blank
            .iter_mut()
            .for_each(|cell| cell.enrolled = Moments::default());
        assert!(log_ratio(&SPREAD, &blank).abs() < 1e-9);
    }

    #[test]
    fn the_same_fact_seen_a_thousand_times_stays_one_fact() {
        let short = log_ratio(&SPREAD, &cells(0.0, 0.0, 50.0));
        let long = log_ratio(&SPREAD, &cells(0.0, 0.0, 50_000.0));
        assert!(long < short + 15.0, "{short} {long}");
    }
}
