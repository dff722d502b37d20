//! What happens in one run, drawn from its seed: who signs in, who interferes, and what breaks.

use selfsame_idp::service_settings::{Asks, Channels, KeysAllowed};
use selfsame_protocol::Level;

use crate::{
    cast::{Browser, Computer},
    random::Random,
};

/// Everything that a run will do by itself. What follows from it is the machines' own doing.
#[derive(Debug, Clone)]
pub struct Plan {
    pub weather: Weather,
    pub service: Asks,
    pub ben: Ben,
    pub acts: Vec<Act>,
}

/// How the network treats what is sent.
#[derive(Debug, Clone, Copy)]
pub struct Weather {
    pub lost_percent: u64,
    pub twice_percent: u64,
    pub late_percent: u64,
}

/// Ben's computer differs from run to run. An `old` agent says less than the truth about itself.
#[derive(Debug, Clone, Copy)]
pub struct Ben {
    pub is_old: bool,
    pub demo: bool,
    pub windows: usize,
    pub hardware_key: bool,
}

/// One thing that happens at one time, in milliseconds from the start.
#[derive(Debug, Clone)]
pub struct Act {
    pub at: u64,
    pub what: What,
}

/// What may happen.
#[derive(Debug, Clone)]
pub enum What {
    SignIn(SignIn),
    Type(Computer),
    IntruderTypes(Computer),
    Inject(Computer),
    Lock(Computer),
    RemoteSession(Computer),
    CrashAgent(Computer),
    CrashServer,
    ServerClockJumps(i64),
    ComputersClockJumps(Computer, i64),
    Revoke(Computer),
    ForgedLink(Computer),
    ReplayedLink(Computer),
    CopiedKey(Computer),
}

/// Somebody starts to sign in at the service.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Where it is started, and by whom.
    pub by: Browser,
    pub way: Way,
    /// Whom the service names.
    pub hint: Option<Computer>,
    /// How the page goes about it.
    pub page: Page,
    pub meanwhile: Vec<Meanwhile>,
}

/// How the request reaches the identity provider.
#[derive(Debug, Clone, Copy)]
pub enum Way {
    /// Posted by the service's page.
    Posted,
    /// A link, or a post that names no origin.
    Link,
    /// Posted from the service's page, and once more a moment later.
    PostedTwice,
    /// Sent to another browser as a link.
    LinkSentTo(Browser),
    /// Posted from an evil page in another browser.
    PostedFromEvilPageIn(Browser),
}

/// How a page goes about it.
#[derive(Debug, Clone, Copy)]
pub enum Page {
    /// As the check page does.
    Plain,
    /// It asks the person for permission first, who takes so many milliseconds.
    AsksPerson(u64),
    /// It is asleep for so many milliseconds before it asks the agent.
    AsksLate(u64),
    /// It keeps the proof for so many milliseconds.
    KeepsProof(u64),
    /// It asks the agent twice.
    AsksTwice,
    /// It holds the check open by asking the person over and over.
    HoldsOpen,
    /// It is closed before anything is asked.
    Closed,
}

/// What somebody does about a check, so many milliseconds after its page was shown.
#[derive(Debug, Clone, Copy)]
pub struct Meanwhile {
    pub after: u64,
    pub trick: Trick,
}

/// What attackers try, and what goes wrong. They know every check's id and nonce, which is more than they could.
#[derive(Debug, Clone, Copy)]
pub enum Trick {
    /// Lures another browser to the check's page.
    Lure(Browser),
    /// An evil page in a browser of that computer asks its agent with this check's challenge.
    EvilPageAsks(Computer),
    /// A page under a name that was bound to 127.0.0.1 does.
    ReboundPageAsks(Computer),
    /// A tunnel or a script does.
    TunnelAsks(Computer),
    /// A browser of another session on that computer does.
    OtherSessionAsks(Computer),
    /// A page of the right origin asks with a challenge that the server never made.
    ForgedChallenge(Computer),
    /// A proof in that computer's name, signed with Mallory's key, is brought by the asking browser.
    ForgedProof(Computer),
    /// A proof of Mallory's own device is brought by the asking browser.
    MallorysProof,
    /// The last proof that was made for another check is brought.
    ProofOfAnotherCheck,
    /// Another browser asks for the answer.
    StealAnswer(Browser),
    /// Mallory's device says that it is the person.
    MallorysVerdict,
    /// Mallory's device says so in that computer's name.
    VerdictInTheNameOf(Computer),
    /// A verdict signed with Mallory's key on that computer's own link.
    ForgedVerdict(Computer),
    /// A question that the server did not sign.
    ForgedQuestion(Computer),
    /// That computer is given the question of another.
    MisroutedQuestion(Computer),
    /// The person presses "use another method".
    OtherMethod,
    /// A program types.
    Inject(Computer),
    /// The screen is locked.
    Lock(Computer),
    /// An administrator revokes the device.
    Revoke(Computer),
    /// An administrator does so between the decision and its record.
    RevokeWhileDeciding(Computer),
    CrashAgent(Computer),
    CrashServer,
}

impl Plan {
    /// The plan of a seed.
    pub fn of(seed: u64) -> Self {
        let mut random = Random::new(seed, 1);
        let mut acts = Vec::new();
        for _ in 0..random.between(1, 4) {
            acts.push(act(&mut random, |random| What::SignIn(sign_in(random))));
        }
        for computer in [Computer::Adas, Computer::Bens] {
            for _ in 0..random.between(2, 12) {
                acts.push(act(&mut random, |_| What::Type(computer)));
            }
        }
        for _ in 0..random.between(0, 4) {
            acts.push(act(&mut random, trouble));
        }
        acts.sort_by_key(|act| act.at);
        Self {
            weather: weather(&mut random),
            service: service(&mut random),
            ben: Ben {
                is_old: random.chance(30),
                demo: random.chance(10),
                windows: random.pick(&[2, 2, 2, 1, 0]),
                hardware_key: random.chance(40),
            },
            acts,
        }
    }

    /// When the last act is over and every check must end by itself.
    pub fn last(&self) -> u64 {
        self.acts.last().map_or(0, |act| act.at)
    }

    /// Whether a clock jumps, after which nobody can tell how old something is.
    pub fn has_jumps(&self) -> bool {
        self.acts.iter().any(|act| {
            matches!(
                act.what,
                What::ServerClockJumps(_) | What::ComputersClockJumps(..)
            )
        })
    }
}

fn act(random: &mut Random, what: impl FnOnce(&mut Random) -> What) -> Act {
    let at = random.between(2_000, 90_000);
    Act {
        at,
        what: what(random),
    }
}

fn weather(random: &mut Random) -> Weather {
    if random.chance(60) {
        return Weather {
            lost_percent: 0,
            twice_percent: 0,
            late_percent: 0,
        };
    }
    Weather {
        lost_percent: random.between(0, 15),
        twice_percent: random.between(0, 15),
        late_percent: random.between(0, 20),
    }
}

fn service(random: &mut Random) -> Asks {
    let mut asks = Asks::default();
    match random.between(0, 10) {
        0 => asks.level = Level::Fmr1e3,
        1 => asks.evidence_within_s = 10,
        2 => asks.channels = Channels::Extension,
        3 => asks.keys = KeysAllowed::Hardware,
        _ => {}
    }
    asks
}

fn computer(random: &mut Random) -> Computer {
    random.pick(&[Computer::Adas, Computer::Adas, Computer::Bens])
}

fn trouble(random: &mut Random) -> What {
    let whose = computer(random);
    match random.between(0, 15) {
        0 => What::CrashServer,
        1 => What::CrashAgent(whose),
        2 => What::Lock(whose),
        3..=5 => What::IntruderTypes(whose),
        6 => What::Inject(whose),
        7 => What::RemoteSession(whose),
        8 => What::Revoke(whose),
        9 => What::ForgedLink(whose),
        10 => What::ReplayedLink(whose),
        11 => What::CopiedKey(whose),
        12 => What::ServerClockJumps(jump(random)),
        13 => What::ComputersClockJumps(whose, jump(random)),
        _ => What::IntruderTypes(Computer::Adas),
    }
}

fn jump(random: &mut Random) -> i64 {
    random.pick(&[-3_600_000, -40_000, -4_000, 4_000, 40_000, 3_600_000])
}

fn sign_in(random: &mut Random) -> SignIn {
    let by = random.pick(&[
        Browser::Adas,
        Browser::Adas,
        Browser::Adas,
        Browser::Bens,
        Browser::Bens,
        Browser::Mallorys,
        Browser::Mallorys,
    ]);
    let victim = random.pick(&[Browser::Adas, Browser::Bens]);
    let way = match random.between(0, 10) {
        0 => Way::Link,
        1 => Way::PostedTwice,
        2 if by == Browser::Mallorys => Way::LinkSentTo(victim),
        3 if by == Browser::Mallorys => Way::PostedFromEvilPageIn(victim),
        _ => Way::Posted,
    };
    let page = match random.between(0, 16) {
        0 => Page::AsksPerson(random.between(200, 70_000)),
        1 => Page::AsksLate(random.between(1_000, 150_000)),
        2 => Page::KeepsProof(random.between(500, 150_000)),
        3 => Page::AsksTwice,
        4 => Page::HoldsOpen,
        5 => Page::Closed,
        _ => Page::Plain,
    };
    let hint = random.chance(40).then(|| computer(random));
    let meanwhile = (0..random.between(0, 3))
        .map(|_| meanwhile(random))
        .collect();
    SignIn {
        by,
        way,
        hint,
        page,
        meanwhile,
    }
}

fn meanwhile(random: &mut Random) -> Meanwhile {
    let whose = computer(random);
    let browser = random.pick(&[Browser::Adas, Browser::Bens, Browser::Mallorys]);
    let trick = match random.between(0, 22) {
        0 => Trick::Lure(browser),
        1 => Trick::EvilPageAsks(whose),
        2 => Trick::ReboundPageAsks(whose),
        3 => Trick::TunnelAsks(whose),
        4 => Trick::OtherSessionAsks(whose),
        5 => Trick::ForgedChallenge(whose),
        6 => Trick::ForgedProof(whose),
        7 => Trick::MallorysProof,
        8 => Trick::ProofOfAnotherCheck,
        9 => Trick::StealAnswer(browser),
        10 => Trick::MallorysVerdict,
        11 => Trick::VerdictInTheNameOf(whose),
        12 => Trick::ForgedVerdict(whose),
        13 => Trick::RevokeWhileDeciding(whose),
        14 => Trick::ForgedQuestion(whose),
        15 => Trick::MisroutedQuestion(whose),
        16 => Trick::OtherMethod,
        17 => Trick::Inject(whose),
        18 => Trick::Lock(whose),
        19 => Trick::Revoke(whose),
        20 => Trick::CrashAgent(whose),
        _ => Trick::CrashServer,
    };
    let after = random.pick(&[0, 10, 50, 100, 150, 200, 300, 800, 3_000, 20_000]);
    Meanwhile { after, trick }
}
