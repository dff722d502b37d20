//! The device's end of the link: connect, prove the key, stay alive, come back.

use std::{collections::VecDeque, sync::Arc};

use super::{PONG_WITHIN_MS, QUIET_MS, STEP_WITHIN_MS, backoff::Backoff};
use crate::{
    DeviceId, Error, Millis, Nonce, Origin, PublicKey, Signer, UnixMillis, VERSION, jws,
    message::{
        CheckRequest, Closing, Confirmed, DeviceFrame, GatewayCode, GatewayList, GatewayQuestion,
        LinkAuth, ServerFrame,
    },
};

/// Who this device is, and whom it speaks to.
#[derive(Clone)]
pub struct DeviceIdentity {
    /// The name given at enrolment.
    pub device: DeviceId,
    /// The pinned check origin.
    pub server: Origin,
    /// The pinned challenge keys.
    pub challenge_keys: [PublicKey; 2],
    /// The agent's version.
    pub agent_version: String,
    /// Whether this is a demonstration build.
    pub demo: bool,
    /// The device key.
    pub signer: Arc<dyn Signer>,
}

/// What the shell around the machine must do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceCommand {
    /// Open a websocket. The shell stores `counter` durably before it does.
    Connect {
        /// The number this link will sign; the next one must be larger.
        counter: u64,
    },
    /// Send one text frame.
    Send(String),
    /// Close the websocket.
    Disconnect,
    /// The link is live; the server's clock is this far ahead of the device's, in milliseconds.
    Online {
        /// Add to the device's wall clock to get the server's.
        clock_ahead_ms: i64,
    },
    /// The link is down.
    Offline(Offline),
    /// A verified question for this device.
    Check(Box<CheckRequest>),
    /// A verified word about a hard factor for this device.
    Confirmed(Box<Confirmed>),
    /// The gateways to look out for, verified.
    Gateways(Box<GatewayList>),
    /// A verified question about a gateway.
    Gateway(Box<GatewayQuestion>),
    /// A verified code to be shown.
    Code(Box<GatewayCode>),
    /// The server sent something that was refused; for the log.
    Refused(Error),
}

/// Why there is no link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offline {
    /// The server could not be reached, or stopped answering.
    Unreachable,
    /// The server said why it closes.
    Closed(Closing),
    /// The server broke the protocol.
    ServerMisbehaved,
    /// The device key cannot be used.
    KeyUnusable,
}

/// The link as a person may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkStatus {
    /// Waiting to try again, or trying.
    Connecting,
    /// Live.
    Online,
    /// Over until something changes: revoked, suspended, unknown, refused.
    Ended(Closing),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting { until: Millis },
    ExpectConnection { until: Millis },
    ExpectHello { until: Millis },
    ExpectWelcome { until: Millis },
    Live { heard: Millis },
    Ended(Closing),
}

/// The machine. Feed it what happened; then drain [`DeviceLink::poll_command`].
pub struct DeviceLink {
    identity: DeviceIdentity,
    state: State,
    counter: u64,
    backoff: Backoff,
    commands: VecDeque<DeviceCommand>,
}

impl DeviceLink {
    /// `last_counter` is the largest counter ever stored; `seed` any random number.
    pub fn new(identity: DeviceIdentity, last_counter: u64, seed: u64, now: Millis) -> Self {
        Self {
            identity,
            state: State::Waiting { until: now },
            counter: last_counter,
            backoff: Backoff::new(seed),
            commands: VecDeque::new(),
        }
    }

    /// The next thing to do.
    pub fn poll_command(&mut self) -> Option<DeviceCommand> {
        self.commands.pop_front()
    }

    /// When [`DeviceLink::handle_timeout`] must be called at the latest.
    pub const fn poll_timeout(&self) -> Option<Millis> {
        match self.state {
            State::Waiting { until }
            | State::ExpectConnection { until }
            | State::ExpectHello { until }
            | State::ExpectWelcome { until } => Some(until),
            // The server pings at QUIET_MS; a device that hears nothing for longer is cut off.
            State::Live { heard } => Some(heard.plus(QUIET_MS + PONG_WITHIN_MS)),
            State::Ended(_) => None,
        }
    }

    /// What to tell the person.
    pub const fn status(&self) -> LinkStatus {
        match self.state {
            State::Live { .. } => LinkStatus::Online,
            State::Ended(reason) => LinkStatus::Ended(reason),
            _ => LinkStatus::Connecting,
        }
    }

    /// The websocket is open.
    pub fn handle_connected(&mut self, now: Millis) {
        if let State::ExpectConnection { .. } = self.state {
            self.state = State::ExpectHello {
                until: now.plus(STEP_WITHIN_MS),
            };
        }
    }

    /// The websocket could not be opened, or went away.
    pub fn handle_closed(&mut self, now: Millis) {
        if !matches!(self.state, State::Waiting { .. } | State::Ended(_)) {
            self.go_offline(now, Offline::Unreachable);
        }
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Millis) {
        let Some(due) = self.poll_timeout() else {
            return;
        };
        if now < due {
            return;
        }
        if let State::Waiting { .. } = self.state {
            self.connect(now);
        } else {
            self.commands.push_back(DeviceCommand::Disconnect);
            self.go_offline(now, Offline::Unreachable);
        }
    }

    /// A text frame arrived. `wall` is the device's own wall clock.
    pub fn handle_frame(&mut self, now: Millis, wall: UnixMillis, text: &str) {
        let frame = match ServerFrame::parse(text) {
            Ok(frame) => frame,
            Err(error) => return self.misbehaved(now, error),
        };
        match (self.state, frame) {
            (State::Ended(_) | State::Waiting { .. }, _) => {}
            (_, ServerFrame::Closing { reason }) => self.closed_by_server(now, reason),
            (State::ExpectHello { .. }, ServerFrame::Hello { nonce, .. }) => {
                self.authenticate(now, wall, nonce);
            }
            (State::ExpectWelcome { .. }, ServerFrame::Welcome { time }) => {
                self.backoff.reset();
                self.state = State::Live { heard: now };
                let clock_ahead_ms = time.0.saturating_sub(wall.0);
                self.commands
                    .push_back(DeviceCommand::Online { clock_ahead_ms });
            }
            (State::Live { .. }, frame) => self.handle_live(now, frame),
            (_, _) => self.misbehaved(now, Error::BadPayload("a frame out of turn".to_owned())),
        }
    }

    fn connect(&mut self, now: Millis) {
        self.counter = self.counter.saturating_add(1);
        self.state = State::ExpectConnection {
            until: now.plus(STEP_WITHIN_MS),
        };
        self.commands.push_back(DeviceCommand::Connect {
            counter: self.counter,
        });
    }

    fn authenticate(&mut self, now: Millis, wall: UnixMillis, nonce: Nonce) {
        let auth = LinkAuth {
            v: VERSION,
            device: self.identity.device,
            aud: self.identity.server.clone(),
            nonce,
            counter: self.counter,
            agent_version: self.identity.agent_version.clone(),
            demo: self.identity.demo,
            iat: wall,
        };
        match jws::sign(self.identity.signer.as_ref(), &auth) {
            Ok(jws) => {
                let frame = DeviceFrame::Auth { jws };
                self.commands
                    .push_back(DeviceCommand::Send(frame.to_text()));
                self.state = State::ExpectWelcome {
                    until: now.plus(STEP_WITHIN_MS),
                };
            }
            Err(_) => {
                self.commands.push_back(DeviceCommand::Disconnect);
                self.go_offline(now, Offline::KeyUnusable);
            }
        }
    }

    fn handle_live(&mut self, now: Millis, frame: ServerFrame) {
        self.state = State::Live { heard: now };
        match frame {
            ServerFrame::Ping { n } => {
                let pong = DeviceFrame::Pong { n }.to_text();
                self.commands.push_back(DeviceCommand::Send(pong));
            }
            ServerFrame::Check { jws } => self.deliver(
                &jws,
                |request: &CheckRequest| (request.device, request.iss.clone()),
                |request| DeviceCommand::Check(Box::new(request)),
            ),
            ServerFrame::Confirmed { jws } => self.deliver(
                &jws,
                |word: &Confirmed| (word.device, word.iss.clone()),
                |word| DeviceCommand::Confirmed(Box::new(word)),
            ),
            ServerFrame::Gateways { jws } => self.deliver(
                &jws,
                |list: &GatewayList| (list.device, list.iss.clone()),
                |list| DeviceCommand::Gateways(Box::new(list)),
            ),
            ServerFrame::Gateway { jws } => self.deliver(
                &jws,
                |question: &GatewayQuestion| (question.device, question.iss.clone()),
                |question| DeviceCommand::Gateway(Box::new(question)),
            ),
            ServerFrame::Code { jws } => self.deliver(
                &jws,
                |code: &GatewayCode| (code.device, code.iss.clone()),
                |code| DeviceCommand::Code(Box::new(code)),
            ),
            ServerFrame::Hello { .. }
            | ServerFrame::Welcome { .. }
            | ServerFrame::Closing { .. } => {
                self.misbehaved(now, Error::BadPayload("a second greeting".to_owned()));
            }
        }
    }

    /// Hands on a signed message that is addressed to this device by its own server.
    fn deliver<M: jws::Message>(
        &mut self,
        text: &str,
        address: impl Fn(&M) -> (DeviceId, Origin),
        command: impl Fn(M) -> DeviceCommand,
    ) {
        let expected = (self.identity.device, self.identity.server.clone());
        let command = match jws::verify::<M>(&self.identity.challenge_keys, text) {
            Ok(message) if address(&message) == expected => command(message),
            Ok(_) => DeviceCommand::Refused(Error::BadPayload("addressed to another".to_owned())),
            Err(error) => DeviceCommand::Refused(error),
        };
        self.commands.push_back(command);
    }

    fn closed_by_server(&mut self, now: Millis, reason: Closing) {
        self.commands.push_back(DeviceCommand::Disconnect);
        if reason.is_final() {
            self.state = State::Ended(reason);
            self.commands
                .push_back(DeviceCommand::Offline(Offline::Closed(reason)));
        } else {
            self.go_offline(now, Offline::Closed(reason));
        }
    }

    fn misbehaved(&mut self, now: Millis, error: Error) {
        if matches!(self.state, State::Ended(_) | State::Waiting { .. }) {
            return;
        }
        self.commands.push_back(DeviceCommand::Refused(error));
        self.commands.push_back(DeviceCommand::Disconnect);
        self.go_offline(now, Offline::ServerMisbehaved);
    }

    fn go_offline(&mut self, now: Millis, why: Offline) {
        self.state = State::Waiting {
            until: now.plus(self.backoff.next_ms()),
        };
        self.commands.push_back(DeviceCommand::Offline(why));
    }
}

#[cfg(test)]
mod tests;
