//! Who lately wanted in as whom. Of two requests in one person's name it cannot be told which one their computer's
//! connection belongs to, so neither goes in by it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use selfsame_protocol::Millis;

use crate::decide::Rivals;

/// Longer than a connection may stand for presence, so that no request after another can use the same one.
const WITHIN_MS: u64 = 30_000;
/// Beyond this, people about whom nobody asked lately are forgotten.
const REMEMBERED: usize = 10_000;

/// The arrivals of the last half minute, by login.
#[derive(Debug, Default)]
pub struct RivalLog(Mutex<HashMap<String, Vec<Millis>>>);

impl RivalLog {
    /// Somebody wants in as this person.
    pub fn note(&self, login: &str, now: Millis) {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if log.len() >= REMEMBERED {
            log.retain(|_, arrivals| arrivals.iter().any(|at| now.since(*at) < WITHIN_MS));
        }
        let arrivals = log.entry(login.to_ascii_lowercase()).or_default();
        arrivals.retain(|at| now.since(*at) < WITHIN_MS);
        arrivals.push(now);
    }

    /// Whether anybody else did, beside the one who was noted: before it or meanwhile.
    pub fn beside(&self, login: &str, now: Millis) -> Rivals {
        let log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let arrivals = log.get(&login.to_ascii_lowercase());
        let recent = arrivals.map_or(0, |all| {
            all.iter().filter(|at| now.since(**at) < WITHIN_MS).count()
        });
        match recent {
            0 | 1 => Rivals::None,
            _ => Rivals::Some,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_requests_within_half_a_minute_each_is_the_others_rival() {
        let log = RivalLog::default();
        log.note("ada", Millis(0));
        assert_eq!(log.beside("ada", Millis(10)), Rivals::None);
        log.note("ADA", Millis(20));
        assert_eq!(log.beside("ada", Millis(30)), Rivals::Some);
        log.note("grace", Millis(30));
        assert_eq!(log.beside("grace", Millis(40)), Rivals::None);
    }

    #[test]
    fn after_half_a_minute_nobody_is_a_rival() {
        let log = RivalLog::default();
        log.note("ada", Millis(0));
        log.note("ada", Millis(WITHIN_MS));
        assert_eq!(log.beside("ada", Millis(WITHIN_MS)), Rivals::None);
    }
}
