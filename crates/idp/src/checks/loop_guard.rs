//! Notices a browser that is sent here again and again: two failures for one service and browser
//! within 2 minutes, and the third check waits for a click.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use selfsame_protocol::Millis;
use sha2::{Digest, Sha256};

use crate::secret::Secret;

/// How long a failure is remembered, in milliseconds.
const WINDOW_MS: u64 = 120_000;
/// How many failures make a loop.
const FAILURES: usize = 2;
/// More browsers than this are not remembered: the guard is a kindness, not a defence.
const CAPACITY: usize = 10_000;

type Key = [u8; 32];

/// The failures of the last two minutes.
#[derive(Debug, Default)]
pub struct LoopGuard {
    failures: Mutex<HashMap<Key, Vec<Millis>>>,
}

impl LoopGuard {
    /// A check of this browser ended in the other factor, without the person having chosen that.
    pub fn note_failure(&self, browser: &Secret, service: &str, now: Millis) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|_, times| {
            times
                .last()
                .is_some_and(|last| now.since(*last) < WINDOW_MS)
        });
        if failures.len() < CAPACITY {
            failures.entry(key(browser, service)).or_default().push(now);
        }
    }

    /// Whether the next check of this browser must wait for a click.
    pub fn is_looping(&self, browser: &Secret, service: &str, now: Millis) -> bool {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let times = failures.get(&key(browser, service));
        let recent = times
            .into_iter()
            .flatten()
            .filter(|at| now.since(**at) < WINDOW_MS);
        recent.count() >= FAILURES
    }
}

fn key(browser: &Secret, service: &str) -> Key {
    let mut hasher = Sha256::new();
    hasher.update(browser.hash().as_bytes());
    hasher.update(service.as_bytes());
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_check_within_two_minutes_waits_for_a_click() {
        let (guard, browser) = (LoopGuard::default(), Secret::random());
        guard.note_failure(&browser, "sp", Millis(0));
        assert!(!guard.is_looping(&browser, "sp", Millis(1)));
        guard.note_failure(&browser, "sp", Millis(10_000));
        assert!(guard.is_looping(&browser, "sp", Millis(20_000)));
        assert!(!guard.is_looping(&browser, "sp", Millis(120_000)));
    }

    #[test]
    fn another_service_or_browser_is_not_held_up() {
        let (guard, browser) = (LoopGuard::default(), Secret::random());
        for at in [0, 1, 2] {
            guard.note_failure(&browser, "sp", Millis(at));
        }
        assert!(!guard.is_looping(&browser, "other", Millis(3)));
        assert!(!guard.is_looping(&Secret::random(), "sp", Millis(3)));
    }
}
