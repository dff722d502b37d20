//! macOS: what is not there yet, said in the status.

use std::path::Path;

/// Nothing is hardened yet.
pub fn harden() -> Vec<String> {
    vec!["On macOS this program's memory is not yet kept from other programs.".to_owned()]
}

/// There is no such group here.
pub fn leave_group() {}

/// See [`leave_group`].
pub fn give_up_group() {}

/// Input devices cannot be followed to their hardware yet, so none counts as it.
pub fn is_hardware_node(_node: &Path) -> bool {
    false
}

pub fn policy_file() -> Option<&'static Path> {
    None
}

pub fn is_managers_file(_file: &std::fs::File) -> std::io::Result<bool> {
    Ok(false)
}

pub fn computer_name() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned()
}
