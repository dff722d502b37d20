//! Fresh proof, from the operating system, that the person at the computer is who is signed in.
//!
//! An unlocked desk is enough to use Selfsame, and not enough to read what it has learnt.

#[cfg(target_os = "linux")]
mod polkit;
#[cfg(not(target_os = "linux"))]
mod unsupported;

#[cfg(target_os = "linux")]
use polkit as imp;
#[cfg(not(target_os = "linux"))]
use unsupported as imp;

use crate::exit::Failure;

/// Asks the person for what they sign in to this computer with. Returns when they gave it.
///
/// # Errors
/// When they did not, or the system has no way to ask.
pub fn confirm() -> Result<(), Failure> {
    imp::confirm()
}
