//! Session state: whether the person's own session is in front, unlocked and local.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod unwatched;
#[cfg(windows)]
mod windows;
#[cfg(any(windows, test))]
pub(crate) mod wts;

#[cfg(target_os = "linux")]
use linux as imp;
#[cfg(target_os = "macos")]
use unwatched as imp;
#[cfg(windows)]
use windows as imp;

use crate::engine::Mailbox;

/// Tells the engine about the session from now on.
///
/// # Errors
/// When the system has no thread to give.
pub(crate) fn watch(mailbox: Mailbox) -> std::io::Result<()> {
    imp::watch(mailbox)
}
