//! The person's seat, as the system tells of it: locks, sessions and displays, and which of their changes end the evidence.

use selfsame_behaviour::ClearReason;

use super::SessionStatus;

/// Who can say that the screen is locked; one is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locker {
    /// The display's own screen saver.
    Display,
    /// The desktop's locker.
    Desktop,
}

/// What is known of the seat. Every `hear` returns what of the evidence it ends.
#[derive(Debug, Default)]
pub struct Seat {
    session: SessionStatus,
    display_locked: bool,
    desktop_locked: bool,
    remote_display: bool,
}

impl Seat {
    /// A locker has come or gone.
    pub fn hear_locker(&mut self, locker: Locker, locked: bool) -> Vec<ClearReason> {
        let before = self.is_locked();
        match locker {
            Locker::Display => self.display_locked = locked,
            Locker::Desktop => self.desktop_locked = locked,
        }
        self.lock_since(before).into_iter().collect()
    }

    /// The session manager tells how the session stands.
    pub fn hear_session(&mut self, session: SessionStatus) -> Vec<ClearReason> {
        let locked = self.is_locked();
        let before = std::mem::replace(&mut self.session, session);
        let left = session.in_background && !before.in_background;
        let elsewhere = session.remote != before.remote || session.ambiguous && !before.ambiguous;
        let switched = left.then_some(ClearReason::UserSwitch);
        let remote = elsewhere.then_some(ClearReason::RemoteSession);
        let lock = self.lock_since(locked);
        [switched, remote, lock].into_iter().flatten().collect()
    }

    /// The display is found to be shown elsewhere, or here again.
    pub fn hear_remote_display(&mut self, remote: bool) -> Vec<ClearReason> {
        let before = std::mem::replace(&mut self.remote_display, remote);
        let changed = before != remote;
        changed
            .then_some(ClearReason::RemoteSession)
            .into_iter()
            .collect()
    }

    /// The display has ended, and its screen saver with it.
    pub fn hear_display_gone(&mut self) -> Vec<ClearReason> {
        self.display_locked = false;
        vec![ClearReason::DisplayGone]
    }

    /// Whether anything says that the screen is locked.
    pub fn is_locked(&self) -> bool {
        self.session.locked || self.display_locked || self.desktop_locked
    }

    /// Whether nobody can be working in this session.
    pub fn is_away(&self) -> bool {
        self.is_locked() || self.session.in_background
    }

    /// The session, with what the displays and lockers add to it.
    pub fn status(&self) -> SessionStatus {
        SessionStatus {
            locked: self.is_locked(),
            remote: self.session.remote || self.remote_display,
            ..self.session
        }
    }

    fn lock_since(&self, before: bool) -> Option<ClearReason> {
        (self.is_locked() && !before).then_some(ClearReason::Lock)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_locker_ends_the_evidence_and_the_last_unlocks() {
        let mut seat = Seat::default();
        let first = seat.hear_locker(Locker::Desktop, true);
        assert_eq!(first, [ClearReason::Lock]);
        assert!(seat.hear_locker(Locker::Display, true).is_empty());
        assert!(seat.hear_locker(Locker::Desktop, false).is_empty());
        assert!(seat.is_locked());
        assert!(seat.hear_locker(Locker::Display, false).is_empty());
        assert!(!seat.is_locked());
    }

    #[test]
    fn a_session_that_is_left_and_locked_at_once_says_both() {
        let mut seat = Seat::default();
        let left = SessionStatus {
            in_background: true,
            locked: true,
            ..SessionStatus::default()
        };
        let ends = seat.hear_session(left);
        assert_eq!(ends, [ClearReason::UserSwitch, ClearReason::Lock]);
        assert!(seat.is_away());
        assert!(seat.hear_session(left).is_empty());
        assert!(seat.hear_session(SessionStatus::default()).is_empty());
        assert!(!seat.is_away());
    }

    #[test]
    fn a_remote_session_ends_the_evidence_when_it_begins_and_when_it_ends() {
        let mut seat = Seat::default();
        let remote = SessionStatus {
            remote: true,
            ..SessionStatus::default()
        };
        assert_eq!(seat.hear_session(remote), [ClearReason::RemoteSession]);
        let here = SessionStatus::default();
        assert_eq!(seat.hear_session(here), [ClearReason::RemoteSession]);
    }

    #[test]
    fn a_display_shown_elsewhere_makes_a_local_session_remote() {
        let mut seat = Seat::default();
        assert_eq!(seat.hear_remote_display(true), [ClearReason::RemoteSession]);
        assert!(seat.hear_remote_display(true).is_empty());
        assert!(seat.status().remote);
    }

    #[test]
    fn a_display_that_ends_takes_its_screen_saver_along() {
        let mut seat = Seat::default();
        seat.hear_locker(Locker::Display, true);
        assert_eq!(seat.hear_display_gone(), [ClearReason::DisplayGone]);
        assert!(!seat.is_locked());
    }
}
