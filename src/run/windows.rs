//! Windows: what asks the agent to end is a console event; the end of the session comes to the
//! session's window (`session/windows.rs`), as a program without a console hears no such event.

use std::io;

use tokio::signal::windows::{
    CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close,
    ctrl_logoff, ctrl_shutdown,
};

use crate::{exit::Failure, platform::windows::console};

/// At sign-in Windows opens a console for the agent alone: nobody wants to see it.
pub fn detach() {
    console::let_go_of_own();
}

/// Everything by which the system or a person asks the agent to end.
pub struct Endings {
    interrupt: CtrlC,
    break_: CtrlBreak,
    close: CtrlClose,
    log_off: CtrlLogoff,
    shut_down: CtrlShutdown,
}

impl Endings {
    pub fn new() -> Result<Self, Failure> {
        Self::open().map_err(|error| {
            Failure::local(
                format!("Console events cannot be caught: {error}."),
                "Try again.",
            )
        })
    }

    fn open() -> io::Result<Self> {
        Ok(Self {
            interrupt: ctrl_c()?,
            break_: ctrl_break()?,
            close: ctrl_close()?,
            log_off: ctrl_logoff()?,
            shut_down: ctrl_shutdown()?,
        })
    }

    /// Returns when one of them came.
    pub async fn any(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.break_.recv() => {}
            _ = self.close.recv() => {}
            _ = self.log_off.recv() => {}
            _ = self.shut_down.recv() => {}
        }
    }
}
