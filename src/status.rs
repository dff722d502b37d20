//! Everything there is to say about a running agent, as one value: for `status`, `doctor`, the tray
//! and the report. Never a level, a score or a time of typing.

mod state;
mod text;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    DEMO, VERSION,
    engine::{CaptureState, EngineStatus},
    enrolment::Identity,
    exit::{Blame, Exit, Failure},
    link::{LinkReport, LinkState},
    managed::Managed,
    outcome::Outcome,
    vault::Backing,
};

pub use state::State;
pub use text::days_left;

/// The state of a running agent at one moment.
#[derive(Clone)]
pub struct Report {
    /// Who this device is; `None` while it is not enrolled.
    pub identity: Option<Arc<Identity>>,
    /// The link.
    pub link: LinkReport,
    /// The presence port.
    pub presence_port: Option<u16>,
    /// How far the server's clock is ahead of this computer's, in milliseconds.
    pub clock_ahead_ms: i64,
    /// Senses and profile.
    pub engine: EngineStatus,
    /// What whoever manages this computer set.
    pub managed: Arc<Managed>,
}

/// More than this between the two clocks is worth a word, in milliseconds.
const CLOCKS_APART_MS: i64 = 60_000;

impl Report {
    /// The answer to `status`.
    pub fn outcome(&self) -> Outcome {
        Outcome {
            exit: self.exit(),
            lines: text::lines(self),
            json: self.json(),
        }
    }

    /// What it does, in a word.
    pub fn state(&self) -> State {
        State::of(self)
    }

    /// What keeps the agent from answering as well as it could, worst first.
    pub fn problems(&self) -> Vec<Failure> {
        let mut problems = Vec::new();
        if self.identity.is_none() {
            problems.push(Failure::not_enrolled());
        }
        problems.extend(self.link.trouble.clone());
        problems.extend(self.senses());
        problems.extend(self.presence());
        problems.extend(self.storage());
        problems.extend(self.clocks());
        problems.extend(self.managed.problems());
        problems
    }

    /// How `status` ends: as the worst problem says.
    pub fn exit(&self) -> Exit {
        self.problems()
            .first()
            .map_or(Exit::Ok, |worst| match worst.exit {
                Exit::Failed => Exit::Degraded,
                exit => exit,
            })
    }

    fn senses(&self) -> Option<Failure> {
        let capture = &self.engine.capture;
        match &capture.state {
            CaptureState::Unavailable(why) => Some(Failure::new(
                Exit::NoPermission,
                Blame::ThisComputer,
                format!("Selfsame cannot see any typing here: {why}."),
                "See the set-up guide for this kind of desktop.",
            )),
            CaptureState::Waiting(why) => Some(Failure::new(
                Exit::Degraded,
                Blame::ThisComputer,
                format!("Selfsame cannot see any typing at the moment: {why}."),
                "It tries again by itself.",
            )),
            CaptureState::Running if !capture.tells_injected => Some(Failure::new(
                Exit::Degraded,
                Blame::ThisComputer,
                "On this desktop Selfsame cannot tell real typing from a program's, so it is never sure.",
                "Use an X11 session.",
            )),
            CaptureState::Running | CaptureState::Starting => None,
        }
    }

    fn presence(&self) -> Option<Failure> {
        (self.identity.is_some() && self.presence_port.is_none()).then(|| {
            Failure::new(
                Exit::Degraded,
                Blame::ThisComputer,
                "Browsers cannot reach Selfsame: other programs hold all of its ports.",
                "End the programs that listen on ports 61731 to 61738; it tries again by itself.",
            )
        })
    }

    fn storage(&self) -> Option<Failure> {
        let profile = &self.engine.profile;
        if let Some(error) = &profile.save_error {
            return Some(Failure::new(
                Exit::Degraded,
                Blame::ThisComputer,
                format!("What was learnt could not be saved: {error}."),
                "Free some disk space; it tries again by itself.",
            ));
        }
        profile.set_aside.as_ref().map(|set_aside| {
            Failure::new(
                Exit::Degraded,
                Blame::ThisComputer,
                format!("The old profile could not be read and was set aside: {set_aside}."),
                "Selfsame learns anew; nothing else is to be done.",
            )
        })
    }

    fn clocks(&self) -> Option<Failure> {
        (self.clock_ahead_ms.saturating_abs() > CLOCKS_APART_MS).then(|| {
            Failure::new(
                Exit::Degraded,
                Blame::ThisComputer,
                format!(
                    "The clocks of this computer and of the server are {} seconds apart.",
                    self.clock_ahead_ms.saturating_abs() / 1000
                ),
                "Let the system set the clock by the network.",
            )
        })
    }

    fn json(&self) -> Value {
        let engine = &self.engine;
        json!({
            "running": true,
            "version": VERSION,
            "demo": DEMO,
            "process": std::process::id(),
            "state": self.state(),
            "enrolled": self.identity.as_ref().map(|identity| enrolled_json(identity, engine.vault)),
            "link": self.link,
            "presence": {"port": self.presence_port},
            "clock_ahead_ms": self.clock_ahead_ms,
            "capture": engine.capture,
            "profile": engine.profile,
            "session": engine.session,
            "paused": engine.paused,
            "vault": engine.vault,
            "notes": engine.notes,
            "policy": self.managed.json(),
            "problems": self.problems(),
        })
    }

    /// Whether the server can be asked through this agent now.
    pub fn is_online(&self) -> bool {
        self.link.state == LinkState::Online
    }
}

fn enrolled_json(identity: &Identity, backing: Backing) -> Value {
    let record = &identity.record;
    json!({
        "server": record.server,
        "person": record.person,
        "device": record.device,
        "key_storage": record.key_storage,
        "key_backing": backing,
        "enrolled_at": record.enrolled_at,
    })
}
