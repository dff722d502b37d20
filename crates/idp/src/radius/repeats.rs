//! Requests that come again because their answer was slow or got lost: answered once, and with the same octets
//! (RFC 5080 section 2.2.2).

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use selfsame_protocol::Millis;
use selfsame_radius::Authenticator;

/// How long a client may ask again: longer than the site's own second factor may take.
const LIFE_MS: u64 = 75_000;
/// The oldest are forgotten beyond this.
const CAPACITY: usize = 20_000;

/// What tells a repeated request from a new one.
pub type Fingerprint = (SocketAddr, u8, Authenticator);

/// What is to become of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is new: answer it.
    Never,
    /// Its answer is being made: it will come.
    Pending,
    /// It was answered with this.
    Answered(Vec<u8>),
}

#[derive(Debug, Default)]
struct Memory {
    answers: HashMap<Fingerprint, Option<Vec<u8>>>,
    order: VecDeque<(Millis, Fingerprint)>,
}

/// The requests of the last minute or so.
#[derive(Debug, Default)]
pub struct Repeats(Mutex<Memory>);

impl Repeats {
    /// A request has come.
    pub fn note(&self, request: Fingerprint, now: Millis) -> Seen {
        let mut memory = self.memory();
        memory.forget(now);
        match memory.answers.get(&request) {
            Some(Some(answer)) => Seen::Answered(answer.clone()),
            Some(None) => Seen::Pending,
            None => {
                memory.answers.insert(request, None);
                memory.order.push_back((now, request));
                Seen::Never
            }
        }
    }

    /// Its answer leaves.
    pub fn answered(&self, request: &Fingerprint, answer: &[u8]) {
        if let Some(kept) = self.memory().answers.get_mut(request) {
            *kept = Some(answer.to_vec());
        }
    }

    /// It will have no answer; the client may as well try again.
    pub fn given_up(&self, request: &Fingerprint) {
        self.memory().answers.remove(request);
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn forget(&mut self, now: Millis) {
        while let Some((at, request)) = self.order.front()
            && (now.since(*at) > LIFE_MS || self.order.len() > CAPACITY)
        {
            self.answers.remove(request);
            self.order.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(port: u16, identifier: u8) -> Fingerprint {
        let from = SocketAddr::from(([192, 0, 2, 1], port));
        (from, identifier, Authenticator([7; 16]))
    }

    #[test]
    fn a_request_is_answered_once_and_then_with_the_same_octets() {
        let repeats = Repeats::default();
        let one = request(1, 1);
        assert_eq!(repeats.note(one, Millis(0)), Seen::Never);
        assert_eq!(repeats.note(one, Millis(1)), Seen::Pending);
        repeats.answered(&one, b"no");
        assert_eq!(
            repeats.note(one, Millis(LIFE_MS)),
            Seen::Answered(b"no".to_vec())
        );
        assert_eq!(repeats.note(request(2, 1), Millis(2)), Seen::Never);
        assert_eq!(repeats.note(request(1, 2), Millis(2)), Seen::Never);
    }

    #[test]
    fn long_after_its_answer_a_request_is_new() {
        let repeats = Repeats::default();
        repeats.note(request(1, 1), Millis(0));
        repeats.answered(&request(1, 1), b"no");
        assert_eq!(
            repeats.note(request(1, 1), Millis(LIFE_MS + 1)),
            Seen::Never
        );
    }

    #[test]
    fn a_request_that_was_given_up_may_come_again() {
        let repeats = Repeats::default();
        repeats.note(request(1, 1), Millis(0));
        repeats.given_up(&request(1, 1));
        assert_eq!(repeats.note(request(1, 1), Millis(1)), Seen::Never);
    }
}
