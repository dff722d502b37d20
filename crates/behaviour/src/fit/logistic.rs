//! How much each score counts: logistic regression on people of whom nothing was fitted.

use std::sync::Arc;

use super::Sessions;
use crate::{
    Event, EventKind, GenerationId, Observer, Population, Profile,
    symmetric::Symmetric,
    typing::population::{Fusion, SCORES},
};

/// The joint score as it is.
pub(super) const UNWEIGHED: Fusion = Fusion {
    weights: [0.0, 0.0, 0.0, 0.0, 1.0],
    bias: 0.0,
};

const LENGTHS: [usize; 3] = [50, 100, 200];
/// Others who are tried against each person.
const IMPOSTORS: usize = 4;
const STEPS: usize = 25;
const RIDGE: f64 = 1.0;

/// The scores of a window, and whether it is the person's own.
pub(super) struct Trial {
    scores: [f64; SCORES],
    genuine: bool,
}

/// Each person enrols with two thirds of their sessions; the rest, and that of the next few people, is tried.
pub(super) fn trials(population: &Arc<Population>, people: &[Sessions]) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (owner, sessions) in people.iter().enumerate() {
        let (enrol, _) = parted(sessions);
        let profile = Profile::new(GenerationId([0; 16]));
        let mut learner = Observer::with_population(profile, Arc::clone(population));
        enrol.iter().flatten().for_each(|event| learner.feed(event));
        let mut fresh = Observer::with_population(learner.take_profile(), Arc::clone(population));
        fresh.freeze();
        for step in 0..=IMPOSTORS {
            let (_, test) = parted(&people[(owner + step * 7) % people.len()]);
            windows(&fresh, test, step == 0, &mut trials);
        }
    }
    trials
}

fn parted(sessions: &Sessions) -> (&[Vec<Event>], &[Vec<Event>]) {
    sessions.split_at(sessions.len() * 2 / 3)
}

fn windows(fresh: &Observer, test: &[Vec<Event>], genuine: bool, trials: &mut Vec<Trial>) {
    for length in LENGTHS {
        let (mut observer, mut keys) = (fresh.clone(), 0);
        for event in test.iter().flatten() {
            observer.feed(event);
            keys += usize::from(matches!(event.kind, EventKind::KeyDown { .. }));
            if keys == length {
                let scores = observer.typing_scores();
                trials.extend(scores.map(|scores| Trial { scores, genuine }));
                (observer, keys) = (fresh.clone(), 0);
            }
        }
    }
}

/// By Newton's method, own windows and others' weighing the same in all, so that the result is a log-likelihood ratio.
pub(super) fn regress(trials: &[Trial]) -> Fusion {
    let own = trials.iter().filter(|t| t.genuine).count().max(1);
    let others = (trials.len() - own.min(trials.len())).max(1);
    let mut theta = [0.0; SCORES + 1];
    theta[SCORES - 1] = 0.5;
    for _ in 0..STEPS {
        let Some(step) = newton(trials, &theta, own, others) else {
            break;
        };
        theta.iter_mut().zip(step).for_each(|(t, s)| *t += s);
    }
    let mut weights = [0.0; SCORES];
    weights.copy_from_slice(&theta[..SCORES]);
    Fusion {
        weights,
        bias: theta[SCORES],
    }
}

#[allow(clippy::cast_precision_loss)] // counts
fn newton(
    trials: &[Trial],
    theta: &[f64; SCORES + 1],
    own: usize,
    others: usize,
) -> Option<Vec<f64>> {
    let size = SCORES + 1;
    let total = (own + others) as f64;
    let mut hessian = Symmetric::of(size, |i, j| f64::from(u8::from(i == j)) * RIDGE);
    let mut gradient: Vec<f64> = theta.iter().map(|t| -RIDGE * t).collect();
    for trial in trials {
        let mut x = [1.0; SCORES + 1];
        x[..SCORES].copy_from_slice(&trial.scores);
        x.iter_mut().for_each(|x| *x = x.clamp(-60.0, 60.0));
        let log_odds: f64 = x.iter().zip(theta).map(|(x, t)| x * t).sum();
        let p = 1.0 / (1.0 + (-log_odds).exp());
        let (aim, count) = if trial.genuine {
            (1.0, own)
        } else {
            (0.0, others)
        };
        let weight = 0.5 * total / count as f64;
        for i in 0..size {
            gradient[i] += weight * (aim - p) * x[i];
            for j in 0..=i {
                let value = hessian.at(i, j) + weight * p * (1.0 - p) * x[i] * x[j];
                hessian.set(i, j, value);
            }
        }
    }
    let factor = hessian.cholesky()?;
    factor.forward(&mut gradient);
    factor.backward(&mut gradient);
    Some(gradient)
}
