//! What differs between operating systems and is not capture.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
pub mod private;
#[cfg(target_os = "linux")]
pub mod processes;
#[cfg(windows)]
pub mod windows;

use std::{fs::File, io, path::Path};

#[cfg(target_os = "linux")]
use linux as imp;
#[cfg(target_os = "macos")]
use macos as imp;
#[cfg(windows)]
use windows as imp;

/// Freed memory is overwritten, so that key codes, sequences and secrets do not outlive their use.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// Keeps the memory of this process from other programs of the person and from core files.
/// Returns what could not be done, as sentences for the status.
pub fn harden() -> Vec<String> {
    imp::harden()
}

/// Leaves the group that an installed program is given for the reader of input devices; nothing on other
/// systems. To be called before there is a second thread.
pub fn leave_group() {
    imp::leave_group();
}

/// Leaves that group for good, in a program that is no agent.
pub fn give_up_group() {
    imp::give_up_group();
}

#[cfg(target_os = "linux")]
pub use linux::in_group;

/// Whether an input device file belongs to hardware and not to a program.
pub fn is_hardware_node(node: &Path) -> bool {
    imp::is_hardware_node(node)
}

/// Where this system keeps what its managers set; `None` where the agent does not read it yet.
pub fn policy_file() -> Option<&'static Path> {
    imp::policy_file()
}

/// Whether only the system's administrator may write to this file.
///
/// # Errors
/// What the file system says.
pub fn is_managers_file(file: &File) -> io::Result<bool> {
    imp::is_managers_file(file)
}

/// What this computer calls itself; a label for people.
pub fn computer_name() -> String {
    imp::computer_name()
}
