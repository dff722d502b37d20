//! Systems on which nobody has built this yet.

use crate::exit::{Blame, Exit, Failure};

pub(super) fn confirm() -> Result<(), Failure> {
    Err(Failure::new(
        Exit::NoPermission,
        Blame::ThisComputer,
        "Selfsame cannot ask this system who is sitting at the computer yet, and shows nothing without that.",
        "Use `selfsame erase --yes` to delete what is stored; it needs no such question.",
    ))
}
