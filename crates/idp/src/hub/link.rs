//! One device's websocket: the shell around [`ServerLink`].

use std::{net::SocketAddr, time::Duration};

use axum::{
    extract::{
        ConnectInfo, State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    response::Response,
};
use selfsame_protocol::{
    DeviceId, MAX_FRAME_BYTES,
    link::{LinkedDevice, ServerCommand, ServerLink},
    message::{Closing, ServerFrame},
};
use serde_json::json;
use tokio::{
    sync::{mpsc, watch},
    time,
};

use super::{Duel, LinkInfo, Order, pace::Pace};
use crate::{
    App,
    audit::{Action, Record},
    hard_factor,
    radius::gateways,
    random,
    store::{Standing, StoreError},
};

/// A peer that takes longer to take a frame than this is gone.
const SEND_WITHIN: Duration = Duration::from_secs(10);
/// The library's default of 128 KiB for each connection is for bulk transfer.
const READ_BUFFER_BYTES: usize = 4096;

/// `GET /v1/link`.
pub async fn upgrade(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    socket: WebSocketUpgrade,
) -> Response {
    socket
        .read_buffer_size(READ_BUFFER_BYTES)
        .max_message_size(MAX_FRAME_BYTES)
        .max_frame_size(MAX_FRAME_BYTES)
        .on_upgrade(move |socket| Shell::new(app, peer, socket).run())
}

/// The link once the device is known.
struct Live {
    device: DeviceId,
    id: u64,
    inbox: mpsc::Receiver<Order>,
}

struct Shell {
    app: App,
    peer: SocketAddr,
    socket: WebSocket,
    machine: ServerLink,
    pace: Pace,
    live: Option<Live>,
    ending: watch::Receiver<Option<Closing>>,
}

/// The connection is over, whatever the reason.
struct Over;

enum Input {
    Frame(Option<Result<Message, axum::Error>>),
    Order(Option<Order>),
    Ending(Closing),
    Timeout,
}

impl Shell {
    fn new(app: App, peer: SocketAddr, socket: WebSocket) -> Self {
        let (now, wall) = (app.clock.now(), app.clock.wall());
        let machine = ServerLink::new(app.settings.origin.clone(), random::nonce(), now, wall);
        let ending = app.hub.ending();
        Self {
            app,
            peer,
            socket,
            machine,
            pace: Pace::new(now),
            live: None,
            ending,
        }
    }

    async fn run(mut self) {
        while self.obey().await.is_ok() {
            let input = self.wait().await;
            if self.take(input).await.is_err() {
                break;
            }
        }
        if let Some(live) = &self.live {
            self.app.hub.leave(live.device, live.id);
            tracing::info!(device = %live.device, "link ended");
        }
    }

    async fn wait(&mut self) -> Input {
        let due = self
            .machine
            .poll_timeout()
            .map(|at| self.app.clock.instant(at));
        let inbox = self.live.as_mut().map(|live| &mut live.inbox);
        tokio::select! {
            frame = self.socket.recv() => Input::Frame(frame),
            order = next_order(inbox) => Input::Order(order),
            reason = next_ending(&mut self.ending) => Input::Ending(reason),
            () = sleep_until(due) => Input::Timeout,
        }
    }

    async fn take(&mut self, input: Input) -> Result<(), Over> {
        let now = self.app.clock.now();
        match input {
            Input::Frame(Some(Ok(_))) if !self.pace.take(now) => {
                tracing::warn!(peer = %self.peer, "a link ends because it floods the server");
                self.machine.close(Closing::ProtocolError);
            }
            Input::Frame(Some(Ok(Message::Text(text)))) => self.machine.handle_frame(now, &text),
            // The protocol has text frames only; pings of the websocket layer answer themselves.
            Input::Frame(Some(Ok(Message::Binary(_)))) => {
                self.machine.close(Closing::ProtocolError)
            }
            Input::Frame(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => {}
            Input::Frame(Some(Ok(Message::Close(_)) | Err(_)) | None) => return Err(Over),
            Input::Order(Some(Order::Send(frame))) => self.send(frame.to_text()).await?,
            Input::Order(Some(Order::Ping(n))) => self.machine.ping(now, n),
            Input::Order(Some(Order::Close(reason))) => self.machine.close(reason),
            Input::Order(None) => return Err(Over),
            Input::Ending(reason) => self.machine.close(reason),
            Input::Timeout => self.machine.handle_timeout(now),
        }
        Ok(())
    }

    /// Carries out everything the machine asks for.
    async fn obey(&mut self) -> Result<(), Over> {
        while let Some(command) = self.machine.poll_command() {
            match command {
                ServerCommand::Send(text) => self.send(text).await?,
                ServerCommand::Disconnect => return Err(Over),
                command => self.act(command).await.map_err(|error| {
                    tracing::error!(%error, "a link ends because the store failed");
                    Over
                })?,
            }
        }
        Ok(())
    }

    async fn act(&mut self, command: ServerCommand) -> Result<(), StoreError> {
        match command {
            ServerCommand::Lookup(device) => self.look_up(device).await?,
            ServerCommand::Live {
                device,
                counter,
                agent_version,
                demo,
                clock_ahead_ms,
            } => {
                let info = LinkInfo {
                    peer_ip: self.peer.ip(),
                    demo,
                    clock_ahead_ms,
                    agent_version,
                    since: self.app.clock.wall(),
                };
                self.go_live(device, counter, info).await?;
            }
            ServerCommand::CopySuspected(device) => {
                self.suspend(device, "counter-went-back").await?
            }
            ServerCommand::State(state) => {
                self.app
                    .store
                    .note_state(&state, self.app.clock.wall())
                    .await?;
            }
            ServerCommand::Verdict(verdict) => self.app.hub.on_verdict(verdict.device, *verdict),
            ServerCommand::Gateway { statement, verdict } => {
                let verdict = verdict.map(|verdict| *verdict);
                self.app.hub.on_gateway(*statement, verdict);
            }
            ServerCommand::Leave(device) => self.erase(device).await?,
            ServerCommand::Pong(n) => self.note_pong(n).await?,
            ServerCommand::Refused(error) => self.note_refusal(&error).await?,
            ServerCommand::Send(_) | ServerCommand::Disconnect => {}
        }
        Ok(())
    }

    async fn look_up(&mut self, id: DeviceId) -> Result<(), StoreError> {
        let found = self.app.store.device(id).await?;
        let found = found.map(|device| LinkedDevice {
            key: device.key,
            last_counter: device.last_counter,
            barred: barred(device.standing),
            demo_allowed: self.app.settings.demo,
        });
        let (now, wall) = (self.app.clock.now(), self.app.clock.wall());
        self.machine.handle_device(now, wall, found);
        Ok(())
    }

    async fn go_live(
        &mut self,
        device: DeviceId,
        counter: u64,
        info: LinkInfo,
    ) -> Result<(), StoreError> {
        let (store, wall) = (&self.app.store, self.app.clock.wall());
        // The machine compared with what was read before; two links at once are told apart here.
        if !store
            .advance_counter(device, counter, &info.agent_version, wall)
            .await?
        {
            self.suspend(device, "counter-used-twice").await?;
            self.machine.close(Closing::Suspended);
            return Ok(());
        }
        tracing::info!(%device, peer = %self.peer, "link live");
        let (id, inbox) = self.app.hub.join(device, info);
        self.live = Some(Live { device, id, inbox });
        for jws in hard_factor::confirmations(&self.app, device).await? {
            self.app
                .hub
                .order(device, id, ServerFrame::Confirmed { jws });
        }
        if let Some(jws) = gateways::list_for(&self.app, device).await? {
            let frame = ServerFrame::Gateways { jws };
            self.app.hub.order(device, id, frame);
        }
        Ok(())
    }

    async fn note_pong(&mut self, n: u64) -> Result<(), StoreError> {
        let Some(live) = &self.live else {
            return Ok(());
        };
        let device = live.device;
        if self.app.hub.pong(device, live.id, n) == Duel::BothAlive {
            self.suspend(device, "two-live-links").await?;
        }
        Ok(())
    }

    /// Suspends a device whose key seems to be in use twice, and ends all its links.
    async fn suspend(&mut self, device: DeviceId, why: &str) -> Result<(), StoreError> {
        let record = Record::new("server", Action::DeviceSuspended, device)
            .with(json!({ "why": why, "peer": self.peer.ip().to_string() }));
        let wall = self.app.clock.wall();
        self.app
            .store
            .lower_standing(device, Standing::Suspended, record, wall)
            .await?;
        tracing::warn!(%device, why, "device suspended: a copy of its key seems to be in use");
        self.app.hub.close(device, Closing::Suspended);
        Ok(())
    }

    async fn erase(&mut self, device: DeviceId) -> Result<(), StoreError> {
        let record = Record::new(&device.to_string(), Action::DeviceErased, device);
        let wall = self.app.clock.wall();
        self.app
            .store
            .lower_standing(device, Standing::Erased, record, wall)
            .await?;
        self.app.hub.close(device, Closing::Revoked);
        Ok(())
    }

    /// What a known device did wrong goes into the audit log; strangers only into the program's.
    async fn note_refusal(&mut self, error: &selfsame_protocol::Error) -> Result<(), StoreError> {
        tracing::warn!(peer = %self.peer, %error, "a frame was refused");
        let Some(live) = &self.live else {
            return Ok(());
        };
        let record = Record::new("server", Action::LinkRefused, live.device)
            .with(json!({ "why": error.to_string(), "peer": self.peer.ip().to_string() }));
        self.app
            .store
            .append_audit(record, self.app.clock.wall())
            .await
    }

    async fn send(&mut self, text: String) -> Result<(), Over> {
        match time::timeout(SEND_WITHIN, self.socket.send(Message::text(text))).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Over),
        }
    }
}

/// The reason to give a device that may not link.
pub const fn barred(standing: Standing) -> Option<Closing> {
    match standing {
        Standing::Active => None,
        Standing::Suspended => Some(Closing::Suspended),
        Standing::Revoked | Standing::Erased => Some(Closing::Revoked),
    }
}

async fn next_order(inbox: Option<&mut mpsc::Receiver<Order>>) -> Option<Order> {
    match inbox {
        Some(inbox) => inbox.recv().await,
        None => std::future::pending().await,
    }
}

async fn next_ending(ending: &mut watch::Receiver<Option<Closing>>) -> Closing {
    match ending.wait_for(Option::is_some).await.map(|reason| *reason) {
        Ok(Some(reason)) => reason,
        // The hub is gone, and with it the program.
        _ => Closing::Restarting,
    }
}

async fn sleep_until(due: Option<time::Instant>) {
    match due {
        Some(due) => time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
