//! The one place in this program where clocks are read.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use selfsame_protocol::{Millis, UnixMillis};

/// The wall clock, and a monotonic clock that starts with the program.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// A clock whose monotonic side reads 0 now.
    pub fn start() -> Self {
        Self {
            start: Instant::now(),
        }
    }

    /// The wall clock.
    pub fn wall(&self) -> UnixMillis {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// The monotonic clock.
    pub fn now(&self) -> Millis {
        Millis(u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// The moment of the runtime's timers that is `at` on the monotonic clock.
    pub fn instant(&self, at: Millis) -> tokio::time::Instant {
        (self.start + std::time::Duration::from_millis(at.0)).into()
    }
}

/// Yesterday, for services whose clocks are late, and so many days from now.
pub fn from_yesterday_for(days: u16) -> (time::OffsetDateTime, time::OffsetDateTime) {
    let now = time::OffsetDateTime::now_utc();
    (
        now - time::Duration::days(1),
        now + time::Duration::days(i64::from(days)),
    )
}
