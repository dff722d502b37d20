//! `selfsame native-host`: a browser starts it to let its extension speak to the running agent. It reads one message
//! after another from standard input and answers each on standard output, until the browser closes the pipe.
//!
//! It knows nothing and decides nothing but who may speak: the agent looks at this process again for every proof.

mod caller;
mod framing;
mod message;

use std::io::{self, Read, Write};

use serde_json::json;

use crate::{
    config::Paths,
    exit::{Blame, Exit, Failure},
    managed::Managed,
    outcome::Outcome,
};

/// Serves the extension that `arguments`, as the browser gives them, name.
///
/// # Errors
/// When that is none of ours, or what it sends cannot be read.
pub fn run(paths: &Paths, arguments: &[String]) -> Result<Outcome, Failure> {
    let managed = Managed::of_this_computer();
    if !caller::may_speak(arguments, managed.policy.text("Extensions")) {
        return Err(stranger());
    }
    converse(paths, &mut io::stdin().lock(), &mut io::stdout().lock())
        .map_err(|error| unreadable(&error))?;
    Ok(Outcome {
        exit: Exit::Ok,
        lines: Vec::new(),
        json: json!({"ended": true}),
    })
}

fn converse(
    paths: &Paths,
    from: &mut impl Read,
    to: &mut impl Write,
) -> Result<(), framing::Error> {
    while let Some(text) = framing::read(from)? {
        framing::write(to, &message::answer(paths, &text))?;
    }
    Ok(())
}

fn stranger() -> Failure {
    Failure::new(
        Exit::Refused,
        Blame::Command,
        "Only a browser starts this, for an extension that this computer's policy knows.",
        "Name the extension under `Extensions` in the policy, or install Selfsame's own.",
    )
}

fn unreadable(error: &framing::Error) -> Failure {
    Failure::new(
        Exit::Failed,
        Blame::Command,
        format!("What the extension sent cannot be read: {error}."),
        "Update the extension and Selfsame to versions that fit.",
    )
}
