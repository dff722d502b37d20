//! The identity provider's end of one link: greet, learn who it is, keep it honest.

use std::collections::VecDeque;

use super::{PONG_WITHIN_MS, QUIET_MS, STEP_WITHIN_MS};
use crate::{
    DeviceId, Error, Millis, Nonce, Origin, PublicKey, UnixMillis, VERSION, jws,
    message::{
        Closing, DeviceFrame, DeviceState, GatewayStatement, Leave, LinkAuth, ServerFrame,
        VerdictMessage,
    },
};

/// What the store knows of the device that says it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedDevice {
    /// Its key.
    pub key: PublicKey,
    /// The largest counter ever seen from it.
    pub last_counter: u64,
    /// Set when it may not link, with the reason to give.
    pub barred: Option<Closing>,
    /// Whether this server accepts demonstration builds.
    pub demo_allowed: bool,
}

/// What the shell around the machine must do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerCommand {
    /// Send one text frame.
    Send(String),
    /// Close the websocket.
    Disconnect,
    /// Look the device up, then call [`ServerLink::handle_device`].
    Lookup(DeviceId),
    /// The device is who it says: store `counter`, and register the link.
    Live {
        /// The device.
        device: DeviceId,
        /// The counter it signed.
        counter: u64,
        /// What it says of itself.
        agent_version: String,
        /// Whether it is a demonstration build.
        demo: bool,
        /// How far its clock is ahead of the server's, in milliseconds.
        clock_ahead_ms: i64,
    },
    /// The counter went back: a copy of the key is in use. Suspend the device.
    CopySuspected(DeviceId),
    /// A verified report of the device's state.
    State(Box<DeviceState>),
    /// A verified verdict.
    Verdict(Box<VerdictMessage>),
    /// A verified answer about a gateway.
    Gateway {
        /// What the device saw.
        statement: Box<GatewayStatement>,
        /// Who types there, where the device may say.
        verdict: Option<Box<VerdictMessage>>,
    },
    /// The person left.
    Leave(DeviceId),
    /// An answer to the ping with this number.
    Pong(u64),
    /// The device sent something that was refused; for the log.
    Refused(Error),
}

enum State {
    ExpectAuth {
        until: Millis,
    },
    ExpectDevice {
        auth: Box<LinkAuth>,
        jws: String,
    },
    Live {
        device: DeviceId,
        key: PublicKey,
        heard: Millis,
        pinged: Option<Millis>,
    },
    Closed,
}

/// The machine for one connection.
pub struct ServerLink {
    origin: Origin,
    nonce: Nonce,
    state: State,
    commands: VecDeque<ServerCommand>,
}

impl ServerLink {
    /// Greets a new connection. `nonce` is fresh from a cryptographic random source.
    pub fn new(origin: Origin, nonce: Nonce, now: Millis, wall: UnixMillis) -> Self {
        let hello = ServerFrame::Hello {
            v: VERSION,
            nonce,
            time: wall,
        };
        Self {
            origin,
            nonce,
            state: State::ExpectAuth {
                until: now.plus(STEP_WITHIN_MS),
            },
            commands: VecDeque::from([ServerCommand::Send(hello.to_text())]),
        }
    }

    /// The next thing to do.
    pub fn poll_command(&mut self) -> Option<ServerCommand> {
        self.commands.pop_front()
    }

    /// When [`ServerLink::handle_timeout`] must be called at the latest.
    pub const fn poll_timeout(&self) -> Option<Millis> {
        match self.state {
            State::ExpectAuth { until } => Some(until),
            State::Live {
                pinged: Some(at), ..
            } => Some(at.plus(PONG_WITHIN_MS)),
            State::Live { heard, .. } => Some(heard.plus(QUIET_MS)),
            State::ExpectDevice { .. } | State::Closed => None,
        }
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Millis) {
        if self.poll_timeout().is_none_or(|due| now < due) {
            return;
        }
        match &mut self.state {
            State::Live {
                pinged: pinged @ None,
                ..
            } => {
                *pinged = Some(now);
                self.send(&ServerFrame::Ping { n: now.0 });
            }
            State::ExpectAuth { .. } => self.close(Closing::ProtocolError),
            _ => self.drop_link(),
        }
    }

    /// Asks for a sign of life now; the answer comes as [`ServerCommand::Pong`].
    pub fn ping(&mut self, now: Millis, n: u64) {
        if let State::Live { pinged, .. } = &mut self.state {
            pinged.get_or_insert(now);
            self.send(&ServerFrame::Ping { n });
        }
    }

    /// A text frame arrived.
    pub fn handle_frame(&mut self, now: Millis, text: &str) {
        let frame = match DeviceFrame::parse(text) {
            Ok(frame) => frame,
            Err(error) => return self.refuse(error),
        };
        match (&mut self.state, frame) {
            (State::Closed, _) => {}
            (State::ExpectAuth { .. }, DeviceFrame::Auth { jws }) => self.read_auth(jws),
            (
                State::Live {
                    device,
                    key,
                    heard,
                    pinged,
                },
                frame,
            ) => {
                (*heard, *pinged) = (now, None);
                let (device, key) = (*device, *key);
                self.handle_live(device, key, frame);
            }
            (_, _) => self.refuse(Error::BadPayload("a frame out of turn".to_owned())),
        }
    }

    /// The answer to [`ServerCommand::Lookup`]; `None` when there is no such device.
    pub fn handle_device(&mut self, now: Millis, wall: UnixMillis, found: Option<LinkedDevice>) {
        let State::ExpectDevice { auth, jws } = std::mem::replace(&mut self.state, State::Closed)
        else {
            return;
        };
        let Some(found) = found else {
            return self.close(Closing::Unknown);
        };
        if let Err(error) = jws::verify::<LinkAuth>(&[found.key], &jws) {
            return self.refuse(error);
        }
        // Only after the signature: a stranger must learn nothing about a device, nor harm it.
        if let Some(reason) = found.barred {
            return self.close(reason);
        }
        if auth.counter <= found.last_counter {
            self.commands
                .push_back(ServerCommand::CopySuspected(auth.device));
            return self.close(Closing::Suspended);
        }
        if auth.demo && !found.demo_allowed {
            return self.close(Closing::DemoRefused);
        }
        self.welcome(now, wall, &auth, found.key);
    }

    /// Ends the link with a reason.
    pub fn close(&mut self, reason: Closing) {
        self.send(&ServerFrame::Closing { reason });
        self.drop_link();
    }

    fn welcome(&mut self, now: Millis, wall: UnixMillis, auth: &LinkAuth, key: PublicKey) {
        self.state = State::Live {
            device: auth.device,
            key,
            heard: now,
            pinged: None,
        };
        // In this order a device that was welcomed can be asked.
        self.commands.push_back(ServerCommand::Live {
            device: auth.device,
            counter: auth.counter,
            agent_version: auth.agent_version.chars().take(40).collect(),
            demo: auth.demo,
            clock_ahead_ms: auth.iat.0.saturating_sub(wall.0),
        });
        self.send(&ServerFrame::Welcome { time: wall });
    }

    fn read_auth(&mut self, jws: String) {
        match jws::read_unverified::<LinkAuth>(&jws) {
            Ok(auth) if auth.nonce != self.nonce || auth.aud != self.origin => {
                self.refuse(Error::BadPayload(
                    "an answer to another greeting".to_owned(),
                ));
            }
            Ok(auth) => {
                self.commands.push_back(ServerCommand::Lookup(auth.device));
                self.state = State::ExpectDevice {
                    auth: Box::new(auth),
                    jws,
                };
            }
            Err(error) => self.refuse(error),
        }
    }

    fn handle_live(&mut self, device: DeviceId, key: PublicKey, frame: DeviceFrame) {
        let command = match frame {
            DeviceFrame::Pong { n } => Ok(ServerCommand::Pong(n)),
            DeviceFrame::State { jws } => {
                jws::verify::<DeviceState>(&[key], &jws).and_then(|state| {
                    own(device, state.device, || {
                        ServerCommand::State(Box::new(state))
                    })
                })
            }
            DeviceFrame::Verdict { jws } => {
                jws::verify::<VerdictMessage>(&[key], &jws).and_then(|said| {
                    own(device, said.device, || {
                        ServerCommand::Verdict(Box::new(said))
                    })
                })
            }
            DeviceFrame::Gateway { statement, verdict } => {
                read_gateway(device, key, &statement, verdict.as_deref())
            }
            DeviceFrame::Leave { jws } => jws::verify::<Leave>(&[key], &jws)
                .and_then(|leave| own(device, leave.device, || ServerCommand::Leave(device))),
            DeviceFrame::Auth { .. } => Err(Error::BadPayload("a second introduction".to_owned())),
        };
        match command {
            Ok(command) => self.commands.push_back(command),
            Err(error) => self.refuse(error),
        }
    }

    fn refuse(&mut self, error: Error) {
        self.commands.push_back(ServerCommand::Refused(error));
        self.close(Closing::ProtocolError);
    }

    fn drop_link(&mut self) {
        self.state = State::Closed;
        self.commands.push_back(ServerCommand::Disconnect);
    }

    fn send(&mut self, frame: &ServerFrame) {
        self.commands
            .push_back(ServerCommand::Send(frame.to_text()));
    }
}

/// Both parts are signed by this device; that they are about one check is for whoever asked to see.
fn read_gateway(
    device: DeviceId,
    key: PublicKey,
    statement: &str,
    verdict: Option<&str>,
) -> Result<ServerCommand, Error> {
    let statement = jws::verify::<GatewayStatement>(&[key], statement)?;
    let verdict = verdict
        .map(|jws| jws::verify::<VerdictMessage>(&[key], jws))
        .transpose()?;
    let named = verdict.as_ref().map_or(device, |verdict| verdict.device);
    own(device, named, || ())?;
    own(device, statement.device, || ServerCommand::Gateway {
        statement: Box::new(statement),
        verdict: verdict.map(Box::new),
    })
}

/// A device speaks for itself only.
fn own<T>(link: DeviceId, named: DeviceId, command: impl FnOnce() -> T) -> Result<T, Error> {
    (link == named)
        .then(command)
        .ok_or_else(|| Error::BadPayload("a message in another device's name".to_owned()))
}

#[cfg(test)]
mod tests;
