//! The last checks of this device, so that its person can see why they were asked.

use std::collections::VecDeque;

use selfsame_protocol::{Reason, UnixMillis, Verdict};
use serde::{Deserialize, Serialize};

/// How many checks are remembered, in memory only.
const KEPT: usize = 20;
/// The longest service name that is kept, in characters.
const SERVICE_CHARS: usize = 60;

/// One check, as its person may see it: no level, no score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// When it was answered, on this computer's clock.
    pub at: UnixMillis,
    /// The service the person was signing in to.
    pub service: String,
    /// What was answered.
    pub verdict: Verdict,
    /// Why it was not `same`, as codes.
    pub reasons: Vec<Reason>,
    /// The same reasons as sentences.
    pub because: Vec<String>,
}

impl Answered {
    /// Remembers an answer.
    pub fn new(at: UnixMillis, service: &str, verdict: Verdict, reasons: &[Reason]) -> Self {
        Self {
            at,
            service: plain(service),
            verdict,
            reasons: reasons.to_vec(),
            because: reasons
                .iter()
                .map(|reason| reason.sentence().to_owned())
                .collect(),
        }
    }

    /// What happened, in a few words.
    pub const fn outcome(&self) -> &'static str {
        match self.verdict {
            Verdict::Same => "answered for you",
            Verdict::Different => "sent you to your other sign-in method",
            Verdict::Unsure => "was not sure",
        }
    }
}

/// The last checks, newest first.
#[derive(Debug, Default)]
pub struct History {
    answered: VecDeque<Answered>,
}

impl History {
    /// Adds the newest.
    pub fn push(&mut self, answered: Answered) {
        self.answered.truncate(KEPT - 1);
        self.answered.push_front(answered);
    }

    /// All that is kept, newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = &Answered> {
        self.answered.iter()
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.answered.clear();
    }
}

/// A name that a server sent, cut and without anything that could disturb a menu or a terminal.
pub fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_control())
        .take(SERVICE_CHARS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_twenty_checks_are_kept_newest_first() {
        let mut history = History::default();
        for n in 0..25 {
            history.push(Answered::new(UnixMillis(n), "Okta", Verdict::Same, &[]));
        }
        let times: Vec<i64> = history.newest_first().map(|a| a.at.0).collect();
        assert_eq!(times, (5..25).rev().collect::<Vec<_>>());
    }

    #[test]
    fn a_service_name_cannot_carry_terminal_commands() {
        let answered = Answered::new(UnixMillis(0), "Ok\x1b[2Jta\n", Verdict::Unsure, &[]);
        assert_eq!(answered.service, "Ok[2Jta");
    }
}
