//! A computer: who types at it, and the agent's own gate, answer and link. Only the observer is a model here.

use std::sync::Arc;

use selfsame::presence::{
    gate::{Pinned, Proved, admit_challenge, admit_head},
    http::Head,
    peer::{SessionMatch, admit_session},
};
use selfsame_protocol::{
    CheckId, Millis, PRESENCE_PATH, PRESENCE_PORTS, SoftwareKey, UnixMillis, VERSION, jws,
    link::{DeviceCommand, DeviceIdentity, DeviceLink},
    message::{Challenge, Channel, CheckRequest, DeviceFrame, Presence, ServerFrame},
};

use crate::{
    cast::{Browser, Computer, ORIGIN, SERVER},
    ledger::{Asker, ProofFact},
    links::Intruder,
    mutant::Mutant,
    page::News,
    random::Random,
    server::Connection,
    world::{Event, World},
};

pub mod answering;

/// A computer and its agent.
pub struct Desk {
    pub computer: Computer,
    pub locked: bool,
    pub remote: bool,
    pub injected_at: Option<u64>,
    pub clock_off: i64,
    pub connection: Option<Connection>,
    /// Whether its next introduction is taken off the wire.
    pub intercepted: bool,
    machine: DeviceLink,
    /// When it is looked at next; what was planned before that is of no more interest.
    due: Option<u64>,
    proved: Proved,
    counter: u64,
    clock_ahead_ms: i64,
    run: u32,
    is_up: bool,
    /// What the observer holds: who typed last since it was cleared, and when.
    observed: Option<(bool, u64)>,
    /// When the owner truly typed last in this unlocked session, with nobody after them.
    owner_typed_at: Option<u64>,
}

/// A request to an agent, as it arrives, and who truly sent it.
#[derive(Debug, Clone)]
pub struct Ask {
    pub computer: Computer,
    pub check: CheckId,
    pub challenge: String,
    pub asker: Asker,
    pub origin: String,
    pub port: u16,
    pub peer: Peer,
    pub channel: Channel,
    /// The browser that is given the proof.
    pub to: Browser,
}

/// The program at the other end, as the system tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    Browser,
    BrowserOfAnotherSession,
    Program,
}

impl Desk {
    pub fn new(computer: Computer, random: &mut Random) -> Self {
        let clock_off = i64::try_from(random.between(0, 7_200_000)).unwrap_or(0) - 3_600_000;
        Self {
            computer,
            locked: false,
            remote: false,
            injected_at: None,
            clock_off,
            connection: None,
            intercepted: false,
            machine: machine(computer, 0, random, 0),
            due: Some(0),
            proved: Proved::default(),
            counter: 0,
            clock_ahead_ms: 0,
            run: 0,
            is_up: true,
            observed: None,
            owner_typed_at: None,
        }
    }
}

fn machine(computer: Computer, counter: u64, random: &mut Random, now: u64) -> DeviceLink {
    let secret = computer.key().secret.to_secret();
    let identity = DeviceIdentity {
        device: computer.device(),
        server: ORIGIN.clone(),
        challenge_keys: [SERVER[0].public, SERVER[1].public],
        agent_version: "0".to_owned(),
        demo: false,
        signer: Arc::new(SoftwareKey::from_secret(&secret).expect("it was one before")),
    };
    DeviceLink::new(identity, counter, random.between(1, u64::MAX), Millis(now))
}

impl World {
    /// The server's clock, as an agent believes it to be.
    fn agents_now(&self, computer: Computer) -> UnixMillis {
        let desk = self.desk(computer);
        self.wall(desk.clock_off + desk.clock_ahead_ms)
    }

    fn clock_error(&self, computer: Computer) -> u64 {
        (self.agents_now(computer).0 - self.server_wall().0).unsigned_abs()
    }

    /// Keys are typed, by the owner or by somebody else.
    pub fn somebody_types(&mut self, computer: Computer, is_owner: bool) {
        let (now, blind) = (self.now, self.without(Mutant::Unlocked));
        let desk = self.desk_mut(computer);
        // What is typed at a locked screen is a password, and no evidence.
        if !desk.locked || blind {
            desk.observed = Some((is_owner, now));
        }
        if !desk.locked {
            desk.owner_typed_at = is_owner.then_some(now);
        }
    }

    /// The screen is locked for a while.
    pub fn lock(&mut self, computer: Computer) {
        let keeps = self.without(Mutant::ClearedAtLock);
        let desk = self.desk_mut(computer);
        desk.locked = true;
        desk.owner_typed_at = None;
        if !keeps {
            desk.observed = None;
        }
        let for_ms = self.random.between(500, 15_000);
        self.after(for_ms, Event::Unlock(computer));
    }

    /// The agent is killed; what is on disk stays.
    pub fn crash_agent(&mut self, computer: Computer) {
        let desk = self.desk_mut(computer);
        desk.is_up = false;
        if let Some(connection) = desk.connection.take() {
            self.after(50, Event::GoneAtServer(connection));
        }
        let down = self.random.between(50, 5_000);
        self.after(down, Event::AgentStarts(computer));
    }

    /// It is started again.
    pub fn agent_starts(&mut self, computer: Computer) {
        let counter = self.desk(computer).counter;
        let machine = machine(computer, counter, &mut self.random, self.now);
        let desk = self.desk_mut(computer);
        if desk.is_up {
            return;
        }
        desk.machine = machine;
        desk.proved = Proved::default();
        desk.observed = None;
        desk.clock_ahead_ms = 0;
        desk.run += 1;
        desk.is_up = true;
        self.drain_desk(computer);
    }

    /// The next connection's number.
    pub fn next_connection(&mut self) -> Connection {
        self.connections += 1;
        self.connections
    }

    /// Something at a computer is due.
    pub fn desk_due(&mut self, computer: Computer) {
        let now = Millis(self.now);
        if self.desk(computer).due != Some(self.now) {
            return;
        }
        self.desk_mut(computer).machine.handle_timeout(now);
        self.drain_desk(computer);
    }

    /// The connection is there.
    pub fn connected(&mut self, connection: Connection) {
        let now = Millis(self.now);
        if let Some(computer) = self.owner_of(connection) {
            self.desk_mut(computer).machine.handle_connected(now);
            self.drain_desk(computer);
        }
    }

    /// The connection is gone.
    pub fn gone_at_device(&mut self, connection: Connection) {
        let now = Millis(self.now);
        if let Some(computer) = self.owner_of(connection) {
            let desk = self.desk_mut(computer);
            desk.connection = None;
            desk.machine.handle_closed(now);
            self.drain_desk(computer);
        }
    }

    fn owner_of(&self, connection: Connection) -> Option<Computer> {
        let desk = self
            .desks
            .iter()
            .find(|desk| desk.connection == Some(connection))?;
        Some(desk.computer)
    }

    /// A frame of the server arrives.
    pub fn frame_at_device(&mut self, connection: Connection, text: &str) {
        let Some(computer) = self.owner_of(connection) else {
            return self.intruder_hears(connection, text);
        };
        if let Some(asked) = self.question_of_mutant(computer, text) {
            return self.answer_question(computer, &asked);
        }
        let (now, wall) = (Millis(self.now), self.wall(self.desk(computer).clock_off));
        self.desk_mut(computer)
            .machine
            .handle_frame(now, wall, text);
        self.drain_desk(computer);
    }

    /// A question that a real link would refuse, where a mutant lets it through.
    fn question_of_mutant(&self, computer: Computer, text: &str) -> Option<CheckRequest> {
        let Ok(ServerFrame::Check { jws }) = ServerFrame::parse(text) else {
            return None;
        };
        let asked: CheckRequest = jws::read_unverified(&jws).ok()?;
        let verifies = jws::verify::<CheckRequest>(&[SERVER[0].public], &jws).is_ok();
        let passes = match self.mutant {
            Some(Mutant::QuestionSignature) => asked.device == computer.device(),
            Some(Mutant::QuestionAddressed) => verifies,
            _ => false,
        };
        passes.then_some(asked)
    }

    fn drain_desk(&mut self, computer: Computer) {
        while self.desk(computer).is_up
            && let Some(command) = self.desk_mut(computer).machine.poll_command()
        {
            match command {
                DeviceCommand::Connect { counter } => self.connect(computer, counter),
                DeviceCommand::Send(text) => self.send_as(computer, text),
                DeviceCommand::Disconnect => self.disconnect(computer),
                DeviceCommand::Online { clock_ahead_ms } => {
                    self.desk_mut(computer).clock_ahead_ms = clock_ahead_ms
                }
                DeviceCommand::Check(asked) => self.answer_question(computer, &asked),
                DeviceCommand::Refused(error) => {
                    self.say(|| format!("{computer:?} refused: {error}"))
                }
                _ => {}
            }
        }
        let due = self
            .desk(computer)
            .machine
            .poll_timeout()
            .map(|due| due.0.max(self.now));
        if let Some(at) = due.filter(|_| due != self.desk(computer).due) {
            self.at(at, Event::DeskDue(computer));
        }
        self.desk_mut(computer).due = due;
    }

    fn connect(&mut self, computer: Computer, counter: u64) {
        let connection = self.next_connection();
        let desk = self.desk_mut(computer);
        desk.counter = counter;
        desk.connection = Some(connection);
        self.after(20, Event::Opened(connection));
    }

    fn disconnect(&mut self, computer: Computer) {
        if let Some(connection) = self.desk_mut(computer).connection.take() {
            self.after(30, Event::GoneAtServer(connection));
        }
    }

    fn send_as(&mut self, computer: Computer, text: String) {
        let is_introduction = matches!(DeviceFrame::parse(&text), Ok(DeviceFrame::Auth { .. }));
        if is_introduction && std::mem::take(&mut self.desk_mut(computer).intercepted) {
            return self.intrude(Intruder::Replays(text));
        }
        if let Some(connection) = self.desk(computer).connection {
            self.send_frame(connection, true, text);
        }
    }

    /// A request comes to the agent's port.
    pub fn asked(&mut self, ask: &Ask) {
        let computer = ask.computer;
        // Mallory's agent has nothing to say to pages; Mallory forges what is needed.
        if !self.desk(computer).is_up || computer == Computer::Mallorys {
            return;
        }
        if let Some(challenge) = self.admitted(ask) {
            self.prove(ask, &challenge);
        }
    }

    /// What the gate says to a request, or to what the mutant makes of it.
    fn admitted(&mut self, ask: &Ask) -> Option<Challenge> {
        let computer = ask.computer;
        let blind_to_origin = self.without(Mutant::AgentsOrigin) || self.is_old(computer);
        let origin = if blind_to_origin {
            ORIGIN.to_string()
        } else {
            ask.origin.clone()
        };
        let port = if self.without(Mutant::AgentsHost) {
            PRESENCE_PORTS[0]
        } else {
            ask.port
        };
        let head = Head {
            method: "POST".to_owned(),
            path: PRESENCE_PATH.to_owned(),
            host: Some(format!("127.0.0.1:{port}")),
            origin: Some(origin),
            content_type: Some("application/json".to_owned()),
            content_length: 1,
        };
        let mut keys = [SERVER[0].public, SERVER[1].public];
        if self.without(Mutant::ChallengeSignature) {
            keys[1] = Computer::Mallorys.key().public;
        }
        let pinned = Pinned {
            origin: &ORIGIN,
            keys: &keys,
        };
        let mut now = self.agents_now(computer);
        if self.without(Mutant::ChallengeFresh) {
            now = jws::read_unverified::<Challenge>(&ask.challenge).ok()?.iat;
        }
        admit_head(&head, PRESENCE_PORTS[0], &ORIGIN).ok()?;
        let challenge = admit_challenge(&ask.challenge, pinned, now).ok()?;
        if !self.admits_peer(ask.peer) {
            return None;
        }
        let replays = self.without(Mutant::ChallengeOnce);
        let taken = self.desk_mut(computer).proved.take(&challenge, ask.channel);
        (taken.is_ok() || replays).then_some(challenge)
    }

    fn admits_peer(&self, peer: Peer) -> bool {
        match peer {
            Peer::Browser => true,
            Peer::Program => self.without(Mutant::PeerIsBrowser),
            Peer::BrowserOfAnotherSession => {
                admit_session(SessionMatch::Unknown, self.without(Mutant::PeerSession)).is_ok()
            }
        }
    }

    fn prove(&mut self, ask: &Ask, challenge: &Challenge) {
        let computer = ask.computer;
        let origin = match self.is_old(computer) {
            true => selfsame_protocol::Origin::parse(&ask.origin).unwrap_or(ORIGIN.clone()),
            false => ORIGIN.clone(),
        };
        let presence = Presence {
            v: VERSION,
            device: computer.device(),
            check: challenge.check,
            nonce: challenge.nonce,
            origin,
            channel: ask.channel,
            iat: self.agents_now(computer),
        };
        let text = jws::sign(&computer.key().secret, &presence).expect("a key in memory signs");
        let fact = ProofFact {
            text: text.clone(),
            computer,
            run: self.desk(computer).run,
            check: challenge.check,
            nonce: challenge.nonce,
            channel: ask.channel,
            at: self.now,
            clock_error: self.clock_error(computer),
            asker: ask.asker,
        };
        self.ledger.proof(fact);
        let takes = self.random.between(1, 15);
        self.after(
            takes,
            Event::News {
                to: ask.to,
                check: ask.check,
                news: News::Proof(text),
            },
        );
    }
}
