//! Linux: logind on the system bus, screen lockers on the session bus.
//!
//! One thread waits for both buses; it wakes only when one of them says something.

mod logind;
mod screensaver;
mod verdict;

use std::time::Duration;

use crate::engine::{Command, Mailbox, SessionStatus};

/// Before a bus that is not there is tried again.
const RETRY: Duration = Duration::from_secs(60);

/// Tells the engine about the session from now on.
pub(super) fn watch(mailbox: Mailbox) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    std::thread::Builder::new()
        .name("session".to_owned())
        .spawn(move || runtime.block_on(watch_both(&mailbox)))
        .map(drop)
}

async fn watch_both(mailbox: &Mailbox) {
    tokio::join!(watch_session(mailbox), watch_screen(mailbox));
}

async fn watch_session(mailbox: &Mailbox) {
    loop {
        let ended = logind::watch(mailbox).await;
        tracing::info!(
            ?ended,
            "no logind: this counts as the only session, and as a local one unless it came by SSH"
        );
        mailbox.send(Command::Session(without_logind()));
        tokio::time::sleep(RETRY).await;
    }
}

async fn watch_screen(mailbox: &Mailbox) {
    loop {
        let ended = screensaver::watch(mailbox).await;
        tracing::info!(
            ?ended,
            "no session bus: only the display's own screen saver is heard"
        );
        tokio::time::sleep(RETRY).await;
    }
}

/// Where nobody keeps sessions (containers, minimal systems) there is one.
fn without_logind() -> SessionStatus {
    SessionStatus {
        remote: came_by_ssh(),
        ..SessionStatus::default()
    }
}

fn came_by_ssh() -> bool {
    std::env::var_os("SSH_CONNECTION").is_some()
}
