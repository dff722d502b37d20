//! What a rule asks for. What it does not name it leaves as it is.

use selfsame_protocol::Level;
use serde::{Deserialize, Serialize};

use crate::{
    decide::{Against, Policy, Way, Ways},
    service_settings::KeysAllowed,
};

/// Whether anybody is answered for where the rule fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleMode {
    /// Everything is decided and recorded, and the answer is always the other factor.
    Observe,
    /// Whoever is recognised is answered for, if the service itself is answered.
    Assist,
    /// The same; and once somebody types unlike the person, or a program types for them, nobody is answered for on that
    /// device until the person's other factor was seen beside it.
    Enforce,
}

/// What becomes of a device after something was seen on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AfterThat {
    /// This check ends in the other factor, as always; the next one is asked about anew.
    OtherFactor,
    /// So does every later one, until the person's other factor was seen beside the device.
    UntilHardFactor,
}

/// What a rule asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Demands {
    /// Whether anybody is answered for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<RuleMode>,
    /// The level of the verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// How old the evidence may be, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_within: Option<u32>,
    /// The ways of showing presence that count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<Way>>,
    /// Which device keys count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<KeysAllowed>,
    /// After injected input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub injected_input: Option<AfterThat>,
    /// After a remote session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_session: Option<AfterThat>,
    /// How often a person is answered for in 24 hours at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daily_cap: Option<u32>,
    /// How long ago the person's other factor may have been seen beside the device, in milliseconds.
    #[serde(
        rename = "hard-factor-within-ms",
        skip_serializing_if = "Option::is_none"
    )]
    pub hard_factor_within_ms: Option<i64>,
}

impl Demands {
    /// `own` with these added.
    pub(super) fn added_to(&self, own: Policy) -> Policy {
        let mut policy = own.held_after(self.held_after());
        if self.mode == Some(RuleMode::Observe) {
            policy = policy.only_observing();
        }
        if let Some(level) = self.level {
            policy = policy.at_level(level);
        }
        if let Some(seconds) = self.evidence_within {
            policy = policy.evidence_within(seconds);
        }
        if let Some(ways) = &self.channels {
            policy = policy.by_ways(Ways::of(ways));
        }
        if self.keys == Some(KeysAllowed::Hardware) {
            policy = policy.hardware_keys_only();
        }
        if let Some(most) = self.daily_cap {
            policy = policy.daily_cap(most);
        }
        match self.hard_factor_within_ms {
            Some(most) => policy.hard_factor_within(most),
            None => policy,
        }
    }

    fn held_after(&self) -> Against {
        let enforced = self.mode == Some(RuleMode::Enforce);
        let holds = |after| after == Some(AfterThat::UntilHardFactor);
        Against {
            different: enforced,
            injected_input: enforced || holds(self.injected_input),
            remote_session: holds(self.remote_session),
        }
    }
}
