//! Checks counted by day and outcome.

use crate::store::{CheckOutcome, DayCount};

/// How many checks ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Answered for the person.
    pub answered: u32,
    /// Would have been, were the service not only observed.
    pub would: u32,
    /// Ended in the other factor.
    pub other: u32,
}

impl Tally {
    /// All together.
    pub const fn sum(&self) -> u32 {
        self.answered + self.would + self.other
    }

    /// Adds some.
    pub fn add(&mut self, counted: &DayCount) {
        let which = match counted.outcome {
            CheckOutcome::Approved => &mut self.answered,
            CheckOutcome::OtherFactor if counted.was_only_observed() => &mut self.would,
            CheckOutcome::OtherFactor => &mut self.other,
        };
        *which += counted.count;
    }
}

/// One tally for each of `days` days up to `today`, oldest first.
pub fn by_day(counts: &[DayCount], today: i64, days: usize) -> Vec<(i64, Tally)> {
    let first = today + 1 - i64::try_from(days).unwrap_or(1);
    let mut tallies: Vec<_> = (first..=today).map(|day| (day, Tally::default())).collect();
    for counted in counts {
        if let Some((_, tally)) = tallies.iter_mut().find(|(day, _)| *day == counted.day) {
            tally.add(counted);
        }
    }
    tallies
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(day: i64, outcome: CheckOutcome, rule: &str, count: u32) -> DayCount {
        let rule = rule.to_owned();
        DayCount {
            day,
            outcome,
            rule,
            count,
        }
    }

    #[test]
    fn each_day_has_a_tally_also_where_nobody_signed_in() {
        let counts = [
            counted(10, CheckOutcome::Approved, "all-rules-met", 4),
            counted(10, CheckOutcome::OtherFactor, "no-presence", 2),
            counted(8, CheckOutcome::OtherFactor, "observe-only", 3),
            counted(1, CheckOutcome::Approved, "all-rules-met", 99),
        ];
        let tallies = by_day(&counts, 10, 3);
        let expected = [
            (
                8,
                Tally {
                    would: 3,
                    ..Tally::default()
                },
            ),
            (9, Tally::default()),
            (
                10,
                Tally {
                    answered: 4,
                    other: 2,
                    ..Tally::default()
                },
            ),
        ];
        assert_eq!(tallies, expected);
    }
}
