//! How long to wait before connecting again: doubling, capped, with full jitter, so that ten
//! thousand devices do not come back in the same second.

/// The first upper bound, in milliseconds.
const FIRST_MS: u64 = 1_000;
/// The last upper bound, in milliseconds.
const CAP_MS: u64 = 60_000;
/// Never sooner than this, in milliseconds.
const FLOOR_MS: u64 = 250;

/// Delays between attempts.
#[derive(Debug, Clone)]
pub struct Backoff {
    failures: u32,
    random: u64,
}

impl Backoff {
    /// `seed` is any random number.
    pub const fn new(seed: u64) -> Self {
        Self {
            failures: 0,
            random: seed | 1,
        }
    }

    /// A link came up: start again from the shortest wait.
    pub const fn reset(&mut self) {
        self.failures = 0;
    }

    /// The next wait in milliseconds, drawn evenly from the floor up to a doubling bound.
    pub fn next_ms(&mut self) -> u64 {
        let bound = CAP_MS.min(FIRST_MS << self.failures.min(16));
        self.failures = self.failures.saturating_add(1);
        FLOOR_MS + self.draw() % (bound - FLOOR_MS)
    }

    /// xorshift64: spreads devices apart, protects nothing.
    const fn draw(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_wait_is_never_shorter_than_the_floor_nor_longer_than_the_cap(seed: u64) {
            let mut backoff = Backoff::new(seed);
            for _ in 0..100 {
                let wait = backoff.next_ms();
                prop_assert!((FLOOR_MS..=CAP_MS).contains(&wait));
            }
        }
    }

    #[test]
    fn two_devices_do_not_come_back_together() {
        let waits = |seed| {
            let mut backoff = Backoff::new(seed);
            (0..8).map(|_| backoff.next_ms()).collect::<Vec<_>>()
        };
        assert_ne!(waits(1), waits(0x9e37_79b9));
    }
}
