//! Screen lockers of desktops over the session bus: they all say `ActiveChanged`.

use futures_util::StreamExt;
use zbus::{Connection, MatchRule, Message, MessageStream, message::Type};

use crate::engine::{Command, Mailbox};

/// The lockers that are known; others do not speak for the screen.
const LOCKERS: [&str; 6] = [
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.kde.screensaver",
    "org.xfce.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.cinnamon.ScreenSaver",
];

/// Tells the engine when a locker comes on or goes off, until the bus goes away.
pub async fn watch(mailbox: &Mailbox) -> zbus::Result<()> {
    let bus = Connection::session().await?;
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .member("ActiveChanged")?
        .build();
    let mut signals = MessageStream::for_match_rule(rule, &bus, Some(16)).await?;
    tracing::debug!("screen lockers are heard");
    while let Some(signal) = signals.next().await {
        if let Some(on) = locked(&signal?) {
            mailbox.send(Command::ScreenSaver(on));
        }
    }
    Ok(())
}

fn locked(signal: &Message) -> Option<bool> {
    let header = signal.header();
    let interface = header.interface()?.as_str();
    LOCKERS
        .contains(&interface)
        .then(|| signal.body().deserialize().ok())
        .flatten()
}
