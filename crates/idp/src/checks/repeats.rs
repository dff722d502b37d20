//! Requests that came a second time: they make no second check, and may only be refused.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use selfsame_protocol::{CheckId, Millis};

use super::request::SignInRequest;
use crate::secret::{Secret, SecretHash};

/// How long the page of a repeated request can answer, in milliseconds.
const LIFE_MS: u64 = 600_000;
/// The oldest are forgotten beyond this.
const CAPACITY: usize = 1_000;

#[derive(Debug)]
struct Repeat {
    ticket: SecretHash,
    check: CheckId,
    request: Arc<SignInRequest>,
    until: Millis,
}

/// The repeated requests of the last minutes.
#[derive(Debug, Default)]
pub struct Repeats(Mutex<VecDeque<Repeat>>);

impl Repeats {
    /// Remembers a request that came again; the ticket lets this browser refuse it.
    pub fn note(&self, check: CheckId, request: SignInRequest, now: Millis) -> Secret {
        let ticket = Secret::random();
        let mut repeats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        repeats.retain(|repeat| repeat.until > now);
        if repeats.len() >= CAPACITY {
            repeats.pop_front();
        }
        let until = now.plus(LIFE_MS);
        repeats.push_back(Repeat {
            ticket: ticket.hash(),
            check,
            request: Arc::new(request),
            until,
        });
        ticket
    }

    /// The request that a ticket of this check stands for.
    pub fn find(&self, check: CheckId, ticket: &str, now: Millis) -> Option<Arc<SignInRequest>> {
        let repeats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = repeats.iter().find(|repeat| {
            repeat.check == check && repeat.until > now && repeat.ticket.is_of(ticket)
        });
        found.map(|repeat| Arc::clone(&repeat.request))
    }
}
