//! How often somebody may ask: a bucket for each, which a request takes from and time fills.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use selfsame_protocol::Millis;
use serde::{Deserialize, Serialize};

const MINUTE_MS: u64 = 60_000;
/// Beyond this, those who have not asked for a minute are forgotten.
const REMEMBERED: usize = 10_000;

/// How much is let through; 0 lets everything through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Sign-in requests from one address in a minute. Many people may sit behind one.
    pub requests_per_address: u32,
    /// Sign-in requests for one service in a minute.
    pub requests_per_service: u32,
    /// Checks in ten minutes whose presence one person's devices proved, so that nobody else can use them up.
    pub checks_per_person: u32,
    /// Devices in 24 hours that are enrolled for one person, those of a computer that enrols again included.
    pub enrolments_per_person: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_per_address: 600,
            requests_per_service: 6_000,
            checks_per_person: 30,
            enrolments_per_person: 10,
        }
    }
}

/// Who asks, by address: for IPv6 the network, since one host has as many addresses as it likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Asker {
    /// One address.
    V4([u8; 4]),
    /// The first 64 bits.
    V6([u8; 8]),
}

impl From<IpAddr> for Asker {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address.octets()),
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Self::V6([a, b, c, d, e, f, g, h])
            }
        }
    }
}

/// A bucket for each `K`: as many at once as in a whole span, and after that at its pace.
#[derive(Debug)]
pub struct Buckets<K> {
    most: u64,
    span_ms: u64,
    used_until: Mutex<HashMap<K, Millis>>,
}

impl<K: Eq + Hash> Buckets<K> {
    /// `most` in `span_ms`; 0 lets everything through.
    pub fn new(most: u32, span_ms: u64) -> Self {
        Self {
            most: u64::from(most),
            span_ms,
            used_until: Mutex::default(),
        }
    }

    /// One more by this asker; `false` when it is too much.
    pub fn take(&self, asker: K, now: Millis) -> bool {
        if self.most == 0 {
            return true;
        }
        let mut all = self
            .used_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED {
            all.retain(|_, until| *until > now);
        }
        let used = all.entry(asker).or_insert(now);
        let next = (*used).max(now).plus((self.span_ms / self.most).max(1));
        let is_too_much = next.since(now) > self.span_ms;
        if !is_too_much {
            *used = next;
        }
        !is_too_much
    }
}

/// Every bucket of a server.
#[derive(Debug)]
pub struct Rates {
    /// Sign-in requests by address.
    pub addresses: Buckets<Asker>,
    /// Sign-in requests by the entity id of the service.
    pub services: Buckets<String>,
    /// Checks by login.
    pub people: Buckets<String>,
}

impl Rates {
    /// Full buckets.
    pub fn new(limits: Limits) -> Self {
        Self {
            addresses: Buckets::new(limits.requests_per_address, MINUTE_MS),
            services: Buckets::new(limits.requests_per_service, MINUTE_MS),
            people: Buckets::new(limits.checks_per_person, 10 * MINUTE_MS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_let_through_and_then_the_pace_of_the_span() {
        let buckets = Buckets::new(60, MINUTE_MS);
        assert_eq!(
            (0..100).filter(|_| buckets.take("a", Millis(0))).count(),
            60
        );
        assert!(!buckets.take("a", Millis(999)));
        assert!(buckets.take("a", Millis(1_000)));
        assert!(buckets.take("b", Millis(0)), "others are not held up");
    }

    #[test]
    fn no_limit_lets_everything_through() {
        let buckets = Buckets::new(0, MINUTE_MS);
        assert!((0..10_000).all(|_| buckets.take("a", Millis(0))));
    }

    #[test]
    fn a_crowd_is_forgotten_once_it_is_gone() {
        let buckets = Buckets::new(60, MINUTE_MS);
        (0..REMEMBERED).for_each(|n| assert!(buckets.take(n, Millis(0))));
        assert!(buckets.take(REMEMBERED, Millis(MINUTE_MS)));
        let left = buckets.used_until.lock().map(|all| all.len());
        assert_eq!(left.ok(), Some(1));
    }

    #[test]
    fn one_ipv6_host_is_one_asker() {
        let asker = |text: &str| Asker::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(asker("2001:db8::1"), asker("2001:db8::ffff"));
        assert_ne!(asker("2001:db8::1"), asker("2001:db8:0:1::1"));
        assert_eq!(asker("::ffff:192.0.2.1"), asker("192.0.2.1"));
    }
}
