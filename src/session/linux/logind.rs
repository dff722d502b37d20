//! logind over the system bus: lock, sleep, user switch, remote and further sessions.

use std::{collections::HashMap, time::Duration};

use futures_util::StreamExt;
use selfsame_behaviour::ClearReason;
use zbus::{
    Connection, MatchRule, Message, MessageStream,
    message::Type,
    zvariant::{OwnedObjectPath, OwnedValue},
};

use super::{
    came_by_ssh,
    verdict::{self, Session},
};
use crate::engine::{Command, Mailbox};

const LOGIND: &str = "org.freedesktop.login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// The longest wait for the bus itself.
const LIMIT: Duration = Duration::from_secs(5);

/// As logind lists a session: id, user id, user name, seat, object.
type Listed = (String, u32, String, String, OwnedObjectPath);

/// Tells the engine what logind says, until the bus or logind goes away.
pub async fn watch(mailbox: &Mailbox) -> zbus::Result<()> {
    let connected = tokio::time::timeout(LIMIT, Connection::system()).await;
    let bus = connected
        .map_err(|_| zbus::Error::Failure("the system bus does not answer".to_owned()))??;
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender(LOGIND)?
        .build();
    let mut signals = MessageStream::for_match_rule(rule, &bus, Some(64)).await?;
    report(&bus, mailbox).await?;
    while let Some(signal) = signals.next().await {
        if let Some(why) = clearing(&signal?) {
            mailbox.send(Command::Clear(why));
        }
        report(&bus, mailbox).await?;
    }
    Ok(())
}

/// Signals that mean the evidence must go, whatever the properties say.
fn clearing(signal: &Message) -> Option<ClearReason> {
    let header = signal.header();
    match header.member()?.as_str() {
        // `true` before sleep, `false` after it: both ends of a sleep clear.
        "PrepareForSleep" => Some(ClearReason::Sleep),
        "Lock" => Some(ClearReason::Lock),
        _ => None,
    }
}

async fn report(bus: &Connection, mailbox: &Mailbox) -> zbus::Result<()> {
    let own = own_session(bus).await;
    let sessions = sessions(bus).await?;
    let status = verdict::of_sessions(own.as_deref(), &sessions, came_by_ssh());
    mailbox.send(Command::Session(status));
    Ok(())
}

/// The session this process belongs to; a user service belongs to none.
async fn own_session(bus: &Connection) -> Option<String> {
    let asked = call(
        bus,
        "/org/freedesktop/login1",
        MANAGER,
        "GetSessionByPID",
        &(std::process::id(),),
    )
    .await;
    let object: OwnedObjectPath = asked.ok()?.body().deserialize().ok()?;
    let properties = properties(bus, &object).await.ok()?;
    String::try_from(properties.get("Id")?.try_clone().ok()?).ok()
}

/// Every session of this process's user.
async fn sessions(bus: &Connection) -> zbus::Result<Vec<Session>> {
    let listed = call(bus, "/org/freedesktop/login1", MANAGER, "ListSessions", &()).await?;
    let listed: Vec<Listed> = listed.body().deserialize()?;
    let user = rustix::process::getuid().as_raw();
    let mut found = Vec::new();
    for (id, uid, _, _, object) in listed {
        if uid == user {
            // One that closed between the two questions is not live.
            if let Ok(properties) = properties(bus, &object).await {
                found.push(session(id, &properties));
            }
        }
    }
    Ok(found)
}

fn session(id: String, properties: &HashMap<String, OwnedValue>) -> Session {
    let flag = |name: &str| {
        properties
            .get(name)
            .is_some_and(|value| bool::try_from(value) == Ok(true))
    };
    let text = |name: &str| {
        properties
            .get(name)
            .and_then(|value| <&str>::try_from(value).ok())
            .unwrap_or("")
    };
    Session {
        id,
        active: flag("Active"),
        remote: flag("Remote"),
        locked: flag("LockedHint"),
        live: text("State") != "closing" && matches!(text("Class"), "" | "user" | "user-early"),
    }
}

async fn properties(
    bus: &Connection,
    object: &OwnedObjectPath,
) -> zbus::Result<HashMap<String, OwnedValue>> {
    let asked = call(bus, object.as_str(), PROPERTIES, "GetAll", &(SESSION,)).await?;
    asked.body().deserialize()
}

async fn call<B>(
    bus: &Connection,
    object: &str,
    interface: &str,
    method: &str,
    body: &B,
) -> zbus::Result<Message>
where
    B: serde::Serialize + zbus::zvariant::DynamicType,
{
    bus.call_method(Some(LOGIND), object, Some(interface), method, body)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(member: &str) -> Message {
        Message::signal("/org/freedesktop/login1", MANAGER, member)
            .and_then(|signal| signal.build(&(true,)))
            .expect("a signal")
    }

    #[test]
    fn sleep_and_lock_clear_the_evidence_and_other_signals_do_not() {
        assert_eq!(
            clearing(&signal("PrepareForSleep")),
            Some(ClearReason::Sleep)
        );
        assert_eq!(clearing(&signal("Lock")), Some(ClearReason::Lock));
        assert_eq!(clearing(&signal("SessionNew")), None);
    }
}
