//! How the commands speak to the running agent: a Unix socket or a named pipe that only its person may
//! use, one JSON line each way.

mod client;
mod server;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as imp;
#[cfg(windows)]
use windows as imp;

use serde::{Deserialize, Serialize};

use crate::{engine::PauseUntil, exit::Failure, outcome::Outcome};

pub use client::ask;
pub use imp::tidy;
pub use server::serve;

/// What a command asks of the agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ask {
    /// How it is.
    Status,
    /// Stop recording.
    Pause {
        /// For this many minutes; until the screen is locked when there is none.
        minutes: Option<u32>,
    },
    /// Record again.
    Resume,
    /// The last checks.
    Why,
    /// The codes to be typed at gateways now.
    Codes,
    /// Write a problem report.
    Report,
    /// Write to disk what was learnt since it was last written.
    Save,
    /// Delete everything and leave.
    Erase,
    /// The enrolment was written by another process.
    Reload,
    /// Prove to a page that its browser is on this computer. Only the native messaging host is answered.
    Presence {
        /// The identity provider's challenge, a compact JWS.
        challenge: String,
        /// The origin of the page, as the browser names it.
        origin: String,
    },
}

/// What the agent answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    Done(Outcome),
    Failed(Failure),
}

/// Who asks: the process at the other end, where the system names it.
type Caller = Option<u32>;

/// The longest line either side reads, in bytes.
const LINE_BYTES: u64 = 256 * 1024;

/// How long a pause of so many minutes lasts; none means until the screen is locked.
pub fn pause_of(minutes: Option<u32>) -> PauseUntil {
    match minutes {
        Some(minutes) => PauseUntil::After(std::time::Duration::from_secs(u64::from(minutes) * 60)),
        None => PauseUntil::Lock,
    }
}
