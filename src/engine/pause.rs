//! The person's own pause: only the person, its end, or the lock it was for, ends it.

mod file;

use std::time::Duration;

use selfsame_protocol::Millis;

use super::{PauseStatus, PauseUntil};

pub use file::PauseFile;

/// A pause that is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    pub status: PauseStatus,
    ends: Option<Millis>,
}

impl Pause {
    pub fn begin(until: PauseUntil, now: Millis) -> Self {
        match until {
            PauseUntil::Lock => Self {
                status: PauseStatus::UntilLock,
                ends: None,
            },
            PauseUntil::After(span) => Self {
                status: PauseStatus::ForSeconds(span.as_secs()),
                ends: Some(now.plus(u64::try_from(span.as_millis()).unwrap_or(u64::MAX))),
            },
        }
    }

    /// When it ends by itself.
    pub fn ends(&self) -> Option<Millis> {
        self.ends
    }

    pub fn is_over(&self, now: Millis) -> bool {
        self.ends.is_some_and(|ends| now >= ends)
    }

    pub fn ends_with_lock(&self) -> bool {
        self.ends.is_none()
    }

    /// What is left of it.
    fn rest(&self, now: Millis) -> PauseUntil {
        self.ends.map_or(PauseUntil::Lock, |ends| {
            PauseUntil::After(Duration::from_millis(ends.since(now)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timed_pause_is_over_when_its_time_is_and_no_lock_ends_it() {
        let pause = Pause::begin(PauseUntil::After(Duration::from_secs(900)), Millis(5_000));
        assert!(!pause.is_over(Millis(904_999)));
        assert!(pause.is_over(Millis(905_000)));
        assert!(!pause.ends_with_lock());
    }

    #[test]
    fn a_pause_until_lock_outlasts_any_time() {
        let pause = Pause::begin(PauseUntil::Lock, Millis(0));
        assert!(!pause.is_over(Millis(u64::MAX)));
        assert!(pause.ends_with_lock());
    }
}
