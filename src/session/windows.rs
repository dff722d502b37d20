//! Windows: a hidden window hears of lock, switch, sleep and the end of the session.

use std::cell::RefCell;

use super::wts::Session;
use crate::{
    engine::{Command, Mailbox, SessionStatus},
    platform::windows::session_window::{self, Heard},
};

/// Tells the engine about the session from now on.
pub(super) fn watch(mailbox: Mailbox) -> std::io::Result<()> {
    std::thread::Builder::new()
        .name("session".to_owned())
        .spawn(move || {
            if let Err(error) = hear(mailbox.clone()) {
                tracing::warn!("Windows says nothing of this session: {error}");
                mailbox.send(Command::Session(unheard()));
            }
        })
        .map(drop)
}

fn hear(mailbox: Mailbox) -> std::io::Result<()> {
    let session = RefCell::new(Session::begin(session_window::ask()));
    mailbox.send(Command::Session(session.borrow().status()));
    session_window::keep_open(move |heard| tell(&mailbox, &session, heard))
}

/// A session of which nothing is heard may be locked at any time, so it counts as locked.
fn unheard() -> SessionStatus {
    SessionStatus {
        locked: true,
        ..SessionStatus::default()
    }
}

fn tell(mailbox: &Mailbox, session: &RefCell<Session>, heard: Heard) {
    match heard {
        Heard::Changed(change) => {
            let mut session = session.borrow_mut();
            if let Some(why) = session.change(change, session_window::ask()) {
                mailbox.send(Command::Clear(why));
            }
            mailbox.send(Command::Session(session.status()));
        }
        // The system ends this process as soon as the window has answered.
        Heard::SessionEnds => drop(mailbox.ask(Command::Shutdown)),
    }
}
