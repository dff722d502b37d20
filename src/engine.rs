//! The engine: owns the profile, feeds it with what capture sees, and answers questions about it.
//!
//! It has a thread of its own; an [`Engine`] is a handle to it. No key identity ever comes in here.

mod status;

use std::{sync::Arc, time::Duration};

use selfsame_behaviour::{Assessment, ClearReason, GenerationId, Level, Reason, Verdict};
use selfsame_protocol::message::Confirmed;
use tokio::sync::watch;

use crate::{config::Paths, vault::Vault};

pub use status::{CaptureState, CaptureStatus, EngineStatus, PauseStatus, ProfileStatus, SessionStatus};

/// Which capture back end to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BackendChoice {
    /// The best one this system has.
    #[default]
    Auto,
    /// XInput2 on an X11 display.
    X11,
    /// The generic one, which cannot tell injected input from real.
    Rdev,
}

/// How an engine is started.
#[derive(Debug, Clone, Default)]
pub struct EngineConfig {
    /// The capture back end.
    pub backend: BackendChoice,
}

/// What an identity provider asks of the person's behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// How strict a `same` must be.
    pub level: Level,
    /// Evidence older than this does not count.
    pub max_evidence_age: Duration,
    /// How long ago the request arrived: injected input since then means the other factor.
    pub arrived_ms_ago: u64,
}

/// The answer to a [`Question`]. Holds no score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The verdict with its reasons.
    pub assessment: Assessment,
    /// The generation of the profile that was asked.
    pub generation: GenerationId,
    /// The version of the behavioural model.
    pub model: u16,
}

/// How long a pause lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PauseUntil {
    /// Until this much time has passed.
    After(Duration),
    /// Until the screen is locked.
    Lock,
}

/// Why the engine cannot start or do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The back end that was chosen is not in this build or not for this system.
    #[error("the capture back end `{0}` is not in this build; choose another one")]
    NoSuchBackend(&'static str),
    /// The operating system refused a thread or a file.
    #[error("{0}: {1}")]
    Os(&'static str, #[source] std::io::Error),
    /// The vault cannot hand out or keep the profile's key.
    #[error(transparent)]
    Vault(#[from] crate::vault::VaultError),
    /// The hard factor was reported for another generation of the profile.
    #[error("the confirmation names another profile generation than the one in use")]
    OtherGeneration,
    /// The hard factor was counted in a way only a demonstration may.
    #[error("the confirmation comes from a demonstration server, and this is not a demonstration build")]
    DemoWindow,
    /// The engine's thread has ended.
    #[error("the engine has stopped")]
    Stopped,
}

/// A handle to the engine's thread; clones speak to the same one.
#[derive(Clone)]
pub struct Engine {
    status: watch::Receiver<EngineStatus>,
}

impl Engine {
    /// Opens the profile and starts sensing.
    ///
    /// # Errors
    /// When the back end is not in this build or the system refuses. A damaged profile is no error:
    /// it is set aside and said in the status.
    pub fn start(_config: EngineConfig, vault: Arc<Vault>, _paths: &Paths) -> Result<Self, EngineError> {
        let (_sender, status) = watch::channel(EngineStatus::starting(vault.backing(), GenerationId([0; 16])));
        Ok(Self { status })
    }

    /// Judges the person at the computer now. Blocks for at most a few milliseconds.
    pub fn answer(&self, _question: &Question) -> Answer {
        Answer {
            assessment: Assessment {
                verdict: Verdict::Unsure,
                level: None,
                evidence_age: None,
                reasons: vec![Reason::StillLearning],
            },
            generation: self.status().profile.generation,
            model: MODEL,
        }
    }

    /// What the engine is doing.
    pub fn status(&self) -> EngineStatus {
        self.status.borrow().clone()
    }

    /// Follows the status; changes at most once a second.
    pub fn watch(&self) -> watch::Receiver<EngineStatus> {
        self.status.clone()
    }

    /// Stops recording at the person's wish.
    pub fn pause(&self, _until: PauseUntil) {}

    /// Ends a pause.
    pub fn resume(&self) {}

    /// Takes in that the identity provider saw a hard factor; the caller has verified the signature,
    /// the device and the issuer. Two different windows make a generation trusted.
    ///
    /// # Errors
    /// When it is for another generation, a demonstration's, or cannot be kept on disk.
    pub fn confirmed(&self, _confirmed: &Confirmed) -> Result<(), EngineError> {
        Ok(())
    }

    /// Forgets the profile and begins a new generation.
    ///
    /// # Errors
    /// When the old file or its key cannot be removed.
    pub fn erase(&self) -> Result<(), EngineError> {
        Ok(())
    }

    /// Throws away all evidence.
    pub fn clear(&self, _why: ClearReason) {}

    /// Saves the profile and ends the thread.
    pub fn shutdown(&self) {}
}

/// The version of the behavioural model, as verdicts carry it.
const MODEL: u16 = 1;
