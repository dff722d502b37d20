//! What Windows says of a session, and what it means for the engine; no system call here.

use selfsame_behaviour::ClearReason;

use crate::engine::SessionStatus;

/// What happened to the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Its person, or a time limit, locked it.
    Locked,
    /// Its person unlocked it.
    Unlocked,
    /// Another session came to the front, or this one's display went away.
    Disconnected,
    /// It has a display again.
    Connected,
    /// The computer goes to sleep, or has woken up.
    Slept,
}

/// What the system says when it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Whether it is shown on another computer.
    pub remote: bool,
    /// Whether it is locked, where the system says so.
    pub locked: Option<bool>,
    /// Whether it has a display, where the system says so.
    pub connected: Option<bool>,
}

/// What is known of the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    locked: bool,
    connected: bool,
    remote: bool,
}

impl Session {
    /// The session when the agent starts. Where the system does not say, it is in front and unlocked,
    /// as the agent is started by signing in.
    pub fn begin(asked: Asked) -> Self {
        Self {
            locked: asked.locked.unwrap_or(false),
            connected: asked.connected.unwrap_or(true),
            remote: asked.remote,
        }
    }

    /// Takes in what happened and what the system said right after it; returns why evidence must go
    /// whatever the status says.
    pub fn change(&mut self, change: Change, asked: Asked) -> Option<ClearReason> {
        self.remote = asked.remote;
        match change {
            Change::Locked => self.locked = true,
            Change::Unlocked => self.locked = false,
            Change::Disconnected => self.connected = false,
            Change::Connected => self.connected = true,
            Change::Slept => return Some(ClearReason::Sleep),
        }
        None
    }

    /// For the engine. A person's programs in another session are told apart by the session's number, so
    /// a second session does not make it unclear which is meant.
    pub fn status(self) -> SessionStatus {
        SessionStatus {
            source: "wts",
            locked: self.locked,
            in_background: !self.connected,
            remote: self.remote,
            ambiguous: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCAL: Asked = Asked {
        remote: false,
        locked: None,
        connected: None,
    };

    #[test]
    fn a_session_is_in_front_until_the_system_says_otherwise() {
        let status = Session::begin(LOCAL).status();
        assert!(!status.locked && !status.in_background && !status.remote && !status.ambiguous);
        let locked = Asked {
            locked: Some(true),
            connected: Some(false),
            ..LOCAL
        };
        let status = Session::begin(locked).status();
        assert!(status.locked && status.in_background);
    }

    #[test]
    fn lock_and_unlock_switch_and_return_are_seen() {
        let mut session = Session::begin(LOCAL);
        assert_eq!(session.change(Change::Locked, LOCAL), None);
        assert!(session.status().locked);
        session.change(Change::Disconnected, LOCAL);
        assert!(session.status().in_background);
        session.change(Change::Connected, LOCAL);
        assert!(session.status().locked, "coming back does not unlock");
        session.change(Change::Unlocked, LOCAL);
        let status = session.status();
        assert!(!status.locked && !status.in_background);
    }

    #[test]
    fn a_session_taken_over_from_another_computer_is_remote() {
        let mut session = Session::begin(LOCAL);
        let far = Asked {
            remote: true,
            ..LOCAL
        };
        session.change(Change::Connected, far);
        assert!(session.status().remote);
        session.change(Change::Connected, LOCAL);
        assert!(!session.status().remote);
    }

    #[test]
    fn sleep_clears_the_evidence_and_changes_nothing_else() {
        let mut session = Session::begin(LOCAL);
        assert_eq!(
            session.change(Change::Slept, LOCAL),
            Some(ClearReason::Sleep)
        );
        assert!(!session.status().locked);
    }
}
