//! The one place where the agent reads a clock.

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicI64, Ordering},
    },
    time::{Instant, SystemTime},
};

use selfsame_protocol::{Millis, UnixMillis};

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Now, on this computer's wall clock.
pub fn wall() -> UnixMillis {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Now, on a clock that never goes back; zero when it was first asked.
pub fn monotonic() -> Millis {
    let since = STARTED.elapsed().as_millis();
    Millis(u64::try_from(since).unwrap_or(u64::MAX))
}

/// The moment of the monotonic clock as the runtime's timers want it.
pub fn instant_at(moment: Millis) -> Instant {
    *STARTED + std::time::Duration::from_millis(moment.0)
}

/// The server's clock, as far as the device has learnt it.
#[derive(Debug, Default)]
pub struct ServerClock {
    ahead_ms: AtomicI64,
}

impl ServerClock {
    /// Learns how far the server's clock is ahead of this computer's.
    pub fn learn(&self, ahead_ms: i64) {
        self.ahead_ms.store(ahead_ms, Ordering::Relaxed);
    }

    /// How far the server's clock is ahead of this computer's, in milliseconds.
    pub fn ahead_ms(&self) -> i64 {
        self.ahead_ms.load(Ordering::Relaxed)
    }

    /// Now, on the server's clock.
    pub fn now(&self) -> UnixMillis {
        wall().plus(self.ahead_ms())
    }
}
