//! Where one session of typing ends and the next begins, for the rule on common pairs.

use crate::Micros;

const LONG_PAUSE: Micros = Micros::from_secs(600);
/// A pause to read or think also ends a session, once it was long enough that no single phrase fills it.
const SHORT_PAUSE: Micros = Micros::from_secs(10);
const KEYS_BEFORE_SHORT_PAUSE: u32 = 150;

/// Numbers the sessions from 1. A new one begins at the start, after a lock or another clearing, after ten
/// minutes without a key, and after ten seconds without one if at least 150 keys came before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sessions {
    number: u32,
    keys: u32,
    last: Option<Micros>,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            number: 1,
            keys: 0,
            last: None,
        }
    }
}

impl Sessions {
    pub fn key(&mut self, at: Micros) {
        let pause = self.last.map_or(Micros(0), |last| at.since(last));
        let thought = pause > SHORT_PAUSE && self.keys >= KEYS_BEFORE_SHORT_PAUSE;
        if pause > LONG_PAUSE || thought {
            self.begin();
        }
        self.keys = self.keys.saturating_add(1);
        self.last = Some(at);
    }

    /// Begins a new session, unless this one is still empty.
    pub fn begin(&mut self) {
        if self.keys > 0 {
            *self = Self {
                number: self.number.saturating_add(1),
                keys: 0,
                last: None,
            };
        }
    }

    pub fn number(&self) -> u32 {
        self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_phrase_typed_again_and_again_with_pauses_stays_one_session() {
        let mut sessions = Sessions::default();
        for repetition in 0..12 {
            (0..12).for_each(|key| sessions.key(Micros::from_secs(repetition * 30 + key)));
        }
        assert_eq!(sessions.number(), 1);
    }

    #[test]
    fn a_long_pause_begins_a_session_and_so_does_a_lock() {
        let mut sessions = Sessions::default();
        sessions.key(Micros::from_secs(1));
        sessions.key(Micros::from_secs(700));
        assert_eq!(sessions.number(), 2);
        sessions.begin();
        sessions.begin();
        assert_eq!(sessions.number(), 3);
    }
}
