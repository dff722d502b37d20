//! Count, mean and squared deviation of one quantity: all that is ever kept of a measurement.

use serde::{Deserialize, Serialize};

/// Running moments after Welford (1962); counts are weights, so that old evidence can fade.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Moments {
    /// Weight of what was seen.
    pub n: f32,
    /// Mean.
    pub mean: f32,
    /// Sum of squared deviations from the mean.
    pub m2: f32,
}

impl Moments {
    /// No count in a profile comes near this.
    const MOST: f32 = 1e7;
    /// No feature, a logarithm or a hyperbolic arc sine of milliseconds, comes near this.
    const FARTHEST: f32 = 100.0;

    pub fn add(&mut self, value: f32) {
        self.merge(Self {
            n: 1.0,
            mean: value,
            m2: 0.0,
        });
    }

    /// Adds what another set of the same quantity has seen (Chan, Golub and `LeVeque` 1979).
    pub fn merge(&mut self, other: Self) {
        let n = self.n + other.n;
        if other.n <= 0.0 {
            return;
        }
        let delta = other.mean - self.mean;
        self.mean += delta * other.n / n;
        self.m2 += other.m2 + delta * delta * self.n * other.n / n;
        self.n = n;
    }

    /// The same moments with their weight multiplied by `factor`.
    pub fn faded(self, factor: f32) -> Self {
        Self {
            n: self.n * factor,
            mean: self.mean,
            m2: self.m2 * factor,
        }
    }

    /// The same moments with a weight of at most `most`.
    pub fn capped(self, most: f32) -> Self {
        if self.n > most {
            self.faded(most / self.n)
        } else {
            self
        }
    }

    pub fn is_possible(&self) -> bool {
        let Self { n, mean, m2 } = *self;
        (0.0..=Self::MOST).contains(&n)
            && mean.abs() <= Self::FARTHEST
            && (0.0..=Self::MOST).contains(&m2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_is_the_same_as_adding_one_by_one() {
        let values = [0.5, -1.0, 2.0, 0.25, 0.75];
        let of = |part: &[f32]| {
            let mut moments = Moments::default();
            part.iter().for_each(|value| moments.add(*value));
            moments
        };
        let mut merged = of(&values[..2]);
        merged.merge(of(&values[2..]));
        let whole = of(&values);
        assert!((merged.mean - whole.mean).abs() < 1e-6 && (merged.m2 - whole.m2).abs() < 1e-5);
    }

    #[test]
    fn what_is_not_a_number_is_impossible() {
        for (n, mean, m2) in [
            (f32::NAN, 0.0, 0.0),
            (1.0, f32::INFINITY, 0.0),
            (-1.0, 0.0, 0.0),
            (1.0, 0.0, -1.0),
        ] {
            assert!(!Moments { n, mean, m2 }.is_possible());
        }
    }
}
