//! Keeps strangers from filling the audit log: refusals that anybody can cause are written down
//! at most every ten seconds, with the number of those left out.

use std::sync::{Mutex, PoisonError};

use selfsame_protocol::Millis;

const EVERY_MS: u64 = 10_000;

/// Counts refusals between two audit records.
#[derive(Debug, Default)]
pub struct Strangers(Mutex<Count>);

#[derive(Debug, Default)]
struct Count {
    last: Option<Millis>,
    left_out: u64,
}

impl Strangers {
    /// A refusal now: how many were left out since the last record, or `None` when this one is to
    /// be left out too.
    pub fn note(&self, now: Millis) -> Option<u64> {
        let mut count = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
        assert_eq!(strangers.note(Millis(5)), Some(0));
        (0..100).for_each(|at| assert_eq!(strangers.note(Millis(6 + at)), None));
        assert_eq!(strangers.note(Millis(5 + EVERY_MS)), Some(100));
    }
}
