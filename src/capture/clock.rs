//! Puts the times of a source, 32-bit milliseconds that wrap, onto this process's monotonic clock.

use selfsame_behaviour::Micros;

/// After this long without an event the next one is placed anew by the local clock: nothing that
/// matters spans such a gap, and the source may have wrapped or slept in it.
const GAP: Micros = Micros::from_secs(30);

/// How far the source may run away from the local clock before it is placed anew.
const DRIFT: Micros = Micros::from_secs(2);

/// Follows one source's clock. Intervals are the source's own; only the first event after a gap is
/// placed by the time it was read.
#[derive(Debug, Default)]
pub struct SourceClock {
    last: Option<Seen>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    source_ms: u32,
    at: Micros,
}

impl SourceClock {
    /// The time of an event that the source stamped `source_ms` and that was read at `read_at`.
    /// Never before the event that came before it.
    pub fn place(&mut self, source_ms: u32, read_at: Micros) -> Micros {
        let at = match self.last {
            None => read_at,
            Some(last) => last.follow(source_ms, read_at),
        };
        self.last = Some(Seen { source_ms, at });
        at
    }
}

impl Seen {
    fn follow(self, source_ms: u32, read_at: Micros) -> Micros {
        // The difference of two wrapping counters, taken as signed, is right up to 24 days either way.
        let passed_ms = source_ms.wrapping_sub(self.source_ms).cast_signed();
        let passed = Micros::from_millis(u64::try_from(passed_ms).unwrap_or(0));
        let at = Micros(self.at.0 + passed.0);
        let ran_away = at.since(read_at) > DRIFT || read_at.since(at) > DRIFT;
        if read_at.since(self.at) > GAP || ran_away {
            Micros(read_at.0.max(self.at.0))
        } else {
            at
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_over_the_wrap_is_the_sources_own() {
        let mut clock = SourceClock::default();
        let first = clock.place(u32::MAX - 9, Micros(1_000_000));
        let second = clock.place(110, Micros(1_127_000));
        assert_eq!(second.since(first), Micros::from_millis(120));
    }

    #[test]
    fn late_reading_does_not_change_an_interval() {
        let mut clock = SourceClock::default();
        let first = clock.place(5_000, Micros(9_000_000));
        let second = clock.place(5_080, Micros(9_900_000));
        assert_eq!(second.since(first), Micros::from_millis(80));
    }

    #[test]
    fn time_never_goes_back() {
        let mut clock = SourceClock::default();
        let first = clock.place(5_000, Micros(9_000_000));
        assert_eq!(clock.place(4_990, Micros(9_001_000)), first);
    }

    #[test]
    fn a_source_that_jumps_is_placed_anew() {
        let mut clock = SourceClock::default();
        clock.place(5_000, Micros(9_000_000));
        assert_eq!(
            clock.place(90_000_000, Micros(9_050_000)),
            Micros(9_050_000)
        );
    }

    #[test]
    fn after_a_gap_of_more_than_a_wrap_events_are_placed_by_the_local_clock() {
        let mut clock = SourceClock::default();
        clock.place(5_000, Micros(9_000_000));
        let sixty_days = Micros::from_secs(60 * 24 * 3600);
        assert_eq!(clock.place(77, sixty_days), sixty_days);
    }
}
