//! How many keys were learnt on each of the last days, and what that says of those still to come.

use selfsame_protocol::UnixMillis;
use serde::{Deserialize, Serialize};

/// Days that are remembered.
const DAYS: u32 = 14;
/// From fewer whole days nothing is said.
const FEWEST_DAYS: u32 = 2;
/// Standard errors on either side of the mean: four in five pasts that look like this one had a mean in between.
const WIDTH: f64 = 1.28;
/// Days are taken to differ by at least this share of their mean, however alike the few seen were.
const LEAST_SPREAD: f64 = 0.5;
/// A forecast that reaches farther than this is none.
const FARTHEST: f64 = 365.0;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A day of universal time, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(u32);

impl Day {
    /// The day of this moment; before 1970 it is the first.
    pub fn of(at: UnixMillis) -> Self {
        Self(u32::try_from(at.0 / DAY_MS).unwrap_or(0))
    }

    fn since(self, earlier: Self) -> u32 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Keys learnt by day, the oldest first: all that is kept of when somebody typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pace(Vec<OnDay>);

/// What was learnt on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OnDay {
    day: Day,
    keys: u32,
}

/// In how many days so many keys will have been learnt, if the person goes on as they did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Forecast {
    /// Not in fewer.
    pub fewest_days: u32,
    /// Not in more.
    pub most_days: u32,
}

impl Pace {
    /// Adds keys that were learnt on a day. With a clock that was put back they count for the last day known.
    pub fn learnt(&mut self, today: Day, keys: u32) {
        match self.0.last_mut() {
            Some(last) if last.day >= today => last.keys = last.keys.saturating_add(keys),
            _ => self.0.push(OnDay { day: today, keys }),
        }
        self.0.retain(|on| today.since(on.day) <= DAYS);
    }

    /// When this many keys more will have been learnt; none where two whole days were not seen yet, or they say too
    /// little. Days without a key count: a weekend is part of a person's pace.
    pub fn forecast(&self, today: Day, missing: u32) -> Option<Forecast> {
        let first = self.0.first()?.day;
        let days = today.since(first);
        if days < FEWEST_DAYS {
            return None;
        }
        let days = f64::from(days);
        let before = || self.0.iter().filter(|on| on.day < today);
        let mean = before().map(|on| f64::from(on.keys)).sum::<f64>() / days;
        let squares = before().map(|on| f64::from(on.keys).powi(2)).sum::<f64>();
        let variance = (squares - days * mean * mean).max(0.0) / (days - 1.0);
        let error = WIDTH * variance.sqrt().max(LEAST_SPREAD * mean) / days.sqrt();
        let days_at = |pace: f64| (f64::from(missing) / pace).ceil();
        let (fewest, most) = (days_at(mean + error), days_at(mean - error));
        (mean > error && most <= FARTHEST).then(|| Forecast {
            fewest_days: whole(fewest),
            most_days: whole(most),
        })
    }

    /// The days with the keys learnt on each, for their owner: how many days ago, and how many keys.
    pub fn days_ago(&self, today: Day) -> impl Iterator<Item = (u32, u32)> {
        self.0.iter().map(move |on| (today.since(on.day), on.keys))
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most a year of days
fn whole(days: f64) -> u32 {
    days.max(1.0) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::any;

    use super::*;

    fn pace(days: &[(u32, u32)]) -> Pace {
        let mut pace = Pace::default();
        days.iter()
            .for_each(|(day, keys)| pace.learnt(Day(*day), *keys));
        pace
    }

    fn range(pace: &Pace, today: u32, missing: u32) -> Option<(u32, u32)> {
        let forecast = pace.forecast(Day(today), missing)?;
        Some((forecast.fewest_days, forecast.most_days))
    }

    #[test]
    fn before_two_whole_days_nothing_is_known() {
        assert_eq!(range(&Pace::default(), 9, 400), None);
        assert_eq!(range(&pace(&[(10, 100)]), 10, 400), None);
        assert_eq!(range(&pace(&[(10, 100), (11, 100)]), 11, 400), None);
        assert!(range(&pace(&[(10, 100), (11, 100)]), 12, 400).is_some());
    }

    #[test]
    fn a_steady_pace_gives_a_range_around_it_that_narrows_with_the_days() {
        let two = pace(&[(10, 100), (11, 100)]);
        let week: Vec<_> = (10..17).map(|day| (day, 100)).collect();
        assert_eq!(range(&two, 12, 400), Some((3, 8)));
        assert_eq!(range(&pace(&week), 17, 400), Some((4, 6)));
    }

    #[test]
    fn days_that_differ_too_much_say_nothing() {
        assert_eq!(range(&pace(&[(10, 300), (11, 1)]), 12, 400), None);
    }

    #[test]
    fn the_day_that_is_not_over_yet_does_not_slow_the_pace() {
        let days = [(10, 100), (11, 100), (12, 1)];
        assert_eq!(range(&pace(&days), 12, 400), Some((3, 8)));
    }

    #[test]
    fn days_without_a_key_count_and_a_long_absence_is_no_pace() {
        let daily = pace(&[(10, 100), (11, 100), (12, 100), (13, 100)]);
        let (_, soon) = range(&daily, 14, 400).expect("known");
        let (_, later) = range(&daily, 16, 400).expect("known");
        assert!(later > soon);
        assert_eq!(range(&daily, 200, 400), None);
    }

    #[test]
    fn only_the_last_two_weeks_are_kept() {
        let days: Vec<_> = (0..100).map(|day| (day, 5)).collect();
        let kept: Vec<_> = pace(&days).days_ago(Day(99)).collect();
        assert_eq!((kept.len(), kept[0]), (15, (14, 5)));
    }

    proptest::proptest! {
        #[test]
        fn no_clock_and_no_count_breaks_a_forecast(
            days in proptest::collection::vec((any::<u32>(), any::<u32>()), 0..40),
            today in any::<u32>(),
            missing in any::<u32>(),
        ) {
            let pace = pace(&days);
            proptest::prop_assert!(pace.0.len() <= 15);
            if let Some((fewest, most)) = range(&pace, today, missing) {
                proptest::prop_assert!(1 <= fewest && fewest <= most && most <= 365);
            }
        }
    }
}
