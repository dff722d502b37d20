//! The commands' end of the control channel.

use std::io;

use super::{Answer, Ask, imp};
use crate::{config::Paths, exit::Failure, outcome::Outcome};

/// Asks the running agent; `None` when there is none.
///
/// # Errors
/// What the agent says, or that it does not answer.
pub fn ask(paths: &Paths, ask: Ask) -> Result<Option<Outcome>, Failure> {
    match exchange(paths, ask) {
        Ok(None) => Ok(None),
        Ok(Some(Answer::Done(outcome))) => Ok(Some(outcome)),
        Ok(Some(Answer::Failed(failure))) => Err(failure),
        Err(error) => Err(Failure::local(
            format!("The running agent does not answer: {error}."),
            "End it and start it again with `selfsame run`.",
        )),
    }
}

fn exchange(paths: &Paths, ask: Ask) -> io::Result<Option<Answer>> {
    let mut line = serde_json::to_string(&ask)?;
    line.push('\n');
    let Some(answer) = imp::exchange(paths, &line)? else {
        return Ok(None);
    };
    Ok(Some(serde_json::from_str(&answer)?))
}
