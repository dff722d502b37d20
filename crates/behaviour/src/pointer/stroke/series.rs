//! A quantity over the steps of a stroke, without the steps.

use crate::pointer::feature::{Features, Quantity, Statistic};

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Series {
    n: f32,
    sum: f32,
    squares: f32,
    least: f32,
    most: f32,
}

impl Series {
    /// Takes a value that is not negative.
    pub fn add(&mut self, value: f32) {
        self.least = if self.n > 0.0 {
            self.least.min(value)
        } else {
            value
        };
        self.most = self.most.max(value);
        self.n += 1.0;
        self.sum += value;
        self.squares += value * value;
    }

    pub fn mean(&self) -> f32 {
        self.sum / self.n.max(1.0)
    }

    pub fn most(&self) -> f32 {
        self.most
    }

    pub fn describe(&self, quantity: Quantity, features: &mut Features) {
        let mean = self.mean();
        let spread = (self.squares / self.n.max(1.0) - mean * mean)
            .max(0.0)
            .sqrt();
        for statistic in Statistic::ALL {
            let value = match statistic {
                Statistic::Mean => mean,
                Statistic::Spread => spread,
                Statistic::Least => self.least,
                Statistic::Most => self.most,
            };
            features.set_series(quantity, statistic, value);
        }
    }
}
