//! Keeps strangers from filling the audit log: refusals that anybody can cause are written down
//! at most every ten seconds for each cause, with the number of those left out.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use selfsame_protocol::Millis;

const EVERY_MS: u64 = 10_000;

/// Counts refusals between two audit records, for each cause on its own: a flood of one hides no
/// other.
#[derive(Debug, Default)]
pub struct Strangers(Mutex<HashMap<&'static str, Count>>);

#[derive(Debug, Default)]
struct Count {
    last: Option<Millis>,
    left_out: u64,
}

impl Strangers {
    /// A refusal now: how many of this cause were left out since the last record, or `None` when
    /// this one is to be left out too.
    pub fn note(&self, cause: &'static str, now: Millis) -> Option<u64> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(cause).or_default();
        if count.last.is_some_and(|last| now.since(last) < EVERY_MS) {
            count.left_out += 1;
            return None;
        }
        count.last = Some(now);
        Some(std::mem::take(&mut count.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_refusals_leaves_one_record_with_their_number() {
        let strangers = Strangers::default();
        assert_eq!(strangers.note("token_unknown", Millis(5)), Some(0));
        (0..100).for_each(|at| assert_eq!(strangers.note("token_unknown", Millis(6 + at)), None));
        assert_eq!(
            strangers.note("token_unknown", Millis(5 + EVERY_MS)),
            Some(100)
        );
    }

    #[test]
    fn a_flood_of_one_cause_hides_no_other() {
        let strangers = Strangers::default();
        for at in 0..100 {
            strangers.note("token_unknown", Millis(at));
        }
        assert_eq!(strangers.note("token_used", Millis(50)), Some(0));
    }
}
