//! The state of the link as a person may see it.

use selfsame_protocol::{
    link::{LinkStatus, Offline},
    message::Closing,
};
use serde::Serialize;

use crate::{
    enrolment,
    exit::{Blame, Exit, Failure},
};

/// The link in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkState {
    /// There is none: this computer is not enrolled.
    #[default]
    None,
    /// Trying, or waiting to try again.
    Connecting,
    /// Live.
    Online,
    /// Over until something changes.
    Ended,
}

/// The link, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct LinkReport {
    /// The link in one word.
    pub state: LinkState,
    /// Why it is not live.
    pub trouble: Option<Failure>,
}

impl LinkReport {
    /// Takes the machine's state; says whether that changed anything.
    pub(super) fn set(&mut self, status: LinkStatus) -> bool {
        let state = match status {
            LinkStatus::Connecting => LinkState::Connecting,
            LinkStatus::Online => LinkState::Online,
            LinkStatus::Ended(_) => LinkState::Ended,
        };
        let changed = self.state != state;
        self.state = state;
        changed
    }

    pub(super) fn fail(&mut self, trouble: Failure) {
        self.state = LinkState::Ended;
        self.trouble = Some(trouble);
    }
}

/// What there is to say when the link went down; `None` when it will soon be back, or more is
/// known already.
pub(super) fn trouble_of(why: Offline) -> Option<Failure> {
    match why {
        Offline::Unreachable => None,
        Offline::Closed(reason) => closed(reason),
        Offline::ServerMisbehaved => Some(Failure::new(
            Exit::Degraded,
            Blame::Server,
            "The server does not speak this version of the protocol.",
            "Update the older of the two; tell your administrator.",
        )),
        Offline::KeyUnusable => Some(Failure::local(
            "The device key cannot sign.",
            "Unlock the keyring and start Selfsame again.",
        )),
    }
}

pub(super) fn ended(status: LinkStatus) -> Failure {
    let closing = match status {
        LinkStatus::Ended(reason) => closed(reason),
        LinkStatus::Connecting | LinkStatus::Online => None,
    };
    closing.unwrap_or_else(|| Failure::local("The link has ended.", "Start Selfsame again."))
}

pub(super) fn counter_unusable(error: &enrolment::Error) -> Failure {
    Failure::local(
        format!("The link counter cannot be kept, so no link is opened: {error}."),
        "Free some disk space; Selfsame tries again by itself.",
    )
}

fn closed(reason: Closing) -> Option<Failure> {
    let (exit, what, to_do) = match reason {
        Closing::Revoked => (
            Exit::Revoked,
            "This computer was revoked at the server.",
            "Ask your administrator for a new token, then enrol with --replace.",
        ),
        Closing::Suspended => (
            Exit::Revoked,
            "The server suspended this computer, because a copy of its key seems to be in use.",
            "Tell your administrator.",
        ),
        Closing::Unknown => (
            Exit::Revoked,
            "The server does not know this computer.",
            "Ask your administrator for a new token, then enrol with --replace.",
        ),
        Closing::DemoRefused => (
            Exit::Refused,
            "The server does not accept demonstration builds.",
            "Use a released agent.",
        ),
        Closing::ProtocolError => (
            Exit::Degraded,
            "The server did not understand this agent.",
            "Update the older of the two; tell your administrator.",
        ),
        Closing::Restarting | Closing::Replaced => return None,
    };
    Some(Failure::new(exit, Blame::Server, what, to_do))
}
