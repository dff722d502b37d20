//! Windows: what is not there yet, said in the status.

use std::path::Path;

/// Nothing is hardened yet.
pub fn harden() -> Vec<String> {
    vec!["On Windows this program's memory is not yet kept from other programs.".to_owned()]
}

/// Input devices cannot be followed to their hardware yet, so none counts as it.
pub fn is_hardware_node(_node: &Path) -> bool {
    false
}
