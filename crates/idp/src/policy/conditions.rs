//! When a rule fits. A condition that is not written fits always; one whose fact is not known never does.

use serde::Serialize;

use super::{Circumstances, Day, Hours, calendar::Local};
use crate::network::Network;

/// When a rule fits: where all of these do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Conditions {
    /// It is one of these services.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// The person is in one of these groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// The browser comes from one of these networks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<Network>,
    /// It is one of these days.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<Day>,
    /// It is between these hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
}

impl Conditions {
    pub(super) fn fit(&self, at: &Circumstances<'_>, local: Local) -> bool {
        let in_group = |group: &String| at.groups.iter().any(|is| is.eq_ignore_ascii_case(group));
        let in_network =
            |network: &Network| at.address.is_some_and(|address| network.contains(address));
        fits(&self.services, |service| service == at.service)
            && fits(&self.groups, in_group)
            && fits(&self.networks, in_network)
            && fits(&self.days, |day| *day == local.day)
            && self.hours.is_none_or(|hours| hours.contain(local))
    }
}

fn fits<T>(any_of: &[T], is: impl Fn(&T) -> bool) -> bool {
    any_of.is_empty() || any_of.iter().any(is)
}
