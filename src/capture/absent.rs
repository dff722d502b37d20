//! Systems whose own back end does not exist yet.

use super::{Capture, generic};
use crate::engine::BackendChoice;

/// The generic back end where it is in this build.
pub(super) fn back_end(
    choice: BackendChoice,
    _display: Option<String>,
) -> Result<Box<dyn Capture>, &'static str> {
    match choice {
        BackendChoice::Auto => generic().map_err(|_| "native"),
        other => Err(other.name()),
    }
}
