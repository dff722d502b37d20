//! How often a device may speak. What it sends is verified and stored, so a broken or hostile one
//! must not be able to keep the server busy.

use selfsame_protocol::Millis;

/// Frames that may come at once: far more than a connect, a state and a few verdicts.
const BURST: u64 = 40;
/// After that, one frame in this time.
const ONE_IN_MS: u64 = 200;

/// A bucket that a frame takes from and that time fills.
#[derive(Debug)]
pub(super) struct Pace {
    /// The moment up to which the frames so far have used up the device's time.
    used_until: Millis,
}

impl Pace {
    pub(super) fn new(now: Millis) -> Self {
        Self { used_until: now }
    }

    /// A frame came; `false` when it came too soon.
    pub(super) fn take(&mut self, now: Millis) -> bool {
        let next = self.used_until.max(now).plus(ONE_IN_MS);
        if next.since(now) > BURST * ONE_IN_MS {
            return false;
        }
        self.used_until = next;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_let_through_and_a_flood_is_not() {
        let mut pace = Pace::new(Millis(1_000));
        let taken = (0..100).filter(|_| pace.take(Millis(1_000))).count();
        assert_eq!(taken as u64, BURST);
    }

    #[test]
    fn a_device_that_speaks_now_and_then_is_never_too_soon() {
        let mut pace = Pace::new(Millis(0));
        assert!((0..1_000).all(|n| pace.take(Millis(n * ONE_IN_MS))));
    }

    #[test]
    fn time_fills_the_bucket_but_not_beyond_its_size() {
        let mut pace = Pace::new(Millis(0));
        (0..BURST).for_each(|_| assert!(pace.take(Millis(0))));
        assert!(!pace.take(Millis(ONE_IN_MS - 1)));
        assert!(pace.take(Millis(ONE_IN_MS)));
        let taken = (0..100).filter(|_| pace.take(Millis(10_000_000))).count();
        assert_eq!(taken as u64, BURST);
    }
}
