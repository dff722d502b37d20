//! Whether a verdict is good enough: one pure function over a policy and what is known.
//!
//! A policy can only ask for more than the invariants do, never for less: its fields are reached
//! through methods that tighten.

use std::fmt;

use selfsame_protocol::{
    GenerationId, Level, Reason, UnixMillis, Verdict,
    message::{Channel, KeyStorage, VerdictMessage, Window},
};

use crate::store::Standing;

mod gateway;

pub use gateway::{Caller, FirstFactor, GatewayFacts, Rivals};

/// How long a verdict may lie in the past or, by a badly set clock, in the future.
const VERDICT_FRESH_MS: i64 = 10_000;
/// The oldest evidence that any policy may accept, in seconds.
pub const EVIDENCE_AT_MOST_S: u32 = 60;
/// How many windows of hard factors a profile generation needs before it counts.
const WINDOWS_NEEDED: usize = 2;

/// Whether answers of demonstration builds count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoBuilds {
    /// They never count.
    Refused,
    /// This server is a demonstration itself.
    Accepted,
}

/// What one service asks of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    level: Level,
    max_evidence_age_s: u32,
    loopback: bool,
    software_keys: bool,
    demo: DemoBuilds,
}

impl Policy {
    /// What is asked where nobody asked for more: one impostor in a hundred, evidence of the last
    /// minute, either channel.
    pub const fn least(demo: DemoBuilds) -> Self {
        Self {
            level: Level::Fmr1e2,
            max_evidence_age_s: EVIDENCE_AT_MOST_S,
            loopback: true,
            software_keys: true,
            demo,
        }
    }

    /// Asks for at least `level`.
    #[must_use]
    pub fn at_level(mut self, level: Level) -> Self {
        self.level = self.level.max(level);
        self
    }

    /// Asks for evidence no older than this.
    #[must_use]
    pub fn evidence_within(mut self, seconds: u32) -> Self {
        self.max_evidence_age_s = self.max_evidence_age_s.min(seconds);
        self
    }

    /// Accepts presence by the browser extension only.
    #[must_use]
    pub const fn extension_only(mut self) -> Self {
        self.loopback = false;
        self
    }

    /// Accepts keys held in hardware only.
    #[must_use]
    pub const fn hardware_keys_only(mut self) -> Self {
        self.software_keys = false;
        self
    }

    /// The level that a device is asked for.
    pub const fn level(&self) -> Level {
        self.level
    }

    /// The oldest evidence that a device is told of, in seconds.
    pub const fn max_evidence_age_s(&self) -> u32 {
        self.max_evidence_age_s
    }
}

/// How it is known that whoever wants in sits at the device's computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// The asking browser is on that computer.
    Browser(Channel),
    /// A VPN program of that computer has just connected to the asking gateway.
    Gateway(GatewayFacts),
    /// The code that the device showed was typed at the gateway; like every such code it can be talked out of somebody.
    Code(GatewayFacts),
}

/// What is known when a check ends in a verdict.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The device's words.
    pub verdict: &'a VerdictMessage,
    /// How it is known that the asker sits at the device.
    pub presence: Presence,
    /// The device's standing, read just now; `None` when it is not known any more.
    pub standing: Option<Standing>,
    /// Where the device's key is held.
    pub key_storage: KeyStorage,
    /// Whether the device was enrolled by a demonstration build.
    pub demo_enrolment: bool,
    /// The windows of hard factors that were seen beside this device, each with its generation.
    pub windows: &'a [(GenerationId, Window)],
    /// The server's clock.
    pub now: UnixMillis,
}

/// The outcome, and the one rule that brought it about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The service is told yes.
    Approve,
    /// The other factor is due.
    Refuse(Rule),
}

impl Decision {
    /// The rule's code, for the audit record.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Approve => "all-rules-met",
            Self::Refuse(rule) => rule.code(),
        }
    }
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $why:literal;)*) => {
        /// Why an answer is not good enough.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Rule { $($(#[$doc])* $name,)* }

        impl Rule {
            /// Every rule, in no order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// A stable code for audit records.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The rule in a sentence, for administrators.
            pub const fn explanation(self) -> &'static str {
                match self { $(Self::$name => $why,)* }
            }
        }
    };
}

rules! {
    /// No such device any more.
    DeviceUnknown = "device-unknown", "The device is not enrolled any more.";
    /// An administrator must look at it first.
    DeviceSuspended = "device-suspended", "A copy of the device's key seems to be in use; an administrator must look.";
    /// An administrator ended it.
    DeviceRevoked = "device-revoked", "An administrator revoked the device.";
    /// Its person erased it.
    DeviceErased = "device-erased", "The person erased the profile on the device and left.";
    /// A demonstration build, and no demonstration.
    DemoBuild = "demo-build", "A demonstration build answered, and this server is not a demonstration.";
    /// The channel is not allowed.
    ChannelNotAllowed = "channel-not-allowed", "This service accepts presence by the browser extension only.";
    /// Nobody saw a password.
    FirstFactorNotSeen = "first-factor-not-seen", "The first factor was not seen to pass.";
    /// No device to ask.
    NoOpenDesk = "no-open-device", "No unlocked computer of the person is connected.";
    /// More than one device to ask.
    SeveralOpenDesks = "several-open-devices", "Several unlocked computers of the person are connected.";
    /// The person's computer has nothing to do with it.
    NoConnection = "no-gateway-connection", "No VPN program of the person's computer had just connected to the gateway.";
    /// The caller is somewhere else.
    CallerElsewhere = "caller-elsewhere", "The caller's address is not the one that the person's computer comes from.";
    /// It cannot be told who of two is the person.
    RivalRequest = "rival-request", "There was another request in the person's name within half a minute.";
    /// The verdict's time is off.
    VerdictNotFresh = "verdict-not-fresh", "The verdict was not signed just now.";
    /// A program was typing.
    InjectedInput = "injected-input", "A program was typing or moving the pointer.";
    /// Somebody works from elsewhere.
    RemoteSession = "remote-session", "The session on the device is a remote one.";
    /// It was another person.
    VerdictDifferent = "verdict-different", "The typing was not like the person's.";
    /// It cannot be told.
    VerdictUnsure = "verdict-unsure", "The device could not tell whether it was the person.";
    /// Short of the level.
    LevelNotMet = "level-not-met", "The evidence did not meet the level that this service asks for.";
    /// The key's place is not allowed.
    KeyStorageNotAllowed = "key-storage-not-allowed", "This service accepts device keys held in hardware only.";
    /// A key that can be copied.
    SoftwareKeyLevel = "software-key-level", "This service asks for more than a key held in software can vouch for.";
    /// Typed too long ago.
    EvidenceTooOld = "evidence-too-old", "The person had not typed recently enough.";
    /// Too few hard factors.
    GenerationNotTrusted = "generation-not-trusted", "The profile is new: the person's other factor was not seen on two days yet.";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Decides. The order of the rules is the order in which an administrator would want to be told.
pub fn decide(policy: &Policy, facts: &Facts<'_>) -> Decision {
    let broken = device_rule(facts)
        .or_else(|| origin_rule(policy, facts))
        .or_else(|| verdict_rule(facts.verdict))
        .or_else(|| strength_rule(policy, facts));
    broken.map_or(Decision::Approve, Decision::Refuse)
}

/// Whether this device may answer at all.
fn device_rule(facts: &Facts<'_>) -> Option<Rule> {
    match facts.standing {
        Some(Standing::Active) => None,
        Some(Standing::Suspended) => Some(Rule::DeviceSuspended),
        Some(Standing::Revoked) => Some(Rule::DeviceRevoked),
        Some(Standing::Erased) => Some(Rule::DeviceErased),
        None => Some(Rule::DeviceUnknown),
    }
}

/// Whether the answer comes from where it may come from.
fn origin_rule(policy: &Policy, facts: &Facts<'_>) -> Option<Rule> {
    let demo = facts.verdict.demo || facts.demo_enrolment;
    if demo && policy.demo == DemoBuilds::Refused {
        return Some(Rule::DemoBuild);
    }
    if let Some(rule) = presence_rule(policy, facts.presence) {
        return Some(rule);
    }
    if facts.key_storage == KeyStorage::Software && !policy.software_keys {
        return Some(Rule::KeyStorageNotAllowed);
    }
    let age = facts.now.0.saturating_sub(facts.verdict.iat.0);
    (age.saturating_abs() > VERDICT_FRESH_MS).then_some(Rule::VerdictNotFresh)
}

/// Whether whoever wants in is known to sit at the device.
fn presence_rule(policy: &Policy, presence: Presence) -> Option<Rule> {
    match presence {
        Presence::Browser(Channel::Loopback) if !policy.loopback => Some(Rule::ChannelNotAllowed),
        Presence::Browser(_) => None,
        Presence::Gateway(facts) => facts.broken_rule(),
        Presence::Code(facts) => facts.broken_even_with_a_code(),
    }
}

impl Rule {
    /// Whether a code from the device's screen can take the place of what is missing. It stands in for the connection,
    /// never for the behaviour.
    pub const fn asks_for_a_code(self) -> bool {
        matches!(
            self,
            Self::SeveralOpenDesks | Self::NoConnection | Self::RivalRequest
        )
    }
}

/// What the device says. A reason that bars an approval does so whatever the verdict beside it.
fn verdict_rule(verdict: &VerdictMessage) -> Option<Rule> {
    let says = |reason| verdict.reasons.contains(&reason);
    if says(Reason::InjectedInput) || says(Reason::UnknownProvenance) {
        return Some(Rule::InjectedInput);
    }
    if says(Reason::RemoteSession) {
        return Some(Rule::RemoteSession);
    }
    match verdict.verdict {
        Verdict::Same if verdict.reasons.is_empty() => None,
        Verdict::Same | Verdict::Unsure => Some(Rule::VerdictUnsure),
        Verdict::Different => Some(Rule::VerdictDifferent),
    }
}

/// Whether a `same` is strong enough.
fn strength_rule(policy: &Policy, facts: &Facts<'_>) -> Option<Rule> {
    if facts.verdict.level.is_none_or(|level| level < policy.level) {
        return Some(Rule::LevelNotMet);
    }
    if facts.key_storage == KeyStorage::Software && policy.level > Level::Fmr1e2 {
        return Some(Rule::SoftwareKeyLevel);
    }
    let age = facts.verdict.evidence_age.at_most_s();
    if age.is_none_or(|age| age > policy.max_evidence_age_s) {
        return Some(Rule::EvidenceTooOld);
    }
    (!is_trusted(policy, facts)).then_some(Rule::GenerationNotTrusted)
}

/// Whether hard factors were seen for this generation in enough different windows.
fn is_trusted(policy: &Policy, facts: &Facts<'_>) -> bool {
    let mut windows: Vec<&Window> = facts
        .windows
        .iter()
        .filter(|(generation, _)| *generation == facts.verdict.generation)
        .map(|(_, window)| window)
        .filter(|window| !window.is_demo() || policy.demo == DemoBuilds::Accepted)
        .collect();
    windows.sort();
    windows.dedup();
    windows.len() >= WINDOWS_NEEDED
}

#[cfg(test)]
mod tests;
