//! How well a person usually fits their own profile, learnt while it is: people differ in how alike they stay.

use serde::{Deserialize, Serialize};

use crate::{
    moments::Moments,
    observer::ends::{End, Ends, LENGTHS},
};

/// Fewer stretches say too little.
const FEWEST: f32 = 5.0;
/// The past weighs at most as much as so many stretches.
const MEMORY: f32 = 60.0;
/// The usual ratio is taken to be at least this where its variance is guessed from it.
const LEAST_MEAN: f64 = 1.0;

/// Noted in steps so coarse that no single key shows.
const STEP: f64 = 0.5;
/// No ratio that matters lies farther from nought.
const FARTHEST: f64 = 50.0;

/// The log-likelihood ratios that ends of the person's own typing had before they were learnt, by length.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Usual([Moments; LENGTHS.len()]);

impl Usual {
    #[allow(clippy::cast_possible_truncation)] // clamped
    pub fn note(&mut self, ends: &Ends) {
        for (moments, end) in self.0.iter_mut().zip(ends) {
            if let Some(end) = end {
                let ratio = end.log_ratio.clamp(-FARTHEST, FARTHEST);
                moments.add((STEP * (ratio / STEP).round()) as f32);
            }
        }
    }

    pub fn merge(&mut self, other: &Self) {
        for (moments, other) in self.0.iter_mut().zip(&other.0) {
            moments.merge(*other);
            *moments = moments.capped(MEMORY);
        }
    }

    /// How far below the usual the ends of at least 50 keys lie at most, in standard deviations.
    ///
    /// Where two Gaussians differ in their means, their log-likelihood ratio has a variance of twice its mean. What the
    /// person's own ratios vary by, mostly from one session to the next, comes on top.
    pub fn deviation(&self, ends: &Ends) -> Option<f64> {
        let deviations = self.0.iter().zip(ends).skip(1);
        deviations
            .filter_map(|(usual, end)| deviation(*usual, (*end)?))
            .reduce(f64::max)
    }

    /// With the least keys of each end.
    pub fn by_length(&self) -> impl Iterator<Item = (f32, Moments)> {
        LENGTHS.into_iter().zip(self.0)
    }

    pub fn is_possible(&self) -> bool {
        self.0.iter().all(Moments::is_possible)
    }
}

fn deviation(usual: Moments, end: End) -> Option<f64> {
    if usual.n < FEWEST {
        return None;
    }
    let mean = f64::from(usual.mean);
    let own = f64::from(usual.m2 / usual.n);
    Some((mean - end.log_ratio) / (2.0 * mean.max(LEAST_MEAN) + own).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(log_ratio: f64) -> Ends {
        LENGTHS.map(|keys| Some(End { keys, log_ratio }))
    }

    fn usual(ratios: &[f64]) -> Usual {
        let mut usual = Usual::default();
        ratios.iter().for_each(|ratio| usual.note(&ends(*ratio)));
        usual
    }

    #[test]
    fn the_same_ratio_is_stranger_in_a_steady_person() {
        let steady = usual(&[4.0; 10]).deviation(&ends(-3.0));
        let changing = usual(&[8.0, 0.0, 8.0, 0.0, 8.0, 0.0]).deviation(&ends(-3.0));
        assert!(steady > changing && changing > Some(0.0));
    }

    #[test]
    fn a_few_stretches_say_nothing_and_neither_do_ends_that_are_not_there() {
        assert_eq!(usual(&[4.0; 4]).deviation(&ends(-30.0)), None);
        assert_eq!(usual(&[4.0; 9]).deviation(&Ends::default()), None);
    }

    #[test]
    fn a_ratio_out_of_all_bounds_leaves_possible_numbers() {
        let wild = usual(&[f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300, 0.0]);
        assert!(wild.is_possible() && wild.deviation(&ends(-1e300)).is_some());
    }
}
