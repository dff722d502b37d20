//! Challenges that were sent and wait for their answers: each handle is random, good once and for a minute, and only for
//! the client and the user name that it was given for.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use selfsame_protocol::{CheckId, DeviceId, Millis, message::CODE_LIFE_MS};
use selfsame_radius::Kind;

use crate::{decide::GatewayFacts, random, store::Login};

/// How long a challenge may be answered, in milliseconds: as long as a code is shown.
pub const LIFE_MS: u64 = CODE_LIFE_MS.unsigned_abs();
/// More challenges than this are not kept open.
const CAPACITY: usize = 10_000;

/// A challenge's handle, as it travels in State.
pub type Handle = [u8; 16];

/// What a challenge waits for.
#[derive(Debug)]
pub enum Waiting {
    /// A code that a device shows.
    Code(CodeAsked),
    /// The answer to a challenge of one of the site's own servers.
    Site {
        /// Which.
        which: WhichSite,
        /// The State that it wants back.
        state: Option<Vec<u8>>,
        /// Whom it is about, where the second factor is handed on.
        login: Option<Login>,
    },
}

/// One of the site's own servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichSite {
    /// The first factor's.
    FirstFactor,
    /// The second factor's.
    OtherFactor,
}

/// Everything that a code's challenge needs to be decided.
#[derive(Debug)]
pub struct CodeAsked {
    /// The check that is open.
    pub check: CheckId,
    /// Whom it is about.
    pub login: Login,
    /// The code that each device shows.
    pub codes: Vec<(DeviceId, String)>,
    /// What was known when the code was asked for.
    pub facts: GatewayFacts,
    /// What the first factor's server grants.
    pub granted: Vec<(Kind, Vec<u8>)>,
}

#[derive(Debug)]
struct Open {
    client: String,
    user_name: String,
    until: Millis,
    waiting: Waiting,
}

/// Every open challenge.
#[derive(Debug, Default)]
pub struct Challenges(Mutex<HashMap<Handle, Open>>);

impl Challenges {
    /// Remembers a challenge; `None` when too many are open.
    pub fn put(
        &self,
        (client, user_name): (&str, &str),
        waiting: Waiting,
        now: Millis,
    ) -> Option<Handle> {
        let handle = random::bytes();
        let mut all = self.all();
        all.retain(|_, open| open.until > now);
        if all.len() >= CAPACITY {
            return None;
        }
        let open = Open {
            client: client.to_owned(),
            user_name: user_name.to_owned(),
            until: now.plus(LIFE_MS),
            waiting,
        };
        all.insert(handle, open);
        Some(handle)
    }

    /// Takes what a handle stands for. Whoever shows it in another's name spends it.
    pub fn take(
        &self,
        state: &[u8],
        (client, user_name): (&str, &str),
        now: Millis,
    ) -> Option<Waiting> {
        let handle = Handle::try_from(state).ok()?;
        let open = self.all().remove(&handle)?;
        let is_theirs = open.client == client && open.user_name == user_name && open.until > now;
        is_theirs.then_some(open.waiting)
    }

    /// Whether a code is shown somewhere now.
    pub fn shows(&self, code: &str) -> bool {
        self.all().values().any(|open| match &open.waiting {
            Waiting::Code(asked) => asked.codes.iter().any(|(_, shown)| shown == code),
            Waiting::Site { .. } => false,
        })
    }

    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<Handle, Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(challenges: &Challenges) -> Handle {
        let waiting = Waiting::Site {
            which: WhichSite::OtherFactor,
            state: None,
            login: None,
        };
        challenges
            .put(("vpn", "ada"), waiting, Millis(0))
            .expect("room")
    }

    #[test]
    fn a_challenge_is_answered_once_by_whom_it_was_put_to() {
        let challenges = Challenges::default();
        let mine = ("vpn", "ada");
        let handle = one(&challenges);
        assert!(challenges.take(&handle, mine, Millis(1)).is_some());
        assert!(challenges.take(&handle, mine, Millis(1)).is_none());
        assert!(challenges.take(b"short", mine, Millis(1)).is_none());
    }

    #[test]
    fn a_challenge_in_anothers_name_or_too_late_is_worth_nothing() {
        let challenges = Challenges::default();
        for (by, at) in [
            (("vpn", "grace"), 1),
            (("other", "ada"), 1),
            (("vpn", "ada"), LIFE_MS),
        ] {
            let handle = one(&challenges);
            assert!(challenges.take(&handle, by, Millis(at)).is_none());
        }
    }
}
