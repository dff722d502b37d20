//! What an administrator sets for one service: whether it is answered, how it may ask, and what an answer must be worth.
//!
//! Nothing here can ask for less than the invariants do: injected input, a remote session, a missing proof of presence
//! and a profile without hard factors mean the other factor whatever is set.

use std::fmt;

use clap::ValueEnum;
use selfsame_protocol::Level;
use serde::{Deserialize, Serialize};

use crate::decide::{DemoBuilds, EVIDENCE_AT_MOST_S, Policy};

mod saml;

pub use saml::{CLOCK_SKEW_AT_MOST_S, NameIdRule, SamlSettings, Signed};

/// Everything that is set for one service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceSettings {
    /// Whether it is answered at all.
    pub mode: Mode,
    /// What becomes of a request that comes as a link.
    pub redirect: RedirectRule,
    /// What an answer must be worth.
    pub asks: Asks,
    /// How a SAML answer is made.
    pub saml: SamlSettings,
}

/// Whether a service is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Everything is asked, decided and recorded, and the answer is always the other factor.
    #[default]
    Observe,
    /// Whoever is recognised is answered for; everybody else gets the other factor.
    Assist,
}

/// What becomes of a request by HTTP-Redirect, which says nothing about where it comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum RedirectRule {
    /// The person says by one click that they started the sign-in.
    #[default]
    Click,
    /// It is refused: the service posts its requests.
    Refused,
}

/// Which proofs of presence count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Channels {
    /// The browser extension's and the agent's own.
    #[default]
    Any,
    /// The browser extension's alone.
    Extension,
}

/// Which device keys count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum KeysAllowed {
    /// Keys in software too, at level 1e-2.
    #[default]
    Any,
    /// Keys held in hardware alone.
    Hardware,
}

/// What an answer must be worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asks {
    /// The level of the verdict.
    pub level: Level,
    /// How old the evidence may be, in seconds: 1 to 60.
    pub evidence_within_s: u32,
    /// Which proofs of presence count.
    pub channels: Channels,
    /// Which device keys count.
    pub keys: KeysAllowed,
}

impl Default for Asks {
    fn default() -> Self {
        Self {
            level: Level::Fmr1e2,
            evidence_within_s: EVIDENCE_AT_MOST_S,
            channels: Channels::default(),
            keys: KeysAllowed::default(),
        }
    }
}

/// For people.
impl fmt::Display for Asks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "level {}, evidence of the last {} s, presence by {}, keys: {}",
            word(self.level),
            self.evidence_within_s,
            word(self.channels),
            word(self.keys)
        )
    }
}

impl Asks {
    /// The policy that this comes to for whoever is answered as `mode` says.
    pub fn policy(&self, mode: Mode, demo: DemoBuilds) -> Policy {
        let mut policy = Policy::least(demo)
            .at_level(self.level)
            .evidence_within(self.evidence_within_s);
        if self.channels == Channels::Extension {
            policy = policy.extension_only();
        }
        if self.keys == KeysAllowed::Hardware {
            policy = policy.hardware_keys_only();
        }
        match mode {
            Mode::Observe => policy.only_observing(),
            Mode::Assist => policy,
        }
    }
}

/// The word for a setting on screens and in the audit log, as it is typed.
pub fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_service_is_observed_and_asks_for_the_least() {
        let settings = ServiceSettings::default();
        assert_eq!(settings.mode, Mode::Observe);
        assert_eq!(
            settings.asks.policy(settings.mode, DemoBuilds::Refused),
            Policy::least(DemoBuilds::Refused).only_observing()
        );
    }

    #[test]
    fn settings_survive_being_written_and_read() {
        let settings = ServiceSettings {
            mode: Mode::Assist,
            redirect: RedirectRule::Refused,
            asks: Asks {
                level: Level::Fmr1e3,
                keys: KeysAllowed::Hardware,
                ..Asks::default()
            },
            saml: SamlSettings::default(),
        };
        let text = serde_json::to_string(&settings).unwrap();
        assert_eq!(
            serde_json::from_str::<ServiceSettings>(&text).unwrap(),
            settings
        );
    }

    #[test]
    fn what_an_older_version_stored_is_read_with_the_defaults() {
        let settings: ServiceSettings = serde_json::from_str(r#"{"mode":"assist"}"#).unwrap();
        assert_eq!(
            (settings.mode, settings.asks),
            (Mode::Assist, Asks::default())
        );
    }

    #[test]
    fn a_setting_of_a_newer_version_is_not_passed_over() {
        assert!(serde_json::from_str::<ServiceSettings>(r#"{"daily-cap":3}"#).is_err());
    }

    #[test]
    fn settings_are_shown_as_they_are_typed() {
        assert_eq!(word(Mode::Observe), "observe");
        assert_eq!(word(Level::Fmr1e3), "1e-3");
    }
}
