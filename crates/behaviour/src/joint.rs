//! All summaries of a stretch judged together, with the correlations between them.
//!
//! Two-covariance form of probabilistic linear discriminant analysis (Brümmer and de Villiers 2010): a person's means
//! are normal around the population's with covariance B; what is seen of them has the mood of a session and the noise
//! of its few observations. What was not seen is left out of the sums.

use std::sync::{Arc, OnceLock};

use crate::symmetric::{Symmetric, dot};

/// Enrolment spans several sessions, so that little of one session's mood is left in it.
const ENROLMENT_SESSIONS: f64 = 4.0;

/// Some sessions are unlike the rest: another chair, cold hands, a keyboard that the computer takes for the same. One
/// in ten is taken to differ from the person's usual by three times as much; a guess.
const ODD_SESSIONS: f64 = 0.1;
const ODD_MOODS: f64 = 9.0;

/// Values with the number of observations behind each; zero where there were none.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Summary {
    pub value: Vec<f64>,
    pub weight: Vec<f64>,
}

/// The population's part.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Joint {
    pub mean: Vec<f64>,
    /// Covariance between people.
    pub between: Symmetric,
    /// Covariance between sessions of one person.
    pub session: Symmetric,
    /// Variance of one observation.
    pub within: Vec<f64>,
    /// Correlation of the noise.
    pub correlation: Symmetric,
}

/// What enrolment says of a person's means.
#[derive(Debug, Clone)]
pub(crate) struct Posterior {
    mean: Vec<f64>,
    covariance: Symmetric,
}

impl Joint {
    /// Natural logarithm of the likelihood ratio; zero where the numbers say nothing.
    pub fn log_ratio(&self, enrolled: Option<&Posterior>, seen: &Summary) -> f64 {
        let ratio = enrolled.and_then(|posterior| self.ratio_to(posterior, seen));
        ratio.filter(|ratio| ratio.is_finite()).unwrap_or(0.0)
    }

    fn ratio_to(&self, posterior: &Posterior, seen: &Summary) -> Option<f64> {
        let present = seen.present();
        let in_mood = |moods: f64, mean: &[f64], covariance: &Symmetric| {
            log_density(&present, seen, mean, |i, j| {
                covariance.at(i, j) + self.noise(seen, moods, i, j)
            })
        };
        let density = |mean: &[f64], covariance: &Symmetric| {
            let usual = in_mood(1.0, mean, covariance)?;
            Some(mixed(usual, in_mood(ODD_MOODS, mean, covariance)?))
        };
        Some(density(&posterior.mean, &posterior.covariance)? - density(&self.mean, &self.between)?)
    }

    /// Mean m + B(B+N)⁻¹(e-m) and covariance B - B(B+N)⁻¹B over what enrolment saw.
    pub fn posterior(&self, enrolled: &Summary) -> Option<Posterior> {
        let present = enrolled.present();
        let known = Symmetric::of(present.len(), |a, b| {
            let (i, j) = (present[a], present[b]);
            self.between.at(i, j) + self.noise(enrolled, 1.0 / ENROLMENT_SESSIONS, i, j)
        });
        let factor = known.cholesky()?;
        let mut deviation: Vec<f64> = present
            .iter()
            .map(|i| enrolled.value[*i] - self.mean[*i])
            .collect();
        factor.forward(&mut deviation);
        let gains: Vec<Vec<f64>> = (0..self.mean.len())
            .map(|i| {
                let mut row: Vec<f64> = present.iter().map(|j| self.between.at(i, *j)).collect();
                factor.forward(&mut row);
                row
            })
            .collect();
        Some(Posterior {
            mean: gains
                .iter()
                .zip(&self.mean)
                .map(|(gain, mean)| mean + dot(gain, &deviation))
                .collect(),
            covariance: Symmetric::of(self.mean.len(), |i, j| {
                self.between.at(i, j) - dot(&gains[i], &gains[j])
            }),
        })
    }

    fn noise(&self, summary: &Summary, moods: f64, i: usize, j: usize) -> f64 {
        let one = |i: usize| (self.within[i] / summary.weight[i]).sqrt();
        moods * self.session.at(i, j) + self.correlation.at(i, j) * one(i) * one(j)
    }
}

impl Summary {
    fn present(&self) -> Vec<usize> {
        (0..self.weight.len())
            .filter(|i| self.weight[*i] > 0.0)
            .collect()
    }

    pub fn push(&mut self, value: f64, weight: f64) {
        self.value.push(if weight > 0.0 { value } else { 0.0 });
        self.weight.push(weight);
    }
}

/// ln of the density of a session that is usual or odd, from the logarithms of both.
fn mixed(usual: f64, odd: f64) -> f64 {
    let top = usual.max(odd);
    let sum = (1.0 - ODD_SESSIONS) * (usual - top).exp() + ODD_SESSIONS * (odd - top).exp();
    top + sum.ln()
}

/// Up to the constant that both hypotheses share.
fn log_density(
    present: &[usize],
    seen: &Summary,
    mean: &[f64],
    covariance: impl Fn(usize, usize) -> f64,
) -> Option<f64> {
    let factor = Symmetric::of(present.len(), |a, b| covariance(present[a], present[b]));
    let factor = factor.cholesky()?;
    let mut deviation: Vec<f64> = present.iter().map(|i| seen.value[*i] - mean[*i]).collect();
    factor.forward(&mut deviation);
    Some(-0.5 * (factor.log_determinant() + dot(&deviation, &deviation)))
}

/// What was worked out of a profile, until the profile changes. Says nothing that the profile does not.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known(OnceLock<Option<Arc<Posterior>>>);

impl Known {
    pub fn get_or(&self, work_out: impl FnOnce() -> Option<Posterior>) -> Option<&Posterior> {
        self.0.get_or_init(|| work_out().map(Arc::new)).as_deref()
    }
}

impl PartialEq for Known {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = 4;

    fn joint() -> Joint {
        let own = |variance: f64| Symmetric::of(SIZE, |i, j| if i == j { variance } else { 0.0 });
        Joint {
            mean: vec![0.0; SIZE],
            between: Symmetric::of(SIZE, |i, j| if i == j { 0.05 } else { 0.03 }),
            session: own(0.001),
            within: vec![0.1; SIZE],
            correlation: own(1.0),
        }
    }

    fn summary(value: f64, weight: f64) -> Summary {
        Summary {
            value: vec![value; SIZE],
            weight: vec![weight; SIZE],
        }
    }

    #[test]
    fn agreement_speaks_for_the_person_and_disagreement_against() {
        let (joint, enrolled) = (joint(), joint().posterior(&summary(0.4, 100.0)));
        assert!(joint.log_ratio(enrolled.as_ref(), &summary(0.4, 20.0)) > 1.0);
        assert!(joint.log_ratio(enrolled.as_ref(), &summary(-0.4, 20.0)) < -1.0);
    }

    #[test]
    fn what_was_not_seen_or_not_enrolled_says_nothing() {
        let joint = joint();
        let enrolled = joint.posterior(&summary(0.4, 100.0));
        let blank = joint.posterior(&summary(0.4, 0.0));
        assert!(joint.log_ratio(enrolled.as_ref(), &summary(0.4, 0.0)).abs() < 1e-12);
        assert!(joint.log_ratio(blank.as_ref(), &summary(0.4, 20.0)).abs() < 1e-9);
    }

    #[test]
    fn numbers_that_are_none_say_nothing() {
        let joint = joint();
        let enrolled = joint.posterior(&summary(0.4, 100.0));
        let ratio = joint.log_ratio(enrolled.as_ref(), &summary(f64::NAN, 20.0));
        assert!(ratio.abs() < 1e-12);
    }
}
