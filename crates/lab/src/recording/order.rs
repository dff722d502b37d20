//! Holds a recording to its promise: sorted by user, session, time, each user and session in one run of lines.

use std::collections::HashSet;

#[derive(Default)]
pub struct Order {
    user: String,
    session: String,
    t_ms: u32,
    users: HashSet<String>,
    sessions: HashSet<String>,
}

impl Order {
    /// Takes the next row's place.
    ///
    /// # Errors
    /// In words, if it cannot come here.
    pub fn admit(&mut self, user: &str, session: &str, t_ms: u32) -> Result<(), String> {
        if user != self.user || self.users.is_empty() {
            if !self.users.insert(user.to_owned()) {
                return Err(format!(
                    "user {user:?} comes back; sort by user, session, time"
                ));
            }
            user.clone_into(&mut self.user);
            self.sessions.clear();
        }
        if session != self.session || self.sessions.is_empty() {
            if !self.sessions.insert(session.to_owned()) {
                return Err(format!(
                    "session {session:?} of user {user:?} comes back; sort by user, session, time"
                ));
            }
            session.clone_into(&mut self.session);
        } else if t_ms < self.t_ms {
            return Err(format!("t_ms goes back from {} to {t_ms}", self.t_ms));
        }
        self.t_ms = t_ms;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_back_only_where_a_session_begins() {
        let mut order = Order::default();
        assert!(order.admit("a", "0", 500).is_ok());
        assert!(order.admit("a", "1", 0).is_ok());
        assert!(order.admit("b", "1", 0).is_ok());
        assert!(order.admit("b", "1", 10).is_ok());
        assert!(order.admit("b", "1", 9).is_err());
    }

    #[test]
    fn who_comes_back_is_refused() {
        let mut order = Order::default();
        for (user, session, fits) in [("a", "0", true), ("a", "1", true), ("a", "0", false)] {
            assert_eq!(order.admit(user, session, 0).is_ok(), fits);
        }
        let mut order = Order::default();
        for (user, fits) in [("a", true), ("b", true), ("a", false)] {
            assert_eq!(order.admit(user, "0", 0).is_ok(), fits);
        }
    }
}
