//! What is asked of one answer. Every method asks for more, none for less.

use selfsame_protocol::Level;

use super::{Against, DemoBuilds, Way, Ways};
use crate::service_settings::Mode;

/// The oldest evidence that any policy may accept, in seconds.
pub const EVIDENCE_AT_MOST_S: u32 = 60;

/// What is asked of one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    pub(super) mode: Mode,
    pub(super) level: Level,
    pub(super) max_evidence_age_s: u32,
    pub(super) ways: Ways,
    pub(super) software_keys: bool,
    pub(super) held_after: Against,
    pub(super) hard_factor_within_ms: Option<i64>,
    pub(super) daily_cap: Option<u32>,
    pub(super) demo: DemoBuilds,
}

impl Policy {
    /// What is asked where nobody asked for more: one impostor in a hundred, evidence of the last minute, any way of
    /// showing presence that there is.
    pub const fn least(demo: DemoBuilds) -> Self {
        Self {
            mode: Mode::Assist,
            level: Level::Fmr1e2,
            max_evidence_age_s: EVIDENCE_AT_MOST_S,
            ways: Ways::ALL,
            software_keys: true,
            held_after: Against::NOTHING,
            hard_factor_within_ms: None,
            daily_cap: None,
            demo,
        }
    }

    /// Decides and records, and answers for nobody.
    #[must_use]
    pub const fn only_observing(mut self) -> Self {
        self.mode = Mode::Observe;
        self
    }

    /// Asks for at least `level`.
    #[must_use]
    pub fn at_level(mut self, level: Level) -> Self {
        self.level = self.level.max(level);
        self
    }

    /// Asks for evidence no older than this.
    #[must_use]
    pub fn evidence_within(mut self, seconds: u32) -> Self {
        self.max_evidence_age_s = self.max_evidence_age_s.min(seconds);
        self
    }

    /// Accepts presence in these ways only, of those accepted before.
    #[must_use]
    pub const fn by_ways(mut self, ways: Ways) -> Self {
        self.ways = self.ways.and(ways);
        self
    }

    /// Accepts no presence by the agent's own port any more.
    #[must_use]
    pub const fn extension_only(self) -> Self {
        self.by_ways(Ways::ALL.without(Way::Loopback))
    }

    /// Accepts keys held in hardware only.
    #[must_use]
    pub const fn hardware_keys_only(mut self) -> Self {
        self.software_keys = false;
        self
    }

    /// Answers for nobody on a device that this was seen on, until their other factor was seen beside it.
    #[must_use]
    pub const fn held_after(mut self, seen: Against) -> Self {
        self.held_after = self.held_after.or(seen);
        self
    }

    /// Asks that the person's other factor was seen beside the device no longer ago than this.
    #[must_use]
    pub fn hard_factor_within(mut self, ms: i64) -> Self {
        self.hard_factor_within_ms = Some(self.hard_factor_within_ms.map_or(ms, |old| old.min(ms)));
        self
    }

    /// Answers for one person so many times in 24 hours at most.
    #[must_use]
    pub fn daily_cap(mut self, most: u32) -> Self {
        self.daily_cap = Some(self.daily_cap.map_or(most, |old| old.min(most)));
        self
    }

    /// Whether anybody is answered for.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// The level that a device is asked for.
    pub const fn level(&self) -> Level {
        self.level
    }

    /// The oldest evidence that a device is told of, in seconds.
    pub const fn max_evidence_age_s(&self) -> u32 {
        self.max_evidence_age_s
    }

    /// Whether presence may be shown in this way.
    pub const fn takes(&self, way: Way) -> bool {
        self.ways.contain(way)
    }

    /// Whether what happened before on the device, or to the person, matters at all.
    pub fn asks_about_the_past(&self) -> bool {
        self.held_after != Against::NOTHING
            || self.hard_factor_within_ms.is_some()
            || self.daily_cap.is_some()
    }
}
