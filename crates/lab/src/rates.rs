//! Error rates of a set of scores, where a higher score speaks for the person.

mod bootstrap;

use crate::chance::Chance;

pub use bootstrap::{Bootstrap, Interval, draw, interval, rule_of_three};

/// A window tried against a profile.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    pub score: f64,
    /// Whose profile, by position among the people.
    pub owner: usize,
    /// Who made it.
    pub by: By,
}

/// Who made a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The person of the profile.
    Owner,
    /// Another of the people.
    Other(usize),
    /// Somebody else whom the recording does not name.
    Nameless,
}

/// Everything tried, sorted by score.
#[derive(Debug, Default)]
pub struct Attempts {
    sorted: Vec<Attempt>,
    people: usize,
}

/// False-match rates at which curves are drawn: 1e-4 to 0.6, evenly on a logarithmic scale.
pub const FMR_GRID: usize = 48;
/// Claimed levels at which reliability is drawn: 1 to 1e-4, evenly on a logarithmic scale.
pub const LEVEL_GRID: usize = 17;

/// What the scores come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    /// Equal error rate, with one threshold for all.
    pub eer: f64,
    /// How often a genuine score beats an impostor's.
    pub auc: f64,
    /// Share of genuine windows refused, at each of [`fmr_grid`].
    pub fnmr: [f64; FMR_GRID],
    /// The same at 1e-2, 1e-3 and 1e-4.
    pub fnmr_at: [f64; 3],
    /// Share of impostor windows that reach ln(1/level), at each of [`level_grid`].
    pub reached: [f64; LEVEL_GRID],
    /// The same at 1e-2, 1e-3 and 1e-4.
    pub reached_at: [f64; 3],
    /// The same of genuine windows.
    pub genuine_at: [f64; 3],
}

pub const LEVELS: [f64; 3] = [1e-2, 1e-3, 1e-4];

pub fn fmr_grid() -> [f64; FMR_GRID] {
    std::array::from_fn(|step| 1e-4 * 6000_f64.powf(to_f64(step) / to_f64(FMR_GRID - 1)))
}

pub fn level_grid() -> [f64; LEVEL_GRID] {
    std::array::from_fn(|step| 1e-4_f64.powf(to_f64(step) / to_f64(LEVEL_GRID - 1)))
}

impl Attempts {
    /// Of so many people.
    pub fn of(people: usize, mut attempts: Vec<Attempt>) -> Self {
        attempts.sort_by(|a, b| a.score.total_cmp(&b.score));
        Self {
            sorted: attempts,
            people,
        }
    }

    pub fn people(&self) -> usize {
        self.people
    }

    pub fn genuine(&self) -> usize {
        self.sorted.iter().filter(|a| a.by == By::Owner).count()
    }

    pub fn impostor(&self) -> usize {
        self.sorted.len() - self.genuine()
    }

    /// How many pairs of an owner and an impostor were tried: windows of one pair hang together.
    pub fn pairs(&self) -> usize {
        let mut pairs: Vec<(usize, usize)> = self
            .sorted
            .iter()
            .filter_map(|attempt| match attempt.by {
                By::Owner => None,
                By::Other(by) => Some((attempt.owner, by)),
                By::Nameless => Some((attempt.owner, usize::MAX)),
            })
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs.len()
    }

    /// Those tried against one person's profile.
    pub fn against(&self, owner: usize) -> Self {
        let own = self.sorted.iter().filter(|a| a.owner == owner);
        Self {
            sorted: own.copied().collect(),
            people: self.people,
        }
    }

    pub fn rates(&self) -> Rates {
        self.weighted(&vec![1.0; self.people])
    }

    /// The rates when each person counts so many times; a pair of people counts as the product.
    fn weighted(&self, weight: &[f64]) -> Rates {
        let of = |attempt: &Attempt| match attempt.by {
            By::Owner | By::Nameless => weight[attempt.owner],
            By::Other(by) => weight[attempt.owner] * weight[by],
        };
        let total = |genuine: bool| {
            let side = self
                .sorted
                .iter()
                .filter(|a| (a.by == By::Owner) == genuine);
            side.map(of).sum::<f64>()
        };
        let mut walk = Walk::new(total(true), total(false));
        for tie in self
            .sorted
            .chunk_by(|a, b| a.score.total_cmp(&b.score).is_eq())
        {
            let (genuine, impostor) =
                tie.iter()
                    .fold((0.0, 0.0), |(g, i), attempt| match attempt.by {
                        By::Owner => (g + of(attempt), i),
                        _ => (g, i + of(attempt)),
                    });
            walk.step(tie[0].score, genuine, impostor);
        }
        walk.end()
    }
}

/// The threshold rises from below every score to above every score.
struct Walk {
    genuine: f64,
    impostor: f64,
    genuine_below: f64,
    impostor_below: f64,
    beaten: f64,
    nearest: f64,
    rates: Rates,
    /// How many of each list, from the laxest, are behind the threshold.
    passed: [usize; 4],
    grid: [f64; FMR_GRID],
    steps: [f64; LEVEL_GRID],
    levels: [f64; 3],
}

impl Walk {
    fn new(genuine: f64, impostor: f64) -> Self {
        let mut grid = fmr_grid();
        grid.reverse();
        Self {
            genuine,
            impostor,
            genuine_below: 0.0,
            impostor_below: 0.0,
            beaten: 0.0,
            nearest: f64::INFINITY,
            rates: Rates {
                eer: f64::NAN,
                auc: f64::NAN,
                fnmr: [f64::NAN; FMR_GRID],
                fnmr_at: [f64::NAN; 3],
                reached: [0.0; LEVEL_GRID],
                reached_at: [0.0; 3],
                genuine_at: [0.0; 3],
            },
            passed: [0; 4],
            grid,
            steps: level_grid().map(|level| -level.ln()),
            levels: LEVELS.map(|level| -level.ln()),
        }
    }

    /// The threshold reaches a score that so many genuine and impostor windows have.
    fn step(&mut self, score: f64, genuine: f64, impostor: f64) {
        self.look(score);
        self.beaten += genuine * (self.impostor_below + impostor / 2.0);
        self.genuine_below += genuine;
        self.impostor_below += impostor;
    }

    fn look(&mut self, score: f64) {
        let fnmr = self.genuine_below / self.genuine;
        let fmr = 1.0 - self.impostor_below / self.impostor;
        if (fnmr - fmr).abs() < self.nearest {
            self.nearest = (fnmr - fmr).abs();
            self.rates.eer = f64::midpoint(fnmr, fmr);
        }
        let [fine, coarse, step, level] = &mut self.passed;
        while *fine < FMR_GRID && fmr <= self.grid[*fine] + 1e-12 {
            self.rates.fnmr[FMR_GRID - 1 - *fine] = fnmr;
            *fine += 1;
        }
        while *coarse < LEVELS.len() && fmr <= LEVELS[*coarse] + 1e-12 {
            self.rates.fnmr_at[*coarse] = fnmr;
            *coarse += 1;
        }
        while *step < LEVEL_GRID && score >= self.steps[*step] {
            self.rates.reached[*step] = fmr;
            *step += 1;
        }
        while *level < LEVELS.len() && score >= self.levels[*level] {
            self.rates.reached_at[*level] = fmr;
            self.rates.genuine_at[*level] = 1.0 - fnmr;
            *level += 1;
        }
    }

    fn end(mut self) -> Rates {
        self.look(f64::NEG_INFINITY);
        self.rates.auc = self.beaten / (self.genuine * self.impostor);
        self.rates
    }
}

#[allow(clippy::cast_precision_loss)] // counts of windows
pub fn to_f64(count: usize) -> f64 {
    count as f64
}

/// The middle value; none of nothing.
pub fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Of everybody's counts, the first of which is of all windows: the share of the one at `figure`, with its interval
/// over people.
pub fn share<const N: usize>(counts: &[[usize; N]], figure: usize, seed: u64) -> (f64, [f64; 2]) {
    let of = |weight: &[f64]| {
        let sum = |figure: usize| -> f64 {
            let counts = counts.iter().zip(weight);
            counts.map(|(of, weight)| weight * to_f64(of[figure])).sum()
        };
        sum(figure) / sum(0)
    };
    let mut chance = Chance::new(seed);
    let drawn = (0..400).map(|_| of(&draw(counts.len(), &mut chance)));
    let drawn = interval(drawn.collect());
    (of(&vec![1.0; counts.len()]), drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempts(genuine: &[f64], impostor: &[f64]) -> Attempts {
        let of = |by| {
            move |score: &f64| Attempt {
                score: *score,
                owner: 0,
                by,
            }
        };
        let genuine = genuine.iter().map(of(By::Owner));
        Attempts::of(
            2,
            genuine
                .chain(impostor.iter().map(of(By::Other(1))))
                .collect(),
        )
    }

    #[test]
    fn scores_that_never_overlap_have_no_error() {
        let rates = attempts(&[2.0, 3.0], &[0.0, 1.0]).rates();
        assert_eq!((rates.eer, rates.auc, rates.fnmr_at[0]), (0.0, 1.0, 0.0));
    }

    #[test]
    fn equal_scores_are_a_coin_toss() {
        let rates = attempts(&[0.0, 1.0], &[0.0, 1.0]).rates();
        assert!((rates.auc - 0.5).abs() < 1e-9 && (rates.eer - 0.5).abs() < 1e-9);
        let all_one = attempts(&[1.0; 5], &[1.0; 5]).rates();
        assert!((all_one.auc - 0.5).abs() < 1e-9 && (all_one.eer - 0.5).abs() < 1e-9);
    }

    #[test]
    fn one_impostor_in_four_above_one_genuine_in_four_is_a_quarter() {
        let rates = attempts(&[1.0, 5.0, 6.0, 7.0], &[0.0, 0.5, 0.7, 5.5]).rates();
        assert!((rates.eer - 0.25).abs() < 1e-9, "{}", rates.eer);
    }

    #[test]
    fn a_level_is_reached_by_those_at_or_above_its_logarithm() {
        let rates = attempts(&[5.0, 10.0], &[-1.0, 4.7, 7.0, 0.0]).rates();
        assert_eq!(rates.reached_at, [0.5, 0.25, 0.0]);
        assert_eq!(rates.genuine_at, [1.0, 0.5, 0.5]);
    }
}
