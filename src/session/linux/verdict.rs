//! From what logind lists to what the engine needs to know; no bus here.

use crate::engine::SessionStatus;

/// One session of this person, as logind describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: String,
    pub active: bool,
    pub remote: bool,
    pub locked: bool,
    /// A person's session that is not closing; logind also lists managers and greeters.
    pub live: bool,
}

/// What holds for this process, whose own session is `own` where logind knows it. A user service
/// belongs to no session: then the one live session is meant.
pub fn of_sessions(own: Option<&str>, sessions: &[Session], came_by_ssh: bool) -> SessionStatus {
    let live: Vec<&Session> = sessions.iter().filter(|session| session.live).collect();
    let mine = live
        .iter()
        .find(|session| own == Some(session.id.as_str()))
        .or(if own.is_none() { live.first() } else { None });
    SessionStatus {
        source: "logind",
        // A process outside every live session sees nobody's screen.
        locked: mine.is_none_or(|session| session.locked),
        in_background: mine.is_none_or(|session| !session.active),
        remote: came_by_ssh || mine.is_some_and(|session| session.remote),
        ambiguous: live.len() != 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(id: &str) -> Session {
        Session {
            id: id.to_owned(),
            active: true,
            remote: false,
            locked: false,
            live: true,
        }
    }

    #[test]
    fn one_live_local_session_is_calm() {
        let status = of_sessions(Some("2"), &[session("2")], false);
        assert!(!status.locked && !status.in_background && !status.remote && !status.ambiguous);
    }

    #[test]
    fn a_user_service_belongs_to_the_one_session_there_is() {
        let closing = Session {
            live: false,
            ..session("1")
        };
        let status = of_sessions(None, &[closing, session("2")], false);
        assert!(!status.locked && !status.ambiguous);
    }

    #[test]
    fn a_second_live_session_makes_it_unclear_which_is_meant() {
        let remote = Session {
            remote: true,
            ..session("9")
        };
        assert!(of_sessions(Some("2"), &[session("2"), remote], false).ambiguous);
    }

    #[test]
    fn lock_switch_and_distance_are_seen() {
        let locked = Session {
            locked: true,
            ..session("2")
        };
        assert!(of_sessions(Some("2"), &[locked], false).locked);
        let behind = Session {
            active: false,
            ..session("2")
        };
        assert!(of_sessions(Some("2"), &[behind], false).in_background);
        let remote = Session {
            remote: true,
            ..session("2")
        };
        assert!(of_sessions(Some("2"), &[remote], false).remote);
        assert!(of_sessions(Some("2"), &[session("2")], true).remote);
    }

    #[test]
    fn without_any_live_session_nobody_can_be_judged() {
        let status = of_sessions(Some("2"), &[], false);
        assert!(status.locked && status.ambiguous);
    }
}
