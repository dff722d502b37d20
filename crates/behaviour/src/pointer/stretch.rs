//! A run of strokes: how many, the mean of each feature, and how features vary together.

use super::feature::{FEATURES, Features};

/// Of a symmetric matrix, the rows up to the diagonal.
pub(crate) const PRODUCTS: usize = FEATURES * (FEATURES + 1) / 2;

/// Counts and means; counts are weights, so that old evidence can fade.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Seen {
    /// Weight of the strokes.
    pub strokes: f32,
    /// Of each feature, the weight of the strokes that had it.
    counts: [f32; FEATURES],
    means: [f32; FEATURES],
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            strokes: 0.0,
            counts: [0.0; FEATURES],
            means: [0.0; FEATURES],
        }
    }
}

impl Seen {
    /// Takes a stroke; gives back how far each feature lay from the mean before it, zero where it has none.
    pub fn add(&mut self, features: &Features) -> [f32; FEATURES] {
        let mut deviations = [0.0; FEATURES];
        self.strokes += 1.0;
        for (index, deviation) in deviations.iter_mut().enumerate() {
            let Some(value) = features.at(index) else {
                continue;
            };
            self.counts[index] += 1.0;
            *deviation = value - self.means[index];
            self.means[index] += *deviation / self.counts[index];
        }
        deviations
    }

    pub fn fade(&mut self, factor: f32) {
        self.strokes *= factor;
        self.counts.iter_mut().for_each(|count| *count *= factor);
    }

    /// How far the mean stroke lies from `means`. A stroke without a feature lies nowhere from it.
    pub fn deviation(&self, means: &[f32], index: usize) -> f32 {
        let share = self.counts[index] / self.strokes.max(f32::MIN_POSITIVE);
        share.min(1.0) * (self.means[index] - means[index])
    }

    /// The mean of a feature; none where no stroke had it.
    pub fn mean(&self, index: usize) -> Option<f32> {
        (self.counts[index] > 0.0).then(|| self.means[index])
    }

    fn merge(&mut self, other: &Self) {
        self.strokes += other.strokes;
        for index in 0..FEATURES {
            let count = self.counts[index] + other.counts[index];
            if other.counts[index] > 0.0 {
                let delta = other.means[index] - self.means[index];
                self.means[index] += delta * other.counts[index] / count;
                self.counts[index] = count;
            }
        }
    }
}

/// Strokes on their way into a profile.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stretch {
    pub seen: Seen,
    /// Sums of products of deviations from the stretch's own means.
    pub products: [f32; PRODUCTS],
}

impl Default for Stretch {
    fn default() -> Self {
        Self {
            seen: Seen::default(),
            products: [0.0; PRODUCTS],
        }
    }
}

impl Stretch {
    pub fn add(&mut self, features: &Features) {
        let before = self.seen.add(features);
        // After Welford: one deviation from the mean before the stroke, one from the mean after it.
        let after = std::array::from_fn(|index| {
            let mean = self.seen.mean(index).unwrap_or_default();
            features.at(index).map_or(0.0, |value| value - mean)
        });
        add_products(&mut self.products, 1.0, &before, &after);
    }

    pub fn fade(&mut self, factor: f32) {
        self.seen.fade(factor);
        self.products.iter_mut().for_each(|sum| *sum *= factor);
    }

    /// Adds another stretch; what lies between their means counts as moods of one person and is left out.
    pub fn merge(&mut self, other: &Self) {
        self.seen.merge(&other.seen);
        self.products
            .iter_mut()
            .zip(&other.products)
            .for_each(|(sum, product)| *sum += product);
    }
}

/// Adds `weight` times the products of two lists of deviations.
pub(super) fn add_products(
    sums: &mut [f32],
    weight: f32,
    a: &[f32; FEATURES],
    b: &[f32; FEATURES],
) {
    let mut rest = sums;
    for (row, a) in a.iter().enumerate() {
        let (sums, below) = rest.split_at_mut(row + 1);
        for (sum, b) in sums.iter_mut().zip(b) {
            *sum += weight * a * b;
        }
        rest = below;
    }
}
