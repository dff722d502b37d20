//! What a way of locking comes to: who is found, how soon, and who is locked out of their own desk.

use crate::{
    chance::Chance,
    rates::{Interval, draw, interval, median, to_f64},
};

/// Keys at which the curve of those found is drawn.
pub const CURVE: [usize; 12] = [10, 20, 30, 40, 50, 60, 80, 100, 150, 200, 400, 800];

/// When somebody was locked out: after so many keys, and so many seconds.
pub type Lock = (usize, f64);

/// What a way of locking comes to.
pub struct Detection {
    pub anga: Option<f64>,
    pub ania: Option<f64>,
    pub median_keys: Option<f64>,
    pub median_keys_ci95: Interval,
    pub seconds: Option<f64>,
    pub owners_never_locked: usize,
    pub false_locks: usize,
    pub genuine_keys: usize,
    pub found: f64,
    pub found_ci95: Interval,
    /// Share found within so many keys, with its interval.
    pub curve: Vec<(usize, f64, Interval)>,
}

/// `found` holds for each owner when each impostor was locked out; `false_locks` how often the owner was.
pub fn detection(
    found: &[Vec<Option<Lock>>],
    false_locks: &[usize],
    genuine_keys: usize,
    seed: u64,
) -> Detection {
    let mut chance = Chance::new(seed);
    let draws: Vec<Vec<f64>> = (0..200).map(|_| draw(found.len(), &mut chance)).collect();
    let share = |keys: usize, weight: &[f64]| share_found(found, keys, weight);
    let with_interval = |keys: usize| {
        let drawn = draws.iter().map(|weight| share(keys, weight));
        let all = share(keys, &vec![1.0; found.len()]);
        (all, interval(drawn.collect()))
    };
    let locks = found.iter().flatten().flatten();
    let keys: Vec<f64> = locks.clone().map(|(keys, _)| to_f64(*keys)).collect();
    let all_locks: usize = false_locks.iter().sum();
    let (found_share, found_ci95) = with_interval(usize::MAX);
    let ones = vec![1.0; found.len()];
    let drawn = draws
        .iter()
        .map(|w| median_keys(found, w).unwrap_or(f64::NAN));
    Detection {
        anga: (all_locks > 0).then(|| to_f64(genuine_keys) / to_f64(all_locks)),
        ania: (!keys.is_empty()).then(|| keys.iter().sum::<f64>() / to_f64(keys.len())),
        median_keys: median_keys(found, &ones),
        median_keys_ci95: interval(drawn.collect()),
        seconds: median(&mut locks.map(|(_, seconds)| *seconds).collect::<Vec<_>>()),
        owners_never_locked: false_locks.iter().filter(|locks| **locks == 0).count(),
        false_locks: all_locks,
        genuine_keys,
        found: found_share,
        found_ci95,
        curve: CURVE
            .iter()
            .map(|keys| {
                let (share, ci95) = with_interval(*keys);
                (*keys, share, ci95)
            })
            .collect(),
    }
}

fn share_found(found: &[Vec<Option<Lock>>], within: usize, weight: &[f64]) -> f64 {
    let (mut hits, mut all) = (0.0, 0.0);
    for (locks, weight) in found.iter().zip(weight) {
        let hit = |lock: &&Option<Lock>| lock.is_some_and(|(keys, _)| keys <= within);
        hits += weight * to_f64(locks.iter().filter(hit).count());
        all += weight * to_f64(locks.len());
    }
    hits / all
}

/// Over all impostors, those not found counting as never; none where that is half of them.
fn median_keys(found: &[Vec<Option<Lock>>], weight: &[f64]) -> Option<f64> {
    let mut keys: Vec<(f64, f64)> = found
        .iter()
        .zip(weight)
        .flat_map(|(locks, weight)| {
            let keys = |lock: &Option<Lock>| lock.map_or(f64::INFINITY, |(keys, _)| to_f64(keys));
            locks.iter().map(move |lock| (keys(lock), *weight))
        })
        .collect();
    keys.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = keys.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut sum = 0.0;
    let middle = keys.iter().find(|(_, weight)| {
        sum += weight;
        sum >= half
    });
    middle
        .map(|(keys, _)| *keys)
        .filter(|keys| keys.is_finite())
}

#[allow(clippy::cast_precision_loss)] // hours in microseconds
pub fn seconds(micros: u64) -> f64 {
    micros as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_are_never_found_count_as_never_in_the_median() {
        let found = vec![vec![Some((10, 2.0)), Some((30, 6.0)), None]];
        let of = detection(&found, &[0], 500, 1);
        assert_eq!((of.median_keys, of.anga), (Some(30.0), None));
        assert!((of.found - 2.0 / 3.0).abs() < 1e-9);
        let found = vec![vec![Some((10, 2.0)), None, None]];
        assert_eq!(detection(&found, &[1], 500, 1).median_keys, None);
        assert_eq!(detection(&found, &[1], 500, 1).anga, Some(500.0));
    }
}
