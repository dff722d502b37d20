//! What the engine says of itself: never anything from which behaviour could be read.

use selfsame_behaviour::{GenerationId, Progress};
use serde::Serialize;

use super::Forecast;
use crate::vault::Backing;

/// What the engine is doing, for `status`, `doctor` and the tray.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EngineStatus {
    /// Whether this is a demonstration build, which takes a nested display for hardware.
    pub demo: bool,
    /// The senses.
    pub capture: CaptureStatus,
    /// What was learnt.
    pub profile: ProfileStatus,
    /// The session the person works in.
    pub session: SessionStatus,
    /// Where keys are kept.
    pub vault: Backing,
    /// Set while the person has paused the agent.
    pub paused: Option<PauseStatus>,
    /// What a person or administrator should know, in plain sentences.
    pub notes: Vec<String>,
}

impl EngineStatus {
    /// The status before anything was sensed.
    pub(crate) fn starting(vault: Backing, generation: GenerationId) -> Self {
        Self {
            demo: cfg!(feature = "demo"),
            capture: CaptureStatus {
                backend: "none",
                state: CaptureState::Starting,
                tells_injected: false,
                limits: "",
                physical_devices: 0,
                other_devices: 0,
                events: 0,
                dropped: 0,
            },
            profile: ProfileStatus {
                generation,
                trusted: false,
                confirmed_windows: 0,
                progress: Progress {
                    keys_learnt: 0,
                    keys_needed: 0,
                    strokes_learnt: 0,
                    percent: 0,
                    keys_in_full: 0,
                },
                forecast: None,
                set_aside: None,
                save_error: None,
            },
            session: SessionStatus::default(),
            vault,
            paused: None,
            notes: Vec::new(),
        }
    }

    /// Whether something keeps the agent from answering as well as it could (exit code 20).
    pub fn is_degraded(&self) -> bool {
        !matches!(self.capture.state, CaptureState::Running)
            || !self.capture.tells_injected
            || self.profile.save_error.is_some()
    }
}

/// The senses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaptureStatus {
    /// The back end in use: `x11`, `reader`, `raw-input`, `rdev` or `none`.
    pub backend: &'static str,
    /// Whether it runs.
    pub state: CaptureState,
    /// Whether it can tell injected input from real; if not, every verdict is `unsure`.
    pub tells_injected: bool,
    /// What the back end does not see, as half a sentence; empty where it sees all there is.
    pub limits: &'static str,
    /// Devices that are hardware in somebody's hands.
    pub physical_devices: u16,
    /// Devices that are virtual, remote or made by programs.
    pub other_devices: u16,
    /// Events that were taken in since the start.
    pub events: u64,
    /// Events that were lost because they came faster than they could be taken in.
    pub dropped: u64,
}

/// Whether capture runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state", content = "why")]
pub enum CaptureState {
    /// It has not connected yet.
    Starting,
    /// It sees input.
    Running,
    /// The display is not there; it tries again.
    Waiting(String),
    /// It cannot see input on this system, and why.
    Unavailable(String),
}

/// What was learnt, and how far it may be relied on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProfileStatus {
    /// The generation in use.
    pub generation: GenerationId,
    /// Whether hard factors were seen in two different windows.
    pub trusted: bool,
    /// In how many windows a hard factor was seen.
    pub confirmed_windows: u8,
    /// How far learning has come.
    pub progress: Progress,
    /// In how many days the next step of learning is reached: the profile is judged by, and then learnt in full. None
    /// where that is not known yet, or nothing is left.
    pub forecast: Option<Forecast>,
    /// Why and under which name an unreadable profile was set aside.
    pub set_aside: Option<String>,
    /// Why the last save failed; the file on disk is the one before.
    pub save_error: Option<String>,
}

/// The session the person works in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SessionStatus {
    /// Who says so: `logind` or `none`.
    pub source: &'static str,
    /// The screen is locked.
    pub locked: bool,
    /// Another session is in front.
    pub in_background: bool,
    /// The session is a remote one.
    pub remote: bool,
    /// Several sessions are live, or it is not clear which is meant.
    pub ambiguous: bool,
}

impl Default for SessionStatus {
    fn default() -> Self {
        Self {
            source: "none",
            locked: false,
            in_background: false,
            remote: false,
            ambiguous: false,
        }
    }
}

/// A pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PauseStatus {
    /// Ends after this many seconds, counted when it began.
    ForSeconds(u64),
    /// Ends at the next lock.
    UntilLock,
}
