//! What is known when a check ends in a verdict. Plain values, so that a decision can be made again from what was kept.

use selfsame_protocol::{
    GenerationId, Level, Reason, UnixMillis, Verdict,
    message::{Channel, EvidenceAge, KeyStorage, VerdictMessage, Window},
};
use serde::{Deserialize, Serialize};

use super::{DemoBuilds, GatewayFacts};
use crate::store::Standing;

/// How it is known that whoever wants in sits at the device's computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// The asking browser is on that computer.
    Browser(Channel),
    /// A VPN program of that computer has just connected to the asking gateway.
    Gateway(GatewayFacts),
    /// The code that the device showed was typed at the gateway; like every such code it can be talked out of somebody.
    Code(GatewayFacts),
}

impl Presence {
    /// The way, for policies.
    pub const fn way(self) -> Way {
        match self {
            Self::Browser(Channel::Extension) => Way::Extension,
            Self::Browser(Channel::Loopback) => Way::Loopback,
            Self::Gateway(_) => Way::Gateway,
            Self::Code(_) => Way::Code,
        }
    }
}

/// A way of showing presence, as policies name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// The browser's extension.
    Extension,
    /// The agent's own port.
    Loopback,
    /// A VPN program's connection.
    Gateway,
    /// A typed code.
    Code,
}

/// A set of ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ways(u8);

impl Ways {
    /// Every way.
    pub const ALL: Self = Self(0b1111);

    /// These.
    pub fn of(ways: &[Way]) -> Self {
        Self(ways.iter().fold(0, |all, way| all | Self::bit(*way)))
    }

    /// All of these but one.
    #[must_use]
    pub const fn without(self, way: Way) -> Self {
        Self(self.0 & !Self::bit(way))
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether it is one of these.
    pub const fn contain(self, way: Way) -> bool {
        self.0 & Self::bit(way) != 0
    }

    const fn bit(way: Way) -> u8 {
        1 << way as u8
    }
}

/// What the device said: of a verdict only what decides, and nothing that ties it to its check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// Same, different or unsure.
    pub verdict: Verdict,
    /// The level that was met.
    pub level: Option<Level>,
    /// How old the newest evidence was.
    pub evidence_age: EvidenceAge,
    /// Why it is not `same`.
    pub reasons: Vec<Reason>,
}

impl From<&VerdictMessage> for Said {
    fn from(verdict: &VerdictMessage) -> Self {
        Self {
            verdict: verdict.verdict,
            level: verdict.level,
            evidence_age: verdict.evidence_age,
            reasons: verdict.reasons.clone(),
        }
    }
}

impl Said {
    /// What in it speaks against the person, beyond not recognising them.
    pub fn against(&self) -> Against {
        let says = |reason| self.reasons.contains(&reason);
        Against {
            different: self.verdict == Verdict::Different,
            injected_input: says(Reason::InjectedInput),
            remote_session: says(Reason::RemoteSession),
        }
    }
}

/// What may speak against the person at a device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Against {
    /// Somebody typed unlike the person.
    pub different: bool,
    /// A program typed or moved the pointer.
    pub injected_input: bool,
    /// Somebody worked there from elsewhere.
    pub remote_session: bool,
}

impl Against {
    /// Nothing.
    pub const NOTHING: Self = Self {
        different: false,
        injected_input: false,
        remote_session: false,
    };

    /// What is in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self {
            different: self.different || other.different,
            injected_input: self.injected_input || other.injected_input,
            remote_session: self.remote_session || other.remote_session,
        }
    }

    /// Whether something is in both.
    pub const fn meets(self, other: Self) -> bool {
        self.different && other.different
            || self.injected_input && other.injected_input
            || self.remote_session && other.remote_session
    }
}

/// What happened before, as far as policies ask about it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Past {
    /// How long ago the person's other factor was last seen beside this device, in milliseconds.
    pub hard_factor_ms_ago: Option<i64>,
    /// What was seen on this device since then.
    pub against: Against,
    /// How often the person was answered for in the 24 hours before.
    pub answered: u32,
}

/// What is known when a check ends in a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The device's words.
    pub said: Said,
    /// How it is known that the asker sits at the device.
    pub presence: Presence,
    /// The device's standing, read just now; `None` when it is not known any more.
    pub standing: Option<Standing>,
    /// Where the device's key is held.
    pub key_storage: KeyStorage,
    /// Whether a demonstration build enrolled the device or answers.
    pub demo: bool,
    /// How many different windows of hard factors vouch for the profile.
    pub windows: usize,
    /// How long before the decision the verdict was signed, in milliseconds; below 0 by a badly set clock.
    pub verdict_age_ms: i64,
    /// What happened before. Not kept: it follows from what was kept of the decisions before.
    #[serde(skip)]
    pub past: Past,
}

/// How many different windows vouch for a profile generation.
pub fn windows_that_vouch(
    windows: &[(GenerationId, Window)],
    generation: GenerationId,
    demo: DemoBuilds,
) -> usize {
    let mut windows: Vec<&Window> = windows
        .iter()
        .filter(|(of, _)| *of == generation)
        .map(|(_, window)| window)
        .filter(|window| !window.is_demo() || demo == DemoBuilds::Accepted)
        .collect();
    windows.sort();
    windows.dedup();
    windows.len()
}

/// How long before `now` a verdict was signed, in milliseconds.
pub const fn age_of(verdict: &VerdictMessage, now: UnixMillis) -> i64 {
    now.0.saturating_sub(verdict.iat.0)
}
