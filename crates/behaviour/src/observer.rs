//! Takes events, learns the profile, keeps the trust.

use crate::{Assessment, Context, Event, Level, Micros, Profile, Progress, Reason};

/// Why all evidence is thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClearReason {
    /// The screen was locked.
    Lock,
    /// The computer slept.
    Sleep,
    /// Another user's session came to the front.
    UserSwitch,
    /// A remote session began or ended.
    RemoteSession,
    /// The display went away.
    DisplayGone,
    /// The person paused the agent.
    Pause,
}

/// Watches one person's events: bounded memory, constant work per event, no raw log.
pub struct Observer {
    profile: Profile,
}

impl Observer {
    /// Watches for the person of `profile`, which the caller has validated.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self { profile }
    }

    /// Takes one event. Events come in the order of their times.
    pub fn feed(&mut self, _event: &Event) {}

    /// Throws away all evidence and everything not yet learnt.
    pub fn clear(&mut self, _why: ClearReason) {}

    /// A hard factor was seen for this person here and now: the recent accepted evidence may be learnt from.
    pub fn confirm(&mut self) {}

    /// Judges the evidence at `now`, on the clock of the events, against the level that was asked for.
    #[must_use]
    pub fn assess(&self, _now: Micros, _level: Level, _context: Context) -> Assessment {
        Assessment::unsure(vec![Reason::StillLearning], None)
    }

    /// How far learning has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress {
            keys_learnt: 0,
            keys_needed: 500,
            strokes_learnt: 0,
            percent: 0,
        }
    }

    /// The profile as learnt so far.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Ends the watch and hands the profile back.
    #[must_use]
    pub fn take_profile(self) -> Profile {
        self.profile
    }
}
