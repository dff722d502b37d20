//! The commands' end of the control socket.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    os::unix::net::UnixStream,
    time::Duration,
};

use super::{Answer, Ask, LINE_BYTES};
use crate::{config::Paths, exit::Failure, outcome::Outcome};

/// How long the agent may take; an erase waits for the server.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// Asks the running agent; `None` when there is none.
///
/// # Errors
/// What the agent says, or that it does not answer.
pub fn ask(paths: &Paths, ask: Ask) -> Result<Option<Outcome>, Failure> {
    let Ok(stream) = UnixStream::connect(paths.control_socket()) else {
        return Ok(None);
    };
    match exchange(&stream, ask) {
        Ok(Answer::Done(outcome)) => Ok(Some(outcome)),
        Ok(Answer::Failed(failure)) => Err(failure),
        Err(error) => Err(Failure::local(
            format!("The running agent does not answer: {error}."),
            "End it and start it again with `selfsame run`.",
        )),
    }
}

fn exchange(mut stream: &UnixStream, ask: Ask) -> io::Result<Answer> {
    stream.set_read_timeout(Some(ANSWER_WITHIN))?;
    stream.set_write_timeout(Some(ANSWER_WITHIN))?;
    let mut line = serde_json::to_string(&ask)?;
    line.push('\n');
    stream.write_all(line.as_bytes())?;
    let mut answer = String::new();
    BufReader::new(stream.take(LINE_BYTES)).read_line(&mut answer)?;
    Ok(serde_json::from_str(&answer)?)
}
