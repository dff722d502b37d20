//! Who asks, by a loopback connection or by the native messaging host: a browser of the same person, or a stranger.
//!
//! A tunnel (`ssh -L`, socat) or a script that reaches the port is not the person's browser, however
//! well it imitates one. Malware that runs as the person and drives their real browser is beyond
//! what this can tell.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as imp;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as imp;

#[cfg(target_os = "macos")]
mod unsupported;
#[cfg(target_os = "macos")]
use unsupported as imp;

use std::{net::SocketAddr, path::PathBuf};

use thiserror::Error;

/// The file names of known browser programs.
const BROWSERS: [&str; 15] = [
    "brave",
    "brave-browser",
    "chrome",
    "chromium",
    "chromium-browser",
    "firefox",
    "firefox-bin",
    "firefox-esr",
    "google-chrome",
    "librewolf",
    "msedge",
    "opera",
    "vivaldi",
    "vivaldi-bin",
    "waterfox",
];

/// A browser of the same person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    /// Its program.
    pub program: PathBuf,
    /// Whether it runs in the agent's own session.
    pub session: SessionMatch,
}

/// Whether two programs belong to one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionMatch {
    /// The system says it is the same one.
    Same,
    /// The system does not say: both hang below the person's own service manager, or there is none.
    Unknown,
}

/// Why a peer is not taken for a browser of this person.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Stranger {
    /// The other end of the connection cannot be found.
    #[error("the peer's socket cannot be found")]
    NoSocket,
    /// Another user's program.
    #[error("the peer belongs to another user")]
    OtherUser,
    /// No program that may be looked at holds the other end.
    #[error("the peer's program cannot be found out")]
    NoProgram,
    /// A program that is not a known browser.
    #[error("the peer is not a known browser: {0}")]
    NotABrowser(PathBuf),
    /// A browser's name on a file that somebody else could have put there.
    #[error("the peer's program is not a system file: {0}")]
    NotASystemFile(PathBuf),
    /// A browser of another session.
    #[error("the peer runs in another session")]
    OtherSession,
    /// The session cannot be found out, and the person has several or a remote one.
    #[error("the peer's session cannot be found out")]
    SessionUnclear,
    /// What asks for the extension is not this very program.
    #[error("the native messaging host is another program, or another version of this one")]
    NotOurHost,
    /// There is no way to look at peers on this system.
    #[error("peers cannot be checked on this system")]
    Unsupported,
}

/// Finds out who is at the other end. Reads the process table: some milliseconds.
///
/// # Errors
/// Why the peer is a stranger.
pub fn identify(peer: SocketAddr, own: SocketAddr) -> Result<Browser, Stranger> {
    imp::identify(peer, own)
}

/// Finds out which browser started the native messaging host that runs as `process`. The caller has seen that this
/// process belongs to the agent's own person. Some milliseconds.
///
/// # Errors
/// Why its parent is a stranger.
pub fn browser_behind(process: u32) -> Result<Browser, Stranger> {
    imp::browser_behind(process)
}

/// Whether a browser whose session is `session` may be answered, where `only_local` says that the
/// person has exactly one live session and that it is a local one.
///
/// # Errors
/// [`Stranger::SessionUnclear`].
pub fn admit_session(session: SessionMatch, only_local: bool) -> Result<(), Stranger> {
    match session {
        SessionMatch::Same => Ok(()),
        SessionMatch::Unknown if only_local => Ok(()),
        SessionMatch::Unknown => Err(Stranger::SessionUnclear),
    }
}

/// Whether a file name, without the ending that some systems give to programs, is a known browser's.
fn is_known_browser(name: &str) -> bool {
    BROWSERS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_whose_session_is_unclear_is_answered_only_in_a_single_local_session() {
        assert_eq!(admit_session(SessionMatch::Same, false), Ok(()));
        assert_eq!(admit_session(SessionMatch::Unknown, true), Ok(()));
        assert_eq!(
            admit_session(SessionMatch::Unknown, false),
            Err(Stranger::SessionUnclear)
        );
    }
}
