//! How a command ends: the documented exit codes, and failures that say who is to blame and what
//! to do.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The exit codes of every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Exit {
    /// All is well.
    Ok = 0,
    /// Something on this computer stood in the way: a full disk, another copy of the agent.
    Failed = 1,
    /// The command line was not understood.
    Usage = 2,
    /// This computer is not enrolled.
    NotEnrolled = 10,
    /// The agent may not see input or use the keyring.
    NoPermission = 11,
    /// The server could not be reached.
    Unreachable = 12,
    /// The server could be reached but its certificate was not accepted.
    Tls = 13,
    /// The device was revoked.
    Revoked = 14,
    /// The server refused by its policy.
    Refused = 15,
    /// It works, but not fully; the output says what is missing.
    Degraded = 20,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Whose doing a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blame {
    /// The command as it was given.
    Command,
    /// This computer.
    ThisComputer,
    /// The network between here and the server.
    Network,
    /// The server, or those who run it.
    Server,
}

impl fmt::Display for Blame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Command => "the command as it was given",
            Self::ThisComputer => "this computer",
            Self::Network => "the network between this computer and the server",
            Self::Server => "the server, or those who run it",
        })
    }
}

/// A command that could not be done: what happened, whose doing it is, what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{what}")]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What happened, one sentence.
    pub what: String,
    /// Whose doing it is.
    pub blame: Blame,
    /// What to do about it, one sentence.
    pub to_do: String,
}

impl Failure {
    /// Puts the three sentences together.
    pub fn new(
        exit: Exit,
        blame: Blame,
        what: impl Into<String>,
        to_do: impl Into<String>,
    ) -> Self {
        Self {
            exit,
            what: what.into(),
            blame,
            to_do: to_do.into(),
        }
    }

    /// Something on this computer stood in the way.
    pub fn local(what: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self::new(Exit::Failed, Blame::ThisComputer, what, to_do)
    }

    /// A command that needs an enrolment found none.
    pub fn not_enrolled() -> Self {
        Self::new(
            Exit::NotEnrolled,
            Blame::ThisComputer,
            "This computer is not enrolled with Selfsame.",
            "Ask your administrator for a token, then run `selfsame enrol --server URL --token-file FILE`.",
        )
    }

    /// A command that needs the running agent found none.
    pub fn not_running() -> Self {
        Self::new(
            Exit::Degraded,
            Blame::ThisComputer,
            "The Selfsame agent is not running.",
            "Start it with `selfsame run`, or sign out and in again.",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_codes_are_the_documented_ones() {
        let codes = [
            (Exit::Ok, 0),
            (Exit::Usage, 2),
            (Exit::NotEnrolled, 10),
            (Exit::NoPermission, 11),
            (Exit::Unreachable, 12),
            (Exit::Tls, 13),
            (Exit::Revoked, 14),
            (Exit::Refused, 15),
            (Exit::Degraded, 20),
        ];
        for (exit, code) in codes {
            assert_eq!(exit as u8, code);
        }
    }
}
