//! What the extension may ask, and what it is told: less than a command of the person's may.

use selfsame_protocol::VERSION;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    config::Paths,
    control::{self, Ask},
    exit::{Exit, Failure},
    outcome::Outcome,
};

/// One message of the extension.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    v: u16,
    wish: Wish,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case", deny_unknown_fields)]
enum Wish {
    /// A proof for a page of this origin.
    Presence { challenge: String, origin: String },
    /// What the popup shows.
    Status {},
    /// The person's pause; until the screen is locked when there is no number.
    Pause { minutes: Option<u32> },
    /// Its end.
    Resume {},
}

/// Why a wish was not granted, as the extension has words for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Trouble {
    /// No agent runs.
    NoAgent,
    /// This computer is not enrolled.
    NotEnrolled,
    /// The agent does not answer this.
    Refused,
    /// The message is of another version, or none of the above.
    Unknown,
    /// Something else; the agent's own commands say what.
    Failed,
}

/// Does what the extension wishes, and says how it went.
pub fn answer(paths: &Paths, message: &Value) -> Value {
    let done = wish_in(message).and_then(|wish| grant(paths, wish));
    match done {
        Ok(done) => json!({"v": VERSION, "done": done}),
        Err(trouble) => json!({"v": VERSION, "failed": trouble}),
    }
}

fn wish_in(message: &Value) -> Result<Wish, Trouble> {
    let message = Message::deserialize(message).map_err(|_| Trouble::Unknown)?;
    (message.v == VERSION)
        .then_some(message.wish)
        .ok_or(Trouble::Unknown)
}

fn grant(paths: &Paths, wish: Wish) -> Result<Value, Trouble> {
    let ask = match wish {
        Wish::Status {} => return shown(paths),
        Wish::Presence { challenge, origin } => Ask::Presence { challenge, origin },
        Wish::Pause { minutes } => Ask::Pause { minutes },
        Wish::Resume {} => Ask::Resume,
    };
    Ok(ask_agent(paths, ask)?.json)
}

/// What the popup shows: how the agent is, for whom, and its last checks.
fn shown(paths: &Paths) -> Result<Value, Trouble> {
    let status = ask_agent(paths, Ask::Status)?.json;
    let checks = ask_agent(paths, Ask::Why)?.json;
    Ok(json!({
        "state": status["state"],
        "version": status["version"],
        "person": status["enrolled"]["person"],
        "server": status["enrolled"]["server"],
        "checks": checks["checks"],
    }))
}

fn ask_agent(paths: &Paths, ask: Ask) -> Result<Outcome, Trouble> {
    match control::ask(paths, ask) {
        Ok(Some(outcome)) => Ok(outcome),
        Ok(None) => Err(Trouble::NoAgent),
        Err(failure) => Err(trouble(&failure)),
    }
}

fn trouble(failure: &Failure) -> Trouble {
    match failure.exit {
        Exit::NotEnrolled => Trouble::NotEnrolled,
        Exit::Refused => Trouble::Refused,
        _ => Trouble::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_may_ask_for_nothing_but_these_four() {
        let right = [
            json!({"v": 1, "wish": {"ask": "presence", "challenge": "c", "origin": "o"}}),
            json!({"v": 1, "wish": {"ask": "status"}}),
            json!({"v": 1, "wish": {"ask": "pause", "minutes": 15}}),
            json!({"v": 1, "wish": {"ask": "resume"}}),
        ];
        assert!(right.iter().all(|message| wish_in(message).is_ok()));
        for message in [
            json!(null),
            json!({}),
            json!({"v": 2, "wish": {"ask": "status"}}),
            json!({"v": 1, "wish": {"ask": "status", "more": 1}}),
            json!({"v": 1, "wish": {"ask": "status"}, "more": 1}),
            json!({"v": 1, "wish": {"ask": "presence", "challenge": "c"}}),
            json!({"v": 1, "wish": {"ask": "erase"}}),
            json!({"v": 1, "wish": {"ask": "codes"}}),
            json!({"v": 1, "wish": {"ask": "report"}}),
            json!({"v": 1, "wish": {"ask": "pause", "minutes": -1}}),
        ] {
            assert_eq!(wish_in(&message), Err(Trouble::Unknown), "{message}");
        }
    }

    #[test]
    fn without_an_agent_the_extension_is_told_so() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let paths = Paths::under(root.path()).expect("directories");
        let status = json!({"v": 1, "wish": {"ask": "status"}});
        let told = answer(&paths, &status);
        assert_eq!(told, json!({"v": 1, "failed": "no-agent"}));
    }
}
