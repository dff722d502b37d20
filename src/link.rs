//! The thin shell around the link's state machine: a websocket over TLS, timers, and the counter
//! on disk.

mod farewell;
mod report;
mod socket;

use std::sync::Arc;

use rustls::ClientConfig;
use selfsame_protocol::{
    VERSION, jws,
    link::{DeviceCommand, DeviceLink, LinkStatus, Offline},
    message::{
        AgentState, CheckRequest, Confirmed, DeviceFrame, DeviceState, GatewayQuestion, Leave,
    },
};
use tokio::time::sleep_until;

use crate::{
    agent::{Agent, LeaveRequests},
    answer, clock,
    engine::{CaptureState, EngineStatus},
    enrolment::{self, Identity},
    gateway, tls,
};
use socket::{Heard, Socket};

pub use farewell::leave_once;
pub use report::{LinkReport, LinkState};

/// Keeps the link of one identity up for as long as it is polled.
pub async fn keep(agent: Arc<Agent>, identity: Arc<Identity>, leave: &mut LeaveRequests) {
    let trouble = match Link::new(agent.clone(), identity) {
        Ok(mut link) => link.run(leave).await,
        Err(trouble) => trouble,
    };
    agent.link.send_modify(|report| report.fail(trouble));
    std::future::pending::<()>().await;
}

struct Link {
    agent: Arc<Agent>,
    identity: Arc<Identity>,
    config: Arc<ClientConfig>,
    machine: DeviceLink,
    socket: Socket,
    told: Option<(AgentState, selfsame_protocol::GenerationId)>,
}

impl Link {
    fn new(agent: Arc<Agent>, identity: Arc<Identity>) -> Result<Self, crate::exit::Failure> {
        let config = tls::client_config(identity.record.ca_file.as_deref())?;
        let counter = enrolment::last_counter(&agent.paths)
            .map_err(|error| report::counter_unusable(&error))?;
        let seed = rand::random();
        let machine = DeviceLink::new(identity.for_link(), counter, seed, clock::monotonic());
        Ok(Self {
            agent,
            identity,
            config,
            machine,
            socket: Socket::Closed,
            told: None,
        })
    }

    /// Runs until the server ends the link for good, and says why.
    async fn run(&mut self, leave: &mut LeaveRequests) -> crate::exit::Failure {
        let mut engine = self.agent.engine.watch();
        loop {
            while let Some(command) = self.machine.poll_command() {
                self.obey(command).await;
            }
            let status = self.machine.status();
            self.agent
                .link
                .send_if_modified(|report| report.set(status));
            let Some(due) = self.machine.poll_timeout() else {
                return report::ended(status);
            };
            tokio::select! {
                heard = self.socket.hear() => self.heard(heard),
                () = sleep_until(clock::instant_at(due).into()) => {
                    self.machine.handle_timeout(clock::monotonic());
                }
                Ok(()) = engine.changed() => self.tell_state().await,
                Some(done) = leave.recv() => {
                    if self.say_leave().await {
                        // The other side may have stopped waiting; it was told all the same.
                        let _ = done.send(());
                    }
                }
            }
        }
    }

    fn heard(&mut self, heard: Heard) {
        match heard {
            Heard::Text(text) => {
                self.machine
                    .handle_frame(clock::monotonic(), clock::wall(), &text);
            }
            Heard::Gone => self.lost(),
        }
    }

    fn lost(&mut self) {
        self.socket = Socket::Closed;
        self.machine.handle_closed(clock::monotonic());
    }

    async fn obey(&mut self, command: DeviceCommand) {
        match command {
            DeviceCommand::Connect { counter } => self.connect(counter).await,
            DeviceCommand::Send(text) => self.send(text).await,
            DeviceCommand::Disconnect => self.socket.close().await,
            DeviceCommand::Online { clock_ahead_ms } => self.online(clock_ahead_ms).await,
            DeviceCommand::Offline(why) => self.offline(why),
            DeviceCommand::Check(asked) => self.check(&asked).await,
            DeviceCommand::Confirmed(word) => self.confirmed(&word),
            DeviceCommand::Gateways(list) => gateway::listed(&self.agent, &list),
            DeviceCommand::Gateway(asked) => self.gateway(&asked).await,
            DeviceCommand::Code(code) => gateway::show_code(&self.agent, &code),
            DeviceCommand::Refused(error) => {
                tracing::warn!("the server sent something that was refused: {error}");
            }
        }
    }

    async fn connect(&mut self, counter: u64) {
        // A counter that was used but not stored would look like a copied key the next time.
        let stored = enrolment::store_counter(&self.agent.paths, counter)
            .map_err(|error| report::counter_unusable(&error));
        let opened = match stored {
            Ok(()) => Socket::open(&self.identity.record.server, self.config.clone()).await,
            Err(failure) => Err(failure),
        };
        match opened {
            Ok(socket) => {
                self.socket = socket;
                self.machine.handle_connected(clock::monotonic());
            }
            Err(trouble) => {
                tracing::info!("no link: {trouble}");
                self.agent
                    .link
                    .send_modify(|report| report.trouble = Some(trouble));
                self.machine.handle_closed(clock::monotonic());
            }
        }
    }

    async fn send(&mut self, text: String) {
        if self.socket.send(text).await.is_err() {
            self.lost();
        }
    }

    async fn online(&mut self, clock_ahead_ms: i64) {
        tracing::info!("linked to {}", self.identity.record.server);
        self.agent.clock.learn(clock_ahead_ms);
        self.agent.link.send_modify(|report| report.trouble = None);
        self.told = None;
        self.tell_state().await;
    }

    fn offline(&mut self, why: Offline) {
        tracing::info!("the link is down: {why:?}");
        if let Some(trouble) = report::trouble_of(why) {
            self.agent
                .link
                .send_modify(|report| report.trouble = Some(trouble));
        }
    }

    async fn check(&mut self, asked: &CheckRequest) {
        match answer::answer(&self.agent, &self.identity, asked) {
            Ok(jws) => self.send(DeviceFrame::Verdict { jws }.to_text()).await,
            Err(why) => tracing::warn!("a question was not answered: {why}"),
        }
    }

    async fn gateway(&mut self, asked: &GatewayQuestion) {
        match gateway::answer(&self.agent, &self.identity, asked) {
            Ok(frame) => self.send(frame.to_text()).await,
            Err(why) => tracing::warn!("a question about a gateway was not answered: {why}"),
        }
    }

    fn confirmed(&mut self, word: &Confirmed) {
        if let Err(error) = self.agent.engine.confirmed(word) {
            tracing::warn!("a confirmation was not taken: {error}");
        }
    }

    /// Tells the server what the agent is doing, when that has changed.
    async fn tell_state(&mut self) {
        if self.machine.status() != LinkStatus::Online {
            return;
        }
        let status = self.agent.engine.status();
        let now = (state_of(&status), status.profile.generation);
        if self.told == Some(now) {
            return;
        }
        let message = DeviceState {
            v: VERSION,
            device: self.identity.record.device,
            state: now.0,
            generation: now.1,
            iat: self.agent.clock.now(),
        };
        if let Ok(jws) = jws::sign(self.identity.signer.as_ref(), &message) {
            self.told = Some(now);
            self.send(DeviceFrame::State { jws }.to_text()).await;
        }
    }

    async fn say_leave(&mut self) -> bool {
        if self.machine.status() != LinkStatus::Online {
            return false;
        }
        let message = Leave {
            v: VERSION,
            device: self.identity.record.device,
            aud: self.identity.record.server.clone(),
            iat: self.agent.clock.now(),
        };
        let Ok(jws) = jws::sign(self.identity.signer.as_ref(), &message) else {
            return false;
        };
        self.socket
            .send(DeviceFrame::Leave { jws }.to_text())
            .await
            .is_ok()
    }
}

/// The engine's status in the few words that an administrator may know.
fn state_of(status: &EngineStatus) -> AgentState {
    let learnt = status.profile.trusted && status.profile.progress.percent >= 100;
    match status.capture.state {
        _ if status.paused.is_some() => AgentState::Paused,
        CaptureState::Running | CaptureState::Starting if learnt => AgentState::Active,
        CaptureState::Running | CaptureState::Starting => AgentState::Learning,
        CaptureState::Waiting(_) | CaptureState::Unavailable(_) => AgentState::NeedsPermission,
    }
}
