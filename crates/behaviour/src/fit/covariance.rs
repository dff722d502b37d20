//! The covariances of the joint model, by moments: within people from stretches, between people from their means.

use super::{clip::clipped, people::Typist};
use crate::{
    joint::{Joint, Summary},
    symmetric::Symmetric,
    typing::{population::session_covariance, summary::SIZE},
};

/// Correlations that few people show are chance: shrink all of them a little.
const SHRINK: f64 = 0.05;
/// A value is seen often enough in one person for their mean to count.
const SEEN: f64 = 4.0;
/// Sessions that a background person's whole recording is worth.
const SESSIONS: f64 = 4.0;

pub(super) fn fit(typists: &[Typist]) -> Joint {
    let (mood, within): (Vec<f64>, Vec<f64>) =
        (0..SIZE).map(|i| mood_and_within(typists, i)).unzip();
    let shared = session_covariance();
    let session = Symmetric::of(SIZE, |i, j| {
        let own = if i == j {
            (mood[i] - shared.at(i, i)).max(0.0)
        } else {
            0.0
        };
        shared.at(i, j) + own
    });
    let correlation = noise_correlation(typists, &mood, &within);
    let mean: Vec<f64> = (0..SIZE).map(|i| mean(typists, i)).collect();
    let between = between(typists, &mean, &within, &correlation);
    Joint {
        mean,
        between,
        session,
        within,
        correlation,
    }
}

/// The squared distance of a stretch from its person's mean, freed of the stretch's own part in that mean.
fn residual(whole: &Summary, stretch: &Summary, i: usize) -> Option<(f64, f64)> {
    let (n, all) = (stretch.weight[i], whole.weight[i]);
    let known = n > 0.0 && all >= 2.0 * n && all >= SEEN;
    known.then(|| {
        let free = (all / (all - n)).sqrt();
        ((stretch.value[i] - whole.value[i]) * free, n)
    })
}

/// Least squares of squared residuals on 1/n, weighed by n².
fn mood_and_within(typists: &[Typist], i: usize) -> (f64, f64) {
    let (mut n2, mut n1, mut n0, mut rn2, mut rn1) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for typist in typists {
        let all = typist.stretches.iter();
        for (r, n) in all.filter_map(|s| residual(&typist.whole, s, i)) {
            let square = r * r;
            n2 += n * n;
            n1 += n;
            n0 += 1.0;
            rn2 += square * n * n;
            rn1 += square * n;
        }
    }
    if n0 < 30.0 {
        return (0.05, 1.0);
    }
    let determinant = n2 * n0 - n1 * n1;
    let mood = (rn2 * n0 - rn1 * n1) / determinant;
    if determinant <= 1e-9 * n2 * n0 || mood <= 0.0 {
        return (0.0, (rn1 / n0).max(1e-4));
    }
    let within = (rn1 - mood * n1) / n0;
    (mood, within.max(1e-4))
}

fn noise_correlation(typists: &[Typist], mood: &[f64], within: &[f64]) -> Symmetric {
    let mut sums = Symmetric::zero(SIZE);
    let mut counts = Symmetric::zero(SIZE);
    for typist in typists {
        for stretch in &typist.stretches {
            let of = |i: usize| {
                let (r, n) = residual(&typist.whole, stretch, i)?;
                Some((r / (mood[i] + within[i] / n).sqrt()).clamp(-4.0, 4.0))
            };
            let known: Vec<(usize, f64)> = (0..SIZE).filter_map(|i| Some((i, of(i)?))).collect();
            for (place, (i, a)) in known.iter().enumerate() {
                for (j, b) in &known[..=place] {
                    sums.set(*i, *j, sums.at(*i, *j) + a * b);
                    counts.set(*i, *j, counts.at(*i, *j) + 1.0);
                }
            }
        }
    }
    let raw = Symmetric::of(SIZE, |i, j| {
        if i == j {
            return 1.0;
        }
        let scale =
            (sums.at(i, i) / counts.at(i, i).max(1.0)) * (sums.at(j, j) / counts.at(j, j).max(1.0));
        let n = counts.at(i, j);
        let known = n / (n + 100.0);
        (1.0 - SHRINK) * known * (sums.at(i, j) / n.max(1.0)) / scale.sqrt().max(1e-6)
    });
    clipped(&raw, 1e-3)
}

fn mean(typists: &[Typist], i: usize) -> f64 {
    let (sum, count) = typists
        .iter()
        .map(|typist| &typist.whole)
        .filter(|whole| whole.weight[i] >= SEEN)
        .fold((0.0, 0.0), |(sum, count), whole| {
            (sum + whole.value[i], count + 1.0)
        });
    sum / f64::max(count, 1.0)
}

fn between(typists: &[Typist], mean: &[f64], within: &[f64], correlation: &Symmetric) -> Symmetric {
    let session = session_covariance();
    let raw = Symmetric::of(SIZE, |i, j| {
        let (mut sum, mut count) = (0.0, 0.0);
        for Typist { whole, .. } in typists {
            let (n, m) = (whole.weight[i], whole.weight[j]);
            if n < SEEN || m < SEEN {
                continue;
            }
            let noise = correlation.at(i, j) * (within[i] * within[j] / (n * m)).sqrt();
            let product = (whole.value[i] - mean[i]) * (whole.value[j] - mean[j]);
            sum += product - noise;
            count += 1.0;
        }
        let known = count / (count + 20.0);
        let shrunk = if i == j { 1.0 } else { 1.0 - SHRINK };
        let found = shrunk * known * sum / f64::max(count, 1.0);
        if i == j {
            found.max(session.at(i, i) / SESSIONS)
        } else {
            found
        }
    });
    clipped(&raw, 1e-5)
}
