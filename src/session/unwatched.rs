//! Systems whose sessions are not watched yet: nobody can say that the screen is unlocked and local, so
//! it is taken for locked, and no check is answered with `same`.

use crate::engine::{Command, Mailbox, SessionStatus};

pub(super) fn watch(mailbox: Mailbox) -> std::io::Result<()> {
    mailbox.send(Command::Session(SessionStatus {
        locked: true,
        ..SessionStatus::default()
    }));
    Ok(())
}
