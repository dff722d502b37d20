//! The identity provider: its own machines, rules and decision, over a store and a hub that are a few maps.

use std::collections::BTreeMap;

use selfsame_idp::{
    checks::life::{Life, Stage},
    decide::{DemoBuilds, Policy},
    secret::SecretHash,
    service_settings::Mode,
    sso::attribution::Attribution,
    store::Standing,
};
use selfsame_protocol::{
    CheckId, DeviceId, GenerationId, Millis, Nonce, VERSION,
    check::{Arrival, Check, Step},
    jws,
    link::ServerLink,
    message::{
        CHALLENGE_AUDIENCE, CHALLENGE_LIFE_MS, Challenge, Channel, KeyStorage, VerdictMessage,
        Window,
    },
};

use crate::{
    cast::{Browser, Computer, ORIGIN, SERVER, SERVICE},
    ledger::CheckFact,
    mutant::Mutant,
    page::News,
    plan::Plan,
    world::{Event, World},
};

mod conclude;
mod evidence;

/// One websocket.
pub type Connection = u32;

/// What a page asks of the server.
#[derive(Debug, Clone)]
pub enum Call {
    Show,
    Begin,
    Asking,
    PersonAsked,
    Proof(String),
    Respond,
    OtherMethod,
    /// By a browser that came with a request which was seen before.
    OtherOfRepeated,
}

/// The server.
pub struct Server {
    pub clock_off: i64,
    pub devices: BTreeMap<DeviceId, Row>,
    pub links: BTreeMap<Connection, Link>,
    pub down_until: u64,
    /// The device that an administrator revokes at the moment of the next decision.
    pub revoke_while_deciding: Option<DeviceId>,
    service: Policy,
    requests: BTreeMap<usize, CheckId>,
    stored: BTreeMap<CheckId, Stored>,
    open: BTreeMap<CheckId, Open>,
    starts: u32,
}

/// A device in the store.
pub struct Row {
    pub standing: Standing,
    pub last_counter: u64,
    pub demo: bool,
    pub key_storage: KeyStorage,
    pub windows: Vec<(GenerationId, Window)>,
}

/// A check in the store.
struct Stored {
    cookie: SecretHash,
    ended: bool,
}

/// A check in memory.
struct Open {
    life: Life,
    sign_in: usize,
    nonce: Nonce,
    arrived: u64,
    waiting: Vec<Browser>,
    asked: Option<DeviceId>,
    said: Option<VerdictMessage>,
}

/// A link, and who truly opened it.
pub struct Link {
    pub machine: ServerLink,
    pub opened_by: Option<Computer>,
    pub device: Option<DeviceId>,
    /// When it is looked at next.
    pub due: Option<u64>,
}

/// What a check came to, on its way to the store.
#[derive(Debug, Clone)]
pub struct Conclusion {
    check: CheckId,
    to: Browser,
    starts: u32,
    approved: Option<(DeviceId, Channel, VerdictMessage)>,
}

impl Server {
    pub fn new(plan: &Plan) -> Self {
        let row = |computer: Computer| {
            let windows = if computer == Computer::Bens {
                plan.ben.windows
            } else {
                2
            };
            let in_hardware = match computer {
                Computer::Adas => true,
                Computer::Bens => plan.ben.hardware_key,
                Computer::Mallorys => false,
            };
            let row = Row {
                standing: Standing::Active,
                last_counter: 0,
                demo: computer == Computer::Bens && plan.ben.demo,
                key_storage: if in_hardware {
                    KeyStorage::Hardware
                } else {
                    KeyStorage::Software
                },
                windows: (1..=windows)
                    .map(|day| (computer.generation(), window(day)))
                    .collect(),
            };
            (computer.device(), row)
        };
        Self {
            clock_off: 0,
            devices: Computer::ALL.into_iter().map(row).collect(),
            links: BTreeMap::new(),
            down_until: 0,
            revoke_while_deciding: None,
            service: plan.service.policy(Mode::Assist, DemoBuilds::Refused),
            requests: BTreeMap::new(),
            stored: BTreeMap::new(),
            open: BTreeMap::new(),
            starts: 0,
        }
    }

    /// Whether no check's machine is still waiting for anything.
    pub fn all_ended(&self) -> bool {
        self.open.values().all(|open| open.life.has_ended())
    }

    /// The check's nonce, which attackers here are told.
    pub fn nonce_of(&self, check: CheckId) -> Option<Nonce> {
        self.open.get(&check).map(|open| open.nonce)
    }

    /// The one link to rely on: none while two claim to be the device.
    fn only_link(&self, device: DeviceId) -> Option<Connection> {
        let mut links = self
            .links
            .iter()
            .filter(|(_, link)| link.device == Some(device));
        match (links.next(), links.next()) {
            (Some((connection, _)), None) => Some(*connection),
            _ => None,
        }
    }

    fn is_active(&self, device: DeviceId) -> bool {
        self.devices
            .get(&device)
            .is_some_and(|row| row.standing == Standing::Active)
    }
}

fn window(day: usize) -> Window {
    Window::parse(&format!("2025-11-{day:02}")).expect("a day")
}

impl World {
    /// A sign-in request arrives.
    pub fn take_request(&mut self, sign_in: usize, from: Browser, attribution: &Attribution) {
        if self.now < self.server.down_until {
            let again = Event::Request {
                sign_in,
                from,
                attribution: attribution.clone(),
            };
            return self.after(5_000, again);
        }
        let of_service = [SERVICE.to_owned()];
        let arrival = match attribution.arrival(&of_service) {
            None if self.without(Mutant::ForeignOrigin) => Arrival::FromService,
            Some(Arrival::Unattributed) if self.without(Mutant::Click) => Arrival::FromService,
            Some(arrival) => arrival,
            None => return self.say(|| "refused: foreign origin".to_owned()),
        };
        match self.server.requests.get(&sign_in) {
            Some(&first) if !self.without(Mutant::RequestOnce) => {
                self.send(Event::News {
                    to: from,
                    check: first,
                    news: News::Repeated { sign_in },
                });
            }
            _ => self.begin_check(sign_in, from, arrival),
        }
    }

    fn begin_check(&mut self, sign_in: usize, from: Browser, arrival: Arrival) {
        let id = CheckId::from_bytes(self.random.bytes());
        let nonce = Nonce::from_bytes(self.random.bytes());
        let cookie = format!("{:?}", Nonce::from_bytes(self.random.bytes()));
        let check = Check::new(id, nonce, ORIGIN.clone(), arrival, Millis(self.now));
        self.server.requests.insert(sign_in, id);
        self.server.stored.insert(
            id,
            Stored {
                cookie: SecretHash::of(&cookie),
                ended: false,
            },
        );
        let open = Open {
            life: Life::new(check),
            sign_in,
            nonce,
            arrived: self.now,
            waiting: Vec::new(),
            asked: None,
            said: None,
        };
        self.server.open.insert(id, open);
        let fact = CheckFact {
            sign_in,
            starter: self.sign_in(sign_in).by,
            nonce,
            begun: self.now,
            proved: Default::default(),
            answers: 0,
        };
        self.ledger.checks.insert(id, fact);
        self.wait_for(id);
        self.send(Event::News {
            to: from,
            check: id,
            news: News::Begun { sign_in, cookie },
        });
    }

    fn wait_for(&mut self, check: CheckId) {
        if let Some(due) = self
            .server
            .open
            .get(&check)
            .and_then(|open| open.life.due())
        {
            self.at(due.0, Event::CheckDue(check));
        }
    }

    /// The time of a check may be over.
    pub fn check_due(&mut self, check: CheckId) {
        if self.without(Mutant::Deadline) {
            return;
        }
        let now = Millis(self.now);
        self.step(check, |life| life.time_passed(now));
    }

    /// Tells a check's life something, and whoever waits for its end.
    fn step(&mut self, check: CheckId, input: impl FnOnce(&mut Life) -> Step) -> Step {
        let Some(open) = self.server.open.get_mut(&check) else {
            return Step::Wait;
        };
        let step = input(&mut open.life);
        if open.life.has_ended() {
            for to in std::mem::take(&mut open.waiting) {
                self.send(Event::News {
                    to,
                    check,
                    news: News::Next { respond: true },
                });
            }
        }
        self.wait_for(check);
        step
    }

    /// A page calls.
    pub fn take_call(&mut self, from: Browser, check: CheckId, cookie: Option<&str>, call: Call) {
        if self.now < self.server.down_until {
            return;
        }
        let needless = match call {
            Call::Respond | Call::OtherMethod => self.without(Mutant::CookieForAnswer),
            Call::OtherOfRepeated => true,
            _ => self.without(Mutant::CookieForProof),
        };
        let Some(stored) = self.server.stored.get(&check) else {
            return;
        };
        if !needless && !cookie.is_some_and(|cookie| stored.cookie.is_of(cookie)) {
            return self.tell(from, check, News::NotHere);
        }
        let now = Millis(self.now);
        let Some(open) = self.server.open.get(&check) else {
            return self.call_after_restart(from, check, &call);
        };
        let stage = open.life.stage();
        match call {
            Call::Show => self.show(from, check, stage),
            Call::Begin => {
                self.step(check, |life| life.clicked(now));
                self.tell(from, check, News::Next { respond: false });
            }
            Call::Asking => drop(self.step(check, |life| life.asking(now))),
            Call::PersonAsked => drop(self.step(check, |life| life.person_asked(now))),
            Call::Proof(text) => self.take_proof(from, check, stage, &text),
            Call::Respond => self.answer(from, check, Life::given_up),
            Call::OtherMethod => self.answer(from, check, Life::other_method),
            Call::OtherOfRepeated => self.answer_repeated(from, check),
        }
    }

    fn tell(&mut self, to: Browser, check: CheckId, news: News) {
        self.send(Event::News { to, check, news });
    }

    fn call_after_restart(&mut self, from: Browser, check: CheckId, call: &Call) {
        match call {
            Call::Respond | Call::OtherMethod | Call::OtherOfRepeated => {
                self.conclude(from, check, None)
            }
            Call::Show => self.tell(
                from,
                check,
                News::Shown {
                    stage: Stage::Over,
                    challenge: None,
                },
            ),
            _ => self.tell(from, check, News::Next { respond: true }),
        }
    }

    fn show(&mut self, from: Browser, check: CheckId, stage: Stage) {
        let challenge = (stage == Stage::Ask).then(|| self.challenge(check));
        self.tell(from, check, News::Shown { stage, challenge });
    }

    fn challenge(&mut self, check: CheckId) -> String {
        let iat = self.server_wall();
        let challenge = Challenge {
            v: VERSION,
            iss: ORIGIN.clone(),
            aud: CHALLENGE_AUDIENCE.to_owned(),
            check,
            nonce: self.server.open[&check].nonce,
            service: "Okta".to_owned(),
            iat,
            exp: iat.plus(CHALLENGE_LIFE_MS),
        };
        self.ledger
            .challenges
            .entry(check)
            .or_default()
            .push(self.now);
        jws::sign(&SERVER[0].secret, &challenge).expect("a key in memory signs")
    }

    /// Memory and sockets are gone; the store stays.
    pub fn crash_server(&mut self) {
        self.server.open.clear();
        for connection in std::mem::take(&mut self.server.links).into_keys() {
            self.after(10, Event::GoneAtDevice(connection));
        }
        self.server.starts += 1;
        let down = self.random.between(100, 8_000);
        self.server.down_until = self.now + down;
    }
}

/// The key that a message was truly signed with.
pub fn signer_of<M: jws::Message>(text: &str) -> Option<selfsame_protocol::PublicKey> {
    let keys = Computer::ALL.map(|computer| computer.key().public);
    keys.into_iter()
        .find(|key| jws::verify::<M>(&[*key], text).is_ok())
}
