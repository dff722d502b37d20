//! Unix: what asks the agent to end is a signal.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::exit::Failure;

/// A service or a shell started this program; either keeps its terminal as it likes.
pub fn detach() {}

/// Everything by which the system or a person asks the agent to end.
pub struct Endings {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Endings {
    pub fn new() -> Result<Self, Failure> {
        let open = |kind| {
            signal(kind).map_err(|error| {
                Failure::local(format!("Signals cannot be caught: {error}."), "Try again.")
            })
        };
        Ok(Self {
            terminate: open(SignalKind::terminate())?,
            interrupt: open(SignalKind::interrupt())?,
            hang_up: open(SignalKind::hangup())?,
        })
    }

    /// Returns when one of them came.
    pub async fn any(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}
