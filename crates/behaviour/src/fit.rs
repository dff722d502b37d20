//! Fits a population to recordings of other people. Only for accuracy work: the agent has none of this.

mod clip;
mod covariance;
mod logistic;
mod people;

use std::sync::Arc;

use crate::{
    Event, Population,
    joint::Joint,
    likelihood::Spread,
    moments::Moments,
    typing::{pair::Pair, population::TypingPopulation},
};
use people::Typist;

/// One background person's events, session by session in order.
pub type Sessions = Vec<Vec<Event>>;

/// With fewer people than this, covariances are not worth having.
const FEWEST_PEOPLE: usize = 40;

impl Population {
    /// Fits everything to the typing of these people. With too few of them it is the shipped population.
    #[must_use]
    pub fn fit(people: &[Sessions]) -> Self {
        let mut population = Self::shipped();
        if people.len() < FEWEST_PEOPLE {
            return population;
        }
        let half = people.len() / 2;
        let (first, second) = people.split_at(half);
        let try_other = |train, test| {
            let typing = fit_typing(train);
            logistic::trials(
                &Arc::new(Self {
                    typing,
                    pointing: Vec::new(),
                }),
                test,
            )
        };
        let mut trials = try_other(first, second);
        trials.extend(try_other(second, first));
        let mut typing = fit_typing(people);
        if let Some((_, fusion)) = &mut typing.joint {
            *fusion = logistic::regress(&trials);
        }
        population.typing = typing;
        population
    }
}

fn fit_typing(people: &[Sessions]) -> TypingPopulation {
    let mut typing = TypingPopulation::shipped();
    move_means(&mut typing, people);
    let typists: Vec<Typist> = people.iter().map(|p| Typist::of(p, &typing)).collect();
    let joint = covariance::fit(&typists);
    typing.hold = spread(&typing.hold, &joint, &typists, 0..13, |t| t.within_hold());
    for flight in 0..3 {
        let dims = (0..Pair::GROUPS).map(move |group| 13 + group * 3 + flight);
        typing.flight[flight] = spread(&typing.flight[flight], &joint, &typists, dims, |t| {
            t.within_flight(flight)
        });
    }
    typing.joint = Some((joint, logistic::UNWEIGHED));
    typing
}

/// Puts each mean where the average person has it, as far as people show it.
fn move_means(typing: &mut TypingPopulation, people: &[Sessions]) {
    let typists: Vec<Typist> = people.iter().map(|p| Typist::of(p, typing)).collect();
    for index in 0..typing.hold_mean.len() {
        typing.hold_mean[index] += average(typists.iter().map(|t| &t.all.hold[index]));
    }
    for pair in 0..Pair::COUNT {
        for flight in 0..3 {
            let cells = typists.iter().map(|t| &t.all.flight[pair][flight]);
            typing.flight_mean[pair][flight] += average(cells);
        }
    }
}

/// Of people's means, each weighed by how well it is known, and shrunk while few people show it.
fn average<'a>(cells: impl Iterator<Item = &'a Moments>) -> f32 {
    let (sum, weight) = cells.fold((0.0, 0.0), |(sum, weight), cell| {
        let known = cell.n / (cell.n + 2.0);
        (sum + known * cell.mean, weight + known)
    });
    sum / (weight + 3.0)
}

/// Splits the covariance between people into a shared part and one for each cell.
fn spread(
    shipped: &Spread,
    joint: &Joint,
    typists: &[Typist],
    dims: impl Iterator<Item = usize>,
    within: impl Fn(&Typist) -> (f64, f64),
) -> Spread {
    // Cells with outer keys are rare and odd: they would set the shared part's size.
    let dims: Vec<usize> = dims.filter(|i| joint.within[*i] > 0.0).collect();
    let (mut shared, mut pairs, mut own) = (0.0, 0.0, 0.0);
    for (a, i) in dims.iter().enumerate() {
        own += joint.between.at(*i, *i);
        for j in &dims[..a] {
            shared += joint.between.at(*i, *j);
            pairs += 1.0;
        }
    }
    let shared = (shared / f64::max(pairs, 1.0)).max(1e-4);
    #[allow(clippy::cast_precision_loss)] // some tens
    let cell = (own / dims.len() as f64 - shared).max(shared / 20.0);
    let (squares, freedom) = typists
        .iter()
        .map(within)
        .fold((0.0, 0.0), |(s, f), (squares, freedom)| {
            (s + squares, f + freedom)
        });
    Spread {
        person: shared.sqrt(),
        people: 0.0,
        cell: cell.sqrt(),
        population: 0.0,
        within: (squares / f64::max(freedom, 1.0)).sqrt().max(0.05),
        ..*shipped
    }
}
