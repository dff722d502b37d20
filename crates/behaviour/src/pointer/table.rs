//! What a profile knows about a person's pointer: means, and how strokes and stretches vary around them.

use serde::{Deserialize, Serialize};

use super::{
    feature::FEATURES,
    stretch::{PRODUCTS, Stretch, add_products},
};
use crate::{Error, moments::Moments};

/// No sum of products in a profile comes near this.
const LARGEST_SUM: f32 = 1e12;

/// Sums over all strokes, without any stroke. The lists are empty until something was learnt.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PointerTable {
    /// Weight of the strokes in it.
    pub strokes: f32,
    /// Weight of the stretches that they came in.
    pub stretches: f32,
    /// Of each feature.
    pub means: Vec<f32>,
    /// Sums of products of deviations of strokes from their stretch's mean, the rows up to the diagonal.
    pub within: Vec<f32>,
    /// The same of the stretches' means around [`PointerTable::means`], each weighing its strokes.
    pub between: Vec<f32>,
}

impl PointerTable {
    /// Adds a stretch (Chan, Golub and `LeVeque` 1979, with the part between the means kept apart).
    pub fn learn(&mut self, stretch: &Stretch) {
        let n = stretch.seen.strokes;
        if n < 1.0 {
            return;
        }
        self.begin(stretch);
        let share = n / (self.strokes + n);
        let deviations = std::array::from_fn(|index| stretch.seen.deviation(&self.means, index));
        let weight = n * (1.0 - share);
        add_products(&mut self.between, weight, &deviations, &deviations);
        for (mean, deviation) in self.means.iter_mut().zip(&deviations) {
            *mean += share * deviation;
        }
        for (sum, product) in self.within.iter_mut().zip(&stretch.products) {
            *sum += product;
        }
        self.strokes += n;
        self.stretches += 1.0;
    }

    fn begin(&mut self, stretch: &Stretch) {
        if self.means.is_empty() {
            let mean = |index| stretch.seen.mean(index).unwrap_or_default();
            self.means = (0..FEATURES).map(mean).collect();
            self.within = vec![0.0; PRODUCTS];
            self.between = vec![0.0; PRODUCTS];
        }
    }

    /// Limits the weight of the past, so that the table keeps following the person.
    pub fn cap(&mut self, most: f32) {
        if self.strokes > most {
            let factor = most / self.strokes;
            self.strokes *= factor;
            self.stretches *= factor;
            let sums = self.within.iter_mut().chain(&mut self.between);
            sums.for_each(|sum| *sum *= factor);
        }
    }

    /// Keeps every mean within `bound` of where enrolment left it.
    pub fn stay_near(&mut self, anchor: &Self, bound: f32) {
        for (mean, anchor) in self.means.iter_mut().zip(&anchor.means) {
            *mean = mean.clamp(anchor - bound, anchor + bound);
        }
    }

    /// Mean and variance of one feature over all strokes; none before anything was learnt.
    pub fn moments(&self, index: usize) -> Option<Moments> {
        let diagonal = index * (index + 3) / 2;
        Some(Moments {
            n: self.strokes,
            mean: *self.means.get(index)?,
            m2: self.within.get(diagonal)? + self.between.get(diagonal)?,
        })
    }

    pub fn validate(&self) -> Result<(), Error> {
        let lengths = [self.means.len(), self.within.len(), self.between.len()];
        if lengths != [0; 3] && lengths != [FEATURES, PRODUCTS, PRODUCTS] {
            return Err(Error::Shape("pointer strokes"));
        }
        let counted = |count| (0.0..=1e7).contains(&count);
        let weighed = counted(self.strokes) && counted(self.stretches);
        let meant =
            (0..self.means.len()).all(|index| self.moments(index).is_some_and(|m| m.is_possible()));
        let mut sums = self.within.iter().chain(&self.between);
        let possible = weighed && meant && sums.all(|sum| sum.abs() <= LARGEST_SUM);
        possible
            .then_some(())
            .ok_or(Error::Number("pointer strokes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pointer::feature::{Feature, Features};

    fn stretch(from: u8) -> Stretch {
        let mut stretch = Stretch::default();
        for step in from..from + 20 {
            let mut features = Features::default();
            features.set(Feature::Speed, f32::from(step));
            features.set(Feature::Path, f32::from(step % 3));
            stretch.add(&features);
        }
        stretch
    }

    #[test]
    fn means_and_spreads_are_those_of_all_strokes() {
        let mut table = PointerTable::default();
        (0..5).for_each(|n| table.learn(&stretch(n * 20)));
        let speed = table.moments(Feature::Speed as usize).expect("learnt");
        assert!((speed.n - 100.0).abs() < 1e-3 && (speed.mean - 49.5).abs() < 1e-3);
        // Of the numbers 0 to 99.
        assert!((speed.m2 - 83_325.0).abs() < 1.0, "{}", speed.m2);
        assert_eq!(table.validate(), Ok(()));
    }

    #[test]
    fn a_table_of_another_shape_or_with_impossible_sums_is_refused() {
        let mut table = PointerTable::default();
        assert_eq!(table.validate(), Ok(()));
        table.learn(&stretch(0));
        let mut short = table.clone();
        short.within.pop();
        assert_eq!(short.validate(), Err(Error::Shape("pointer strokes")));
        table.between[3] = f32::NAN;
        assert_eq!(table.validate(), Err(Error::Number("pointer strokes")));
    }
}
