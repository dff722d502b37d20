//! The agent's state, for `status`, the tray and the browser extension.

use std::fmt;

use serde::Serialize;

use super::Report;
use crate::{
    engine::{CaptureState, PauseStatus},
    link::LinkState,
};

/// What the agent does, or what keeps it from answering; the first that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum State {
    /// This computer is not enrolled.
    NotEnrolled,
    /// The person has paused it until the screen is locked.
    PausedUntilLock,
    /// The person has paused it for a while.
    Paused,
    /// The server has ended the enrolment.
    Ended,
    /// No input can be seen.
    CannotSee,
    /// The profile is not whole.
    Learning {
        /// How far learning has come.
        percent: u8,
    },
    /// The profile was not confirmed by hard factors.
    Unconfirmed,
    /// The server cannot be reached.
    Offline,
    /// It answers.
    Ready,
}

impl State {
    pub(super) fn of(report: &Report) -> Self {
        let engine = &report.engine;
        match (&report.identity, engine.paused) {
            (None, _) => Self::NotEnrolled,
            (_, Some(PauseStatus::UntilLock)) => Self::PausedUntilLock,
            (_, Some(PauseStatus::ForSeconds(_))) => Self::Paused,
            _ if report.link.state == LinkState::Ended => Self::Ended,
            _ if !can_see(&engine.capture.state) => Self::CannotSee,
            _ if engine.profile.progress.percent < 100 => Self::Learning {
                percent: engine.profile.progress.percent,
            },
            _ if !engine.profile.trusted => Self::Unconfirmed,
            _ if !report.is_online() => Self::Offline,
            _ => Self::Ready,
        }
    }
}

/// In one sentence, for people.
impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotEnrolled => "Not enrolled",
            Self::PausedUntilLock => "Paused until the screen is locked",
            Self::Paused => "Paused",
            Self::Ended => "This computer is no longer accepted",
            Self::CannotSee => "Cannot see any typing",
            Self::Learning { percent } => {
                return write!(f, "Learning how you type: {percent} %");
            }
            Self::Unconfirmed => "Learnt; waiting for your other sign-in method",
            Self::Offline => "Ready, but the server cannot be reached",
            Self::Ready => "Ready",
        })
    }
}

fn can_see(state: &CaptureState) -> bool {
    matches!(state, CaptureState::Running | CaptureState::Starting)
}
