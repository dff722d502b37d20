//! The world of one run: time, the network, and everybody in it. Whatever happens, happens here in one order.

use std::collections::BTreeMap;

use selfsame_idp::sso::attribution::Attribution;
use selfsame_protocol::{CheckId, UnixMillis};

use crate::{
    agent::{Ask, Desk},
    cast::{Browser, Computer, EVIL, SERVICE},
    ledger::{Broken, Ledger},
    links::Intruder,
    mutant::Mutant,
    page::{News, Pages},
    plan::{Plan, SignIn, Way, What},
    random::Random,
    server::{Call, Conclusion, Connection, Server},
};

/// The wall clock at the start of every run.
const BASE_WALL_MS: i64 = 1_764_000_000_000;
/// After the last act: an untouched check's ten minutes, the person's two, and some.
const TO_THE_END_MS: u64 = 760_000;

/// Something that happens at a time.
#[derive(Debug, Clone)]
pub enum Event {
    Act(usize),
    Request {
        sign_in: usize,
        from: Browser,
        attribution: Attribution,
    },
    Call {
        from: Browser,
        check: CheckId,
        cookie: Option<String>,
        call: Call,
    },
    News {
        to: Browser,
        check: CheckId,
        news: News,
    },
    PageDue {
        browser: Browser,
        check: CheckId,
    },
    Ask(Ask),
    Trick {
        check: CheckId,
        sign_in: usize,
        trick: crate::plan::Trick,
    },
    Opened(Connection),
    Connected(Connection),
    Up(Connection, String),
    Down(Connection, String),
    GoneAtServer(Connection),
    GoneAtDevice(Connection),
    DeskDue(Computer),
    LinkDue(Connection),
    CheckDue(CheckId),
    Consume(Box<Conclusion>),
    Unlock(Computer),
    LocalAgain(Computer),
    AgentStarts(Computer),
}

/// Everything there is.
pub struct World {
    pub now: u64,
    pub plan: Plan,
    pub mutant: Option<Mutant>,
    pub random: Random,
    pub ledger: Ledger,
    pub server: Server,
    pub desks: [Desk; 3],
    pub pages: Pages,
    pub trace: Option<Vec<String>>,
    pub connections: Connection,
    pub intruders: BTreeMap<Connection, Intruder>,
    queue: BTreeMap<(u64, u64), Event>,
    sequence: u64,
    last_frames: BTreeMap<(Connection, bool), u64>,
}

/// What a run came to.
pub struct Outcome {
    pub broken: Option<Broken>,
    pub approved: usize,
    pub sign_ins: usize,
    pub trace: Vec<String>,
}

/// Runs a plan to its end, or until the property is broken.
pub fn run(seed: u64, plan: &Plan, mutant: Option<Mutant>, tracing: bool) -> Outcome {
    let mut world = World::new(seed, plan.clone(), mutant, tracing);
    world.run();
    let sign_ins = plan
        .acts
        .iter()
        .filter(|act| matches!(act.what, What::SignIn(_)))
        .count();
    Outcome {
        broken: world.ledger.broken.clone(),
        approved: world.ledger.approved.len(),
        sign_ins,
        trace: world.trace.unwrap_or_default(),
    }
}

impl World {
    fn new(seed: u64, plan: Plan, mutant: Option<Mutant>, tracing: bool) -> Self {
        let mut random = Random::new(seed, 2);
        let desks = Computer::ALL.map(|computer| Desk::new(computer, &mut random));
        let mut world = Self {
            now: 0,
            mutant,
            ledger: Ledger::new(&plan),
            server: Server::new(&plan),
            pages: Pages::default(),
            trace: tracing.then(Vec::new),
            connections: 0,
            intruders: BTreeMap::new(),
            queue: BTreeMap::new(),
            sequence: 0,
            last_frames: BTreeMap::new(),
            desks,
            random,
            plan,
        };
        for (index, act) in world.plan.acts.clone().iter().enumerate() {
            world.at(act.at, Event::Act(index));
        }
        Computer::ALL
            .into_iter()
            .for_each(|computer| world.at(0, Event::DeskDue(computer)));
        world
    }

    fn run(&mut self) {
        let end = self.plan.last() + TO_THE_END_MS;
        while self.ledger.broken.is_none()
            && let Some(((at, _), event)) = self.queue.pop_first()
        {
            if at > end {
                break;
            }
            self.now = at;
            self.ledger.now = at;
            self.happens(event);
        }
        if self.ledger.broken.is_none() {
            let all_ended = self.server.all_ended();
            self.ledger.hold("every check ends by itself", all_ended);
            let nobody_stranded = self.pages.all_came_to_an_end();
            self.ledger
                .hold("whoever signs in gets an answer", nobody_stranded);
        }
    }

    /// Whether this check is taken away in this run.
    pub fn without(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    /// The server's wall clock.
    pub fn server_wall(&self) -> UnixMillis {
        self.wall(self.server.clock_off)
    }

    /// A wall clock that is off by so much.
    pub fn wall(&self, off: i64) -> UnixMillis {
        UnixMillis(BASE_WALL_MS + i64::try_from(self.now).unwrap_or(i64::MAX) + off)
    }

    /// Something will happen at a time.
    pub fn at(&mut self, at: u64, event: Event) {
        self.sequence += 1;
        self.queue.insert((at.max(self.now), self.sequence), event);
    }

    /// Something will happen in a while.
    pub fn after(&mut self, delay: u64, event: Event) {
        self.at(self.now + delay, event);
    }

    /// Sends something over the network, whatever the weather does to it.
    pub fn send(&mut self, event: Event) {
        let weather = self.plan.weather;
        if self.random.chance(weather.lost_percent) {
            return self.say(|| format!("lost: {}", short(&event)));
        }
        if self.random.chance(weather.twice_percent) {
            let delay = self.delay();
            self.after(delay, event.clone());
        }
        let delay = self.delay();
        self.after(delay, event);
    }

    /// Sends a frame: in order, but for what the weather makes late.
    pub fn send_frame(&mut self, connection: Connection, is_up: bool, text: String) {
        let event = if is_up {
            Event::Up(connection, text)
        } else {
            Event::Down(connection, text)
        };
        let weather = self.plan.weather;
        if self.random.chance(weather.lost_percent / 4) {
            return self.say(|| format!("lost: {}", short(&event)));
        }
        if self.random.chance(weather.twice_percent / 4) {
            let delay = self.delay();
            self.after(delay, event.clone());
        }
        let delay = self.delay();
        if delay >= 1_000 {
            return self.after(delay, event);
        }
        let last = self.last_frames.entry((connection, is_up)).or_default();
        let at = (*last).max(self.now + delay);
        *last = at;
        self.at(at, event);
    }

    fn delay(&mut self) -> u64 {
        match self.random.chance(self.plan.weather.late_percent) {
            true => self.random.between(1_000, 20_000),
            false => self.random.between(5, 80),
        }
    }

    /// Writes a line of the trace, where one is wanted.
    pub fn say(&mut self, line: impl FnOnce() -> String) {
        let now = self.now;
        if let Some(trace) = &mut self.trace {
            trace.push(format!(
                "{:>7}.{:03} s  {}",
                now / 1_000,
                now % 1_000,
                line()
            ));
        }
    }

    /// A sign-in of the plan.
    pub fn sign_in(&self, index: usize) -> &SignIn {
        match &self.plan.acts[index].what {
            What::SignIn(sign_in) => sign_in,
            _ => unreachable!("only sign-ins are referred to"),
        }
    }

    fn happens(&mut self, event: Event) {
        if !matches!(
            event,
            Event::DeskDue(_) | Event::LinkDue(_) | Event::CheckDue(_)
        ) {
            self.say(|| short(&event));
        }
        match event {
            Event::Act(index) => self.act(index),
            Event::Request {
                sign_in,
                from,
                attribution,
            } => self.take_request(sign_in, from, &attribution),
            Event::Call {
                from,
                check,
                cookie,
                call,
            } => self.take_call(from, check, cookie.as_deref(), call),
            Event::News { to, check, news } => self.hear(to, check, news),
            Event::PageDue { browser, check } => self.page_due(browser, check),
            Event::Ask(ask) => self.asked(&ask),
            Event::Trick {
                check,
                sign_in,
                trick,
            } => self.play(check, sign_in, trick),
            Event::Opened(connection) => self.opened(connection),
            Event::Connected(connection) => self.connected(connection),
            Event::Up(connection, text) => self.frame_at_server(connection, &text),
            Event::Down(connection, text) => self.frame_at_device(connection, &text),
            Event::GoneAtServer(connection) => self.gone_at_server(connection),
            Event::GoneAtDevice(connection) => self.gone_at_device(connection),
            Event::DeskDue(computer) => self.desk_due(computer),
            Event::LinkDue(connection) => self.link_due(connection),
            Event::CheckDue(check) => self.check_due(check),
            Event::Consume(conclusion) => self.consume(*conclusion),
            Event::Unlock(computer) => self.desk_mut(computer).locked = false,
            Event::LocalAgain(computer) => self.desk_mut(computer).remote = false,
            Event::AgentStarts(computer) => self.agent_starts(computer),
        }
    }

    fn act(&mut self, index: usize) {
        match self.plan.acts[index].what.clone() {
            What::SignIn(sign_in) => self.start_sign_in(index, &sign_in),
            What::Type(computer) => self.somebody_types(computer, true),
            What::IntruderTypes(computer) => self.somebody_types(computer, false),
            What::Inject(computer) => self.desk_mut(computer).injected_at = Some(self.now),
            What::Lock(computer) => self.lock(computer),
            What::RemoteSession(computer) => {
                self.desk_mut(computer).remote = true;
                self.after(15_000, Event::LocalAgain(computer));
            }
            What::CrashAgent(computer) => self.crash_agent(computer),
            What::CrashServer => self.crash_server(),
            What::ServerClockJumps(by) => self.server.clock_off += by,
            What::ComputersClockJumps(computer, by) => self.desk_mut(computer).clock_off += by,
            What::Revoke(computer) => self.revoke(computer.device()),
            What::ForgedLink(computer) => self.forge_link(computer),
            What::ReplayedLink(computer) => self.replay_link(computer),
            What::CopiedKey(computer) => self.copy_key(computer),
        }
    }

    fn start_sign_in(&mut self, index: usize, sign_in: &SignIn) {
        let service = Attribution::Origin(SERVICE.to_owned());
        let (from, attribution) = match sign_in.way {
            Way::Posted | Way::PostedTwice => (sign_in.by, service),
            Way::Link => (sign_in.by, Attribution::Unknown),
            Way::LinkSentTo(browser) => (browser, Attribution::Unknown),
            Way::PostedFromEvilPageIn(browser) => (browser, Attribution::Origin(EVIL.to_string())),
        };
        let request = Event::Request {
            sign_in: index,
            from,
            attribution,
        };
        if let Way::PostedTwice = sign_in.way {
            let again = self.random.between(0, 2_000);
            self.after(again, request.clone());
        }
        self.send(request);
    }

    /// The agent and its computer.
    pub fn desk(&self, computer: Computer) -> &Desk {
        &self.desks[computer as usize]
    }

    /// The same, to be changed.
    pub fn desk_mut(&mut self, computer: Computer) -> &mut Desk {
        &mut self.desks[computer as usize]
    }
}

/// An event in a line of the trace; signatures and cookies say nothing to a reader.
fn short(event: &Event) -> String {
    let text = format!("{event:?}");
    let mut short: String = text.chars().take(130).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
