//! A link opened only to say that the person leaves, when no agent runs.

use std::time::Duration;

use selfsame_protocol::{
    VERSION, jws,
    link::{DeviceCommand, DeviceLink},
    message::{DeviceFrame, Leave},
};
use tokio::time::timeout;

use super::socket::{Heard, Socket};
use crate::{
    clock,
    config::Paths,
    enrolment::{self, Identity},
    tls,
};

/// How long all of it may take.
const FAREWELL_WITHIN: Duration = Duration::from_secs(8);

/// Tells the server that the person leaves; whether it could be told.
pub async fn leave_once(paths: &Paths, identity: &Identity) -> bool {
    let told = timeout(FAREWELL_WITHIN, say(paths, identity)).await;
    told.is_ok_and(|told| told.is_some())
}

async fn say(paths: &Paths, identity: &Identity) -> Option<()> {
    let config = tls::client_config(identity.record.ca_file.as_deref()).ok()?;
    let counter = enrolment::last_counter(paths).ok()?;
    let mut machine = DeviceLink::new(identity.for_link(), counter, 0, clock::monotonic());
    let mut socket = Socket::Closed;
    machine.handle_timeout(clock::monotonic());
    loop {
        while let Some(command) = machine.poll_command() {
            match command {
                DeviceCommand::Connect { counter } => {
                    enrolment::store_counter(paths, counter).ok()?;
                    socket = Socket::open(&identity.record.server, config.clone())
                        .await
                        .ok()?;
                    machine.handle_connected(clock::monotonic());
                }
                DeviceCommand::Send(text) => socket.send(text).await.ok()?,
                DeviceCommand::Online { clock_ahead_ms } => {
                    socket
                        .send(farewell(identity, clock_ahead_ms)?)
                        .await
                        .ok()?;
                    socket.close().await;
                    return Some(());
                }
                DeviceCommand::Offline(_) | DeviceCommand::Disconnect => return None,
                DeviceCommand::Check(_)
                | DeviceCommand::Confirmed(_)
                | DeviceCommand::Gateways(_)
                | DeviceCommand::Gateway(_)
                | DeviceCommand::Code(_)
                | DeviceCommand::Refused(_) => {}
            }
        }
        let Heard::Text(text) = socket.hear().await else {
            return None;
        };
        machine.handle_frame(clock::monotonic(), clock::wall(), &text);
    }
}

fn farewell(identity: &Identity, clock_ahead_ms: i64) -> Option<String> {
    let message = Leave {
        v: VERSION,
        device: identity.record.device,
        aud: identity.record.server.clone(),
        iat: clock::wall().plus(clock_ahead_ms),
    };
    let jws = jws::sign(identity.signer.as_ref(), &message).ok()?;
    Some(DeviceFrame::Leave { jws }.to_text())
}
