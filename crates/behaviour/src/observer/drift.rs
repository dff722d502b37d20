//! Notices that another person has taken over, however well the session began.

use crate::level::Level;

/// A stretch of keys says at most this much, so that one odd stretch decides nothing.
const MOST: f64 = 4.0;
/// Successive stretches share the mood of the hour; half of each is news.
const INDEPENDENT_SHARE: f64 = 0.5;

/// Page's cumulative sum (1954) of the evidence against the person. With independent stretches the mean run to a
/// false alarm is at least exp(threshold) stretches (Lorden 1971): 10 000, or half a million keys.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Drift(f64);

impl Drift {
    /// Takes the log-likelihood ratio of one stretch.
    pub fn stretch(&mut self, log_ratio: f64) {
        let step = INDEPENDENT_SHARE * log_ratio.clamp(-MOST, MOST);
        self.0 = (self.0 - step).clamp(0.0, 2.0 * Self::threshold());
    }

    pub fn is_alarmed(self) -> bool {
        self.0 >= Self::threshold()
    }

    fn threshold() -> f64 {
        Level::Fmr1e4.threshold()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_odd_stretch_alarms_nobody_and_a_row_of_them_does() {
        let mut drift = Drift::default();
        drift.stretch(-100.0);
        assert!(!drift.is_alarmed());
        (0..5).for_each(|_| drift.stretch(-100.0));
        assert!(drift.is_alarmed());
        (0..12).for_each(|_| drift.stretch(100.0));
        assert!(!drift.is_alarmed());
    }
}
