//! Windows: what keeps other programs out, and what the rest of the agent asks the system.

pub mod access;
pub mod console;
pub mod folders;
pub mod pipe;
pub mod process;
pub mod session_window;
pub mod tcp_table;
mod text;
pub mod window;

use std::path::Path;

/// Programs of the same person may no longer read this one's memory, but through a debugger with
/// an administrator's rights.
pub fn harden() -> Vec<String> {
    access::keep_others_from_this_process()
        .map_err(|error| format!("Other programs may read this one's memory: {error}."))
        .err()
        .into_iter()
        .collect()
}

/// There is no such group here.
pub fn leave_group() {}

/// See [`leave_group`].
pub fn give_up_group() {}

/// Windows names no device files.
pub fn is_hardware_node(_node: &Path) -> bool {
    false
}

/// Windows keeps policies in the registry, which the agent does not read yet.
pub fn policy_file() -> Option<&'static Path> {
    None
}

/// There is no such file here.
pub fn is_managers_file(_file: &std::fs::File) -> std::io::Result<bool> {
    Ok(false)
}

/// The name that the person's environment gives.
pub fn computer_name() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}
