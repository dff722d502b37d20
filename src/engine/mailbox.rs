//! How everything else speaks to the engine's thread: put a command in, wake the thread.

use std::{
    sync::mpsc::{self, Sender},
    thread::Thread,
};

use selfsame_behaviour::{ClearReason, GenerationId};
use selfsame_protocol::message::Window;

use super::{Answer, EngineError, PauseUntil, Question, SessionStatus};
use crate::capture::CaptureReport;

/// Where an answer is waited for.
pub type Reply<T> = Sender<T>;

/// What the engine's thread can be told.
pub enum Command {
    /// Judge.
    Answer(Question, Reply<Answer>),
    /// The person pauses.
    Pause(PauseUntil, Reply<()>),
    /// The person resumes.
    Resume(Reply<()>),
    /// A hard factor was seen.
    Confirmed(GenerationId, Window, Reply<Result<(), EngineError>>),
    /// Write to disk what was learnt.
    Save(Reply<Result<(), EngineError>>),
    /// Forget everything learnt.
    Erase(Reply<Result<(), EngineError>>),
    /// Throw away evidence.
    Clear(ClearReason),
    /// The senses report.
    Capture(CaptureReport),
    /// The session changed.
    Session(SessionStatus),
    /// A desktop's screen saver came on (`true`) or went off.
    #[cfg_attr(windows, allow(dead_code))] // a screen saver of Windows locks the session
    ScreenSaver(bool),
    /// Save and end.
    Shutdown(Reply<()>),
}

/// The way to the engine's thread.
#[derive(Clone)]
pub struct Mailbox {
    commands: Sender<Command>,
    thread: Thread,
}

impl Mailbox {
    pub fn new(commands: Sender<Command>, thread: Thread) -> Self {
        Self { commands, thread }
    }

    /// Sends without waiting; an engine that has stopped hears nothing.
    pub fn send(&self, command: Command) {
        if self.commands.send(command).is_ok() {
            self.wake();
        }
    }

    /// Makes the thread look at its ring and its commands.
    pub fn wake(&self) {
        self.thread.unpark();
    }

    /// Sends and waits for the answer.
    pub fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, EngineError> {
        let (reply, answered) = mpsc::channel();
        self.send(command(reply));
        answered.recv().map_err(|_| EngineError::Stopped)
    }
}
