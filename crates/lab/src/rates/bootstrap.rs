//! Intervals by drawing people, not windows, with replacement: windows of one person hang together.

use rayon::prelude::*;

use super::{Attempts, Rates, to_f64};
use crate::chance::Chance;

const DRAWS: usize = 400;

/// Lower and upper end of a 95 % interval.
pub type Interval = [f64; 2];

/// Rates of many draws of people. A pair of two people counts as often as the product of their draws, so that
/// impostors are drawn as well as owners.
pub struct Bootstrap(Vec<Rates>);

impl Bootstrap {
    pub fn of(attempts: &Attempts, seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let draws: Vec<Vec<f64>> = (0..DRAWS)
            .map(|_| draw(attempts.people(), &mut chance))
            .collect();
        Self(
            draws
                .par_iter()
                .map(|weight| attempts.weighted(weight))
                .collect(),
        )
    }

    /// The interval of any figure among the rates.
    pub fn interval(&self, figure: impl Fn(&Rates) -> f64) -> Interval {
        interval(self.0.iter().map(figure).collect())
    }
}

/// How often each of so many people is drawn.
pub fn draw(people: usize, chance: &mut Chance) -> Vec<f64> {
    let mut weight = vec![0.0; people];
    (0..people).for_each(|_| weight[chance.below(people)] += 1.0);
    weight
}

/// The middle 95 % of what came out of the draws; draws without a figure (nobody genuine was drawn) are left out.
pub fn interval(mut figures: Vec<f64>) -> Interval {
    figures.retain(|figure| figure.is_finite());
    figures.sort_by(f64::total_cmp);
    let Some(last) = figures.len().checked_sub(1) else {
        return [f64::NAN; 2];
    };
    [figures[last / 40], figures[last - last / 40]]
}

/// Upper end for a share of which nothing was seen in so many independent tries (rule of three).
pub fn rule_of_three(tries: usize) -> f64 {
    (3.0 / to_f64(tries.max(1))).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rates::{Attempt, By};

    #[test]
    fn people_who_are_all_alike_leave_no_doubt_and_others_do() {
        let attempts = |spread: f64| {
            let of = |owner: usize| {
                let by = By::Other((owner + 1) % 20);
                let score = 1.0 + spread * to_f64(owner);
                [(score, By::Owner), (1.5, by)].map(|(score, by)| Attempt { score, owner, by })
            };
            Attempts::of(20, (0..20).flat_map(of).collect())
        };
        let width = |spread| {
            let [low, high] = Bootstrap::of(&attempts(spread), 1).interval(|rates| rates.auc);
            high - low
        };
        assert!(width(0.0) < 1e-9);
        assert!(width(0.1) > 0.05);
    }

    #[test]
    fn an_interval_without_figures_is_no_interval() {
        assert!(interval(vec![f64::NAN]).iter().all(|end| end.is_nan()));
    }
}
