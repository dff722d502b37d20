//! The server's ends of the links, and what attackers do to links.

use selfsame_idp::{hub::link::barred, store::Standing};
use selfsame_protocol::{
    DeviceId, Millis, Nonce, UnixMillis, VERSION, jws,
    link::{LinkedDevice, ServerCommand, ServerLink},
    message::{Closing, DeviceFrame, LinkAuth, ServerFrame, VerdictMessage},
};

use crate::{
    cast::{Computer, Key, ORIGIN},
    mutant::Mutant,
    server::{Connection, Link, signer_of},
    world::{Event, World},
};

/// What somebody who is no agent does with a connection of their own.
#[derive(Debug, Clone)]
pub enum Intruder {
    /// Introduces itself in a device's name, with a key and a counter.
    Introduces {
        named: Computer,
        key: Computer,
        counter: u64,
    },
    /// Sends an introduction that it took from another connection.
    Replays(String),
}

impl World {
    /// A connection arrives at the server.
    pub fn opened(&mut self, connection: Connection) {
        if self.now < self.server.down_until {
            return self.after(5, Event::GoneAtDevice(connection));
        }
        let nonce = match self.without(Mutant::LinkNonce) {
            true => Nonce::from_bytes([9; 32]),
            false => Nonce::from_bytes(self.random.bytes()),
        };
        let machine = ServerLink::new(ORIGIN.clone(), nonce, Millis(self.now), self.server_wall());
        let opened_by = self
            .desks
            .iter()
            .find(|desk| desk.connection == Some(connection));
        let opened_by = opened_by.map(|desk| desk.computer);
        self.server.links.insert(
            connection,
            Link {
                machine,
                opened_by,
                device: None,
                due: None,
            },
        );
        self.after(3, Event::Connected(connection));
        self.drain_link(connection);
    }

    /// A frame of a device, or of somebody who is none.
    pub fn frame_at_server(&mut self, connection: Connection, text: &str) {
        if self.verdict_of_mutant(connection, text) {
            return;
        }
        let now = Millis(self.now);
        let Some(link) = self.server.links.get_mut(&connection) else {
            return;
        };
        link.machine.handle_frame(now, text);
        self.drain_link(connection);
    }

    /// A verdict that a real link would refuse, where a mutant lets it through.
    fn verdict_of_mutant(&mut self, connection: Connection, text: &str) -> bool {
        let Ok(DeviceFrame::Verdict { jws }) = DeviceFrame::parse(text) else {
            return false;
        };
        let Some(device) = self
            .server
            .links
            .get(&connection)
            .and_then(|link| link.device)
        else {
            return false;
        };
        let Ok(said) = jws::read_unverified::<VerdictMessage>(&jws) else {
            return false;
        };
        let key = Computer::of(device).map(|computer| computer.key().public);
        let verifies = signer_of::<VerdictMessage>(&jws) == key;
        let passes = match self.mutant {
            Some(Mutant::VerdictSignature) => said.device == device,
            Some(Mutant::SpeaksForItself) => verifies,
            _ => false,
        };
        if passes {
            self.take_verdict(said);
        }
        passes
    }

    /// The time of a link may be over.
    pub fn link_due(&mut self, connection: Connection) {
        let now = Millis(self.now);
        if let Some(link) = self
            .server
            .links
            .get_mut(&connection)
            .filter(|link| link.due == Some(now.0))
        {
            link.machine.handle_timeout(now);
            self.drain_link(connection);
        }
    }

    /// The other end is gone.
    pub fn gone_at_server(&mut self, connection: Connection) {
        self.server.links.remove(&connection);
    }

    fn drain_link(&mut self, connection: Connection) {
        while let Some(command) = self
            .server
            .links
            .get_mut(&connection)
            .and_then(|link| link.machine.poll_command())
        {
            match command {
                ServerCommand::Send(text) => self.send_frame(connection, false, text),
                ServerCommand::Disconnect => {
                    self.server.links.remove(&connection);
                    // After the frame that says why.
                    self.after(100, Event::GoneAtDevice(connection));
                }
                ServerCommand::Lookup(device) => self.look_up(connection, device),
                ServerCommand::Live {
                    device, counter, ..
                } => self.live(connection, device, counter),
                ServerCommand::CopySuspected(device) => self.suspend(device),
                ServerCommand::Verdict(verdict) => self.take_verdict(*verdict),
                ServerCommand::Refused(error) => self.say(|| format!("refused: {error}")),
                ServerCommand::State(_)
                | ServerCommand::Gateway { .. }
                | ServerCommand::Leave(_)
                | ServerCommand::Pong(_) => {}
            }
        }
        let now = self.now;
        let Some(link) = self.server.links.get_mut(&connection) else {
            return;
        };
        let due = link.machine.poll_timeout().map(|due| due.0.max(now));
        let before = std::mem::replace(&mut link.due, due);
        if let Some(at) = due.filter(|_| due != before) {
            self.at(at, Event::LinkDue(connection));
        }
    }

    fn look_up(&mut self, connection: Connection, device: DeviceId) {
        let row = self.server.devices.get(&device);
        let found = row
            .zip(Computer::of(device))
            .map(|(row, computer)| LinkedDevice {
                key: match self.without(Mutant::LinkSignature) {
                    true => Computer::Mallorys.key().public,
                    false => computer.key().public,
                },
                last_counter: if self.without(Mutant::LinkCounter) {
                    0
                } else {
                    row.last_counter
                },
                barred: barred(row.standing).filter(|_| !self.without(Mutant::LinkBarred)),
                demo_allowed: false,
            });
        let (now, wall) = (Millis(self.now), self.server_wall());
        if let Some(link) = self.server.links.get_mut(&connection) {
            link.machine.handle_device(now, wall, found);
        }
    }

    fn live(&mut self, connection: Connection, device: DeviceId, counter: u64) {
        let Some(row) = self.server.devices.get_mut(&device) else {
            return;
        };
        let grew = counter > row.last_counter;
        if !grew && self.mutant != Some(Mutant::LinkCounter) {
            return self.suspend(device);
        }
        row.last_counter = counter.max(row.last_counter);
        let may_answer = row.standing == Standing::Active;
        let Some(link) = self.server.links.get_mut(&connection) else {
            return;
        };
        link.device = Some(device);
        let opened_by = link.opened_by.map(Computer::device);
        self.ledger
            .link(opened_by == Some(device), grew, may_answer);
    }

    /// An administrator revokes a device.
    pub fn revoke(&mut self, device: DeviceId) {
        self.bar(device, Standing::Revoked, Closing::Revoked);
    }

    fn suspend(&mut self, device: DeviceId) {
        self.bar(device, Standing::Suspended, Closing::Suspended);
    }

    fn bar(&mut self, device: DeviceId, standing: Standing, closing: Closing) {
        if let Some(row) = self.server.devices.get_mut(&device) {
            row.standing = standing;
        }
        let links: Vec<_> = self
            .server
            .links
            .iter()
            .filter(|(_, link)| link.device == Some(device))
            .map(|(id, _)| *id)
            .collect();
        for connection in links {
            if let Some(link) = self.server.links.get_mut(&connection) {
                link.machine.close(closing);
            }
            self.drain_link(connection);
        }
    }

    /// Mallory links in somebody's name, with Mallory's own key.
    pub fn forge_link(&mut self, named: Computer) {
        self.intrude(Intruder::Introduces {
            named,
            key: Computer::Mallorys,
            counter: u64::MAX,
        });
    }

    /// Mallory has an old copy of the device's key and state. One that is ahead of the device would be the device, until
    /// the device itself comes with a counter that goes back.
    pub fn copy_key(&mut self, named: Computer) {
        let has_linked = self
            .server
            .devices
            .get(&named.device())
            .is_some_and(|row| row.last_counter >= 1);
        if !has_linked {
            return;
        }
        self.intrude(Intruder::Introduces {
            named,
            key: named,
            counter: 1,
        });
    }

    /// The device links anew, and Mallory takes its introduction off the wire.
    pub fn replay_link(&mut self, computer: Computer) {
        self.desk_mut(computer).intercepted = true;
        if let Some(connection) = self.desk(computer).connection {
            self.after(0, Event::GoneAtDevice(connection));
            self.after(0, Event::GoneAtServer(connection));
        }
    }

    /// Somebody who is no agent opens a connection.
    pub fn intrude(&mut self, intruder: Intruder) {
        let connection = self.next_connection();
        self.intruders.insert(connection, intruder);
        self.after(20, Event::Opened(connection));
    }

    /// What an intruder answers to a greeting.
    pub fn intruder_hears(&mut self, connection: Connection, text: &str) {
        let Ok(ServerFrame::Hello { nonce, .. }) = ServerFrame::parse(text) else {
            return;
        };
        let frame = match self.intruders.get(&connection) {
            Some(Intruder::Replays(frame)) => frame.clone(),
            Some(Intruder::Introduces {
                named,
                key,
                counter,
            }) => introduction(*named, key.key(), *counter, nonce, self.server_wall()),
            None => return,
        };
        self.send_frame(connection, true, frame);
    }
}

fn introduction(named: Computer, key: &Key, counter: u64, nonce: Nonce, iat: UnixMillis) -> String {
    let auth = LinkAuth {
        v: VERSION,
        device: named.device(),
        aud: ORIGIN.clone(),
        nonce,
        counter,
        agent_version: "0".to_owned(),
        demo: false,
        iat,
    };
    let jws = jws::sign(&key.secret, &auth).expect("a key in memory signs");
    DeviceFrame::Auth { jws }.to_text()
}
