//! Error rates of a set of scores, where a higher score speaks for the person.

use crate::chance::Chance;

/// Scores of the windows tried against one person's profile.
#[derive(Debug, Clone, Default)]
pub struct Scores {
    pub genuine: Vec<f64>,
    pub impostor: Vec<f64>,
}

impl Scores {
    pub fn pooled<'a>(people: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut pooled = Self::default();
        for person in people {
            pooled.genuine.extend(&person.genuine);
            pooled.impostor.extend(&person.impostor);
        }
        pooled.genuine.sort_by(f64::total_cmp);
        pooled.impostor.sort_by(f64::total_cmp);
        pooled
    }

    /// Equal error rate with one threshold for all. The scores must be sorted.
    pub fn eer(&self) -> f64 {
        let at = |threshold: &f64| {
            (
                share_below(&self.genuine, *threshold),
                1.0 - share_below(&self.impostor, *threshold),
            )
        };
        let nearest = self
            .genuine
            .iter()
            .map(at)
            .min_by(|a, b| (a.0 - a.1).abs().total_cmp(&(b.0 - b.1).abs()));
        nearest.map_or(f64::NAN, |(fnmr, fmr)| f64::midpoint(fnmr, fmr))
    }

    /// Area under the ROC curve: how often a genuine score beats an impostor's. The scores must be sorted.
    pub fn auc(&self) -> f64 {
        let beats = |score: &f64| {
            let below = self.impostor.partition_point(|other| other < score);
            let not_above = self.impostor.partition_point(|other| other <= score);
            to_f64(below + not_above) / 2.0
        };
        self.genuine.iter().map(beats).sum::<f64>()
            / (to_f64(self.genuine.len()) * to_f64(self.impostor.len()))
    }

    /// Share of genuine windows refused when the threshold lets in this share of impostors. The scores must be sorted.
    pub fn fnmr_at(&self, fmr: f64) -> Option<f64> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a share of a count
        let let_in = (to_f64(self.impostor.len()) * fmr) as usize;
        if let_in == 0 {
            return None; // too few impostors to say
        }
        let threshold = self.impostor[self.impostor.len() - let_in];
        Some(share_below(&self.genuine, threshold))
    }

    /// Share of impostor and of genuine scores at or above a threshold. The scores must be sorted.
    pub fn reaching(&self, threshold: f64) -> (f64, f64) {
        (
            1.0 - share_below(&self.impostor, threshold),
            1.0 - share_below(&self.genuine, threshold),
        )
    }
}

/// 95 % interval of the pooled equal error rate, by drawing people with replacement.
pub fn eer_interval(people: &[Scores], chance: &mut Chance) -> [f64; 2] {
    const DRAWS: usize = 200;
    let mut rates: Vec<f64> = (0..DRAWS)
        .map(|_| {
            Scores::pooled((0..people.len()).map(|_| &people[chance.below(people.len())])).eer()
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    [rates[DRAWS / 40], rates[DRAWS - 1 - DRAWS / 40]]
}

/// The share of sorted scores below a threshold.
fn share_below(sorted: &[f64], threshold: f64) -> f64 {
    to_f64(sorted.partition_point(|score| *score < threshold)) / to_f64(sorted.len())
}

#[allow(clippy::cast_precision_loss)] // counts of windows
pub fn to_f64(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_that_never_overlap_have_no_error() {
        let scores = Scores {
            genuine: vec![2.0, 3.0],
            impostor: vec![0.0, 1.0],
        };
        assert_eq!((scores.eer(), scores.auc()), (0.0, 1.0));
    }

    #[test]
    fn equal_scores_are_a_coin_toss() {
        let scores = Scores {
            genuine: vec![0.0, 1.0],
            impostor: vec![0.0, 1.0],
        };
        assert!((scores.auc() - 0.5).abs() < 1e-9);
        assert!((scores.eer() - 0.5).abs() < 0.26);
    }
}
