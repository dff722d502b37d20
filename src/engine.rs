//! The engine: owns the profile, feeds it with what capture sees, and answers questions about it.
//!
//! It has a thread of its own; an [`Engine`] is a handle to it. No key identity ever comes in here.

pub mod judge;
mod mailbox;
mod pace;
mod pause;
mod profile_file;
mod seat;
mod status;
mod worker;

use std::{sync::Arc, time::Duration};

use selfsame_behaviour::{Assessment, ClearReason, GenerationId, Level, Reason};
use selfsame_protocol::message::Confirmed;
use tokio::sync::watch;

use self::{
    pause::PauseFile,
    profile_file::ProfileFile,
    worker::{Parts, Worker},
};
use crate::{
    capture::{self, Capture, CaptureReport, Decoder, Gate, StopSignal},
    config::Paths,
    platform, session,
    vault::Vault,
};

pub(crate) use mailbox::{Command, Mailbox};
pub use pace::{Day, Forecast, Pace};
pub use profile_file::Stored;
pub use status::{
    CaptureState, CaptureStatus, EngineStatus, PauseStatus, ProfileStatus, SessionStatus,
};

/// Which capture back end to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BackendChoice {
    /// The best one this system has.
    #[default]
    Auto,
    /// XInput2 on an X11 display.
    X11,
    /// The separate reader of input devices, for Wayland and consoles.
    Reader,
    /// The generic one, which cannot tell injected input from real.
    Rdev,
}

impl BackendChoice {
    /// As the command line and a policy name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::X11 => "x11",
            Self::Reader => "reader",
            Self::Rdev => "rdev",
        }
    }
}

/// How an engine is started.
#[derive(Debug, Clone, Default)]
pub struct EngineConfig {
    /// The capture back end.
    pub backend: BackendChoice,
    /// The display to watch; the one that the environment names when there is none here.
    pub display: Option<String>,
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
    #[error(
        "the confirmation comes from a demonstration server, and this is not a demonstration build"
    )]
    DemoWindow,
    /// What is on disk is no profile of this program's.
    #[error("{0}")]
    Unreadable(String),
    /// The engine's thread has ended.
    #[error("the engine has stopped")]
    Stopped,
}

/// A handle to the engine's thread; clones speak to the same one.
#[derive(Clone)]
pub struct Engine {
    mailbox: Mailbox,
    status: watch::Receiver<EngineStatus>,
}

impl Engine {
    /// Opens the profile and starts sensing.
    ///
    /// # Errors
    /// When the back end is not in this build, the vault cannot be used or the system refuses. A
    /// damaged profile is no error: it is set aside and said in the status.
    pub fn start(
        config: EngineConfig,
        vault: Arc<Vault>,
        paths: &Paths,
    ) -> Result<Self, EngineError> {
        let notes = platform::harden();
        let back_end = capture::back_end(config.backend, config.display)
            .map_err(EngineError::NoSuchBackend)?;
        let (kept, set_aside) = ProfileFile::open(&vault, &paths.data)?;
        let (producer, consumer) = capture::ring();
        let gate = Arc::new(Gate::default());
        let decoder = Decoder::new(producer, Arc::clone(&gate));
        let (stop, stopped) =
            StopSignal::new().map_err(|error| EngineError::Os("no pipe", error))?;

        let mut first = EngineStatus::starting(vault.backing(), kept.profile.generation());
        first.capture.backend = back_end.name();
        first.capture.tells_injected = back_end.tells_injected();
        first.capture.limits = back_end.limits();
        first.profile.set_aside = set_aside;
        first.notes = notes;
        let worker = Worker::new(
            Parts {
                vault,
                kept,
                pauses: PauseFile::in_folder(&paths.data),
                consumer,
                gate,
                stop,
            },
            first,
        );
        let status = worker.watch();
        let mailbox = worker
            .spawn()
            .map_err(|error| EngineError::Os("no thread", error))?;
        sense(back_end, decoder, stopped, mailbox.clone())
            .map_err(|error| EngineError::Os("no thread", error))?;
        session::watch(mailbox.clone()).map_err(|error| EngineError::Os("no thread", error))?;
        Ok(Self { mailbox, status })
    }

    /// What is on disk; `None` when there is nothing. Changes nothing there.
    ///
    /// # Errors
    /// When it cannot be read or opened.
    pub fn stored(vault: &Vault, paths: &Paths) -> Result<Option<Stored>, EngineError> {
        ProfileFile::stored(vault, &paths.data)
    }

    /// Forgets the profile while no engine runs.
    ///
    /// # Errors
    /// When the file or its key cannot be removed.
    pub fn erase_at_rest(vault: &Vault, paths: &Paths) -> Result<(), EngineError> {
        ProfileFile::open(vault, &paths.data)?
            .0
            .file
            .erase(vault)
            .map(drop)
    }

    /// Judges the person at the computer now. Blocks for at most a few milliseconds.
    pub fn answer(&self, question: &Question) -> Answer {
        let question = *question;
        self.mailbox
            .ask(|reply| Command::Answer(question, reply))
            .unwrap_or_else(|_| Answer {
                assessment: judge::unsure(Reason::TooLittleInput, None),
                generation: self.status().profile.generation,
                model: judge::MODEL,
            })
    }

    /// What the engine is doing.
    pub fn status(&self) -> EngineStatus {
        self.status.borrow().clone()
    }

    /// Follows the status; while the person types it changes at most once a second.
    pub fn watch(&self) -> watch::Receiver<EngineStatus> {
        self.status.clone()
    }

    /// Stops recording at the person's wish; nothing is recorded any more when this returns.
    pub fn pause(&self, until: PauseUntil) {
        // An engine that has stopped records nothing.
        let _ = self.mailbox.ask(|reply| Command::Pause(until, reply));
    }

    /// Ends a pause.
    pub fn resume(&self) {
        let _ = self.mailbox.ask(Command::Resume);
    }

    /// Takes in that the identity provider saw a hard factor; the caller has verified the signature,
    /// the device and the issuer. Two different windows make a generation trusted.
    ///
    /// # Errors
    /// When it is for another generation, a demonstration's, or cannot be kept on disk.
    pub fn confirmed(&self, confirmed: &Confirmed) -> Result<(), EngineError> {
        let (generation, window) = (confirmed.generation, confirmed.window.clone());
        self.mailbox
            .ask(|reply| Command::Confirmed(generation, window, reply))?
    }

    /// Writes to disk what was learnt since it was last written.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn save(&self) -> Result<(), EngineError> {
        self.mailbox.ask(Command::Save)?
    }

    /// Forgets the profile and begins a new generation.
    ///
    /// # Errors
    /// When the old file or its key cannot be removed.
    pub fn erase(&self) -> Result<(), EngineError> {
        self.mailbox.ask(Command::Erase)?
    }

    /// Throws away all evidence.
    pub fn clear(&self, why: ClearReason) {
        self.mailbox.send(Command::Clear(why));
    }

    /// Saves the profile and ends the threads; returns when the profile is on disk.
    pub fn shutdown(&self) {
        // An engine that has stopped before has saved before.
        let _ = self.mailbox.ask(Command::Shutdown);
    }
}

/// Runs the back end on a thread of its own.
fn sense(
    mut back_end: Box<dyn Capture>,
    decoder: Decoder,
    stopped: StopSignal,
    mailbox: Mailbox,
) -> std::io::Result<()> {
    let reports = Box::new(move |report| match report {
        CaptureReport::Events => mailbox.wake(),
        report => mailbox.send(Command::Capture(report)),
    });
    std::thread::Builder::new()
        .name("capture".to_owned())
        .spawn(move || back_end.run(decoder, reports, stopped))
        .map(drop)
}

#[cfg(test)]
mod tests;
