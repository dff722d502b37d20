//! Policies as data: an ordered list of rules, of which the first that fits says what an answer must be worth.
//!
//! Rules add to what is set for the service itself, and to the invariants; nothing here can take away from either.
//! No clock, no file and no socket but in [`book`], which reads the store.

use std::net::IpAddr;

use selfsame_protocol::UnixMillis;
use serde::Serialize;

use crate::decide::Policy;

pub mod book;
mod calendar;
mod conditions;
mod demands;
pub mod difference;
pub mod file;
pub mod forecast;
mod rollout;

pub use calendar::{Day, Hours, Zone};
pub use conditions::Conditions;
pub use demands::{AfterThat, Demands, RuleMode};
pub use rollout::{Current, FULL, Version};

/// A whole policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// Where hours and days are read.
    pub zone: Zone,
    /// The rules, first to last.
    pub rules: Vec<PolicyRule>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyRule {
    /// What it goes by, in the audit log too.
    pub name: String,
    /// When it fits.
    #[serde(flatten)]
    pub when: Conditions,
    /// What it asks for.
    #[serde(flatten)]
    pub asks: Demands,
}

/// Everything that a rule may look at.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The service, by entity id, client id, or `radius:` and the client's name.
    pub service: &'a str,
    /// The person's groups.
    pub groups: &'a [String],
    /// Where the browser comes from, or the caller at a gateway; `None` where nobody says.
    pub address: Option<IpAddr>,
    /// When.
    pub now: UnixMillis,
}

/// What one answer is asked for, and by which rule.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What it must be worth.
    pub policy: Policy,
    /// By which rule.
    pub by: AskedBy,
    /// Where the browser or the caller comes from.
    pub address: Option<IpAddr>,
}

/// The rule that said what to ask for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AskedBy {
    /// The policy's version; 0 is the one without rules.
    pub version: i64,
    /// The rule; `None` where none fitted, so that only what is set for the service itself counts.
    pub rule: Option<String>,
}

impl Rules {
    /// The first rule that fits.
    pub fn rule_for(&self, at: &Circumstances<'_>) -> Option<&PolicyRule> {
        let local = self.zone.local(at.now);
        self.rules.iter().find(|rule| rule.when.fit(at, local))
    }

    /// Whether any rule looks at groups.
    pub fn look_at_groups(&self) -> bool {
        self.rules.iter().any(|rule| !rule.when.groups.is_empty())
    }
}

impl Version {
    /// What is asked for in these circumstances, beyond what is set for the service itself.
    pub fn ask(&self, own: Policy, at: &Circumstances<'_>) -> Asked {
        let rule = self.rules.rule_for(at);
        Asked {
            policy: rule.map_or(own, |rule| rule.asks.added_to(own)),
            by: AskedBy {
                version: self.number,
                rule: rule.map(|rule| rule.name.clone()),
            },
            address: at.address,
        }
    }
}

#[cfg(test)]
mod tests;
