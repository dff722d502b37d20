//! The commands, one file for each that does more than ask the running agent.

mod doctor;
mod enrol;
mod erase;
mod export;

use serde_json::json;

use crate::{
    DEMO, VERSION,
    cli::PauseLength,
    config::Paths,
    control::{self, Ask},
    enrolment::Record,
    exit::{Exit, Failure},
    outcome::Outcome,
};

pub use crate::{native_host::run as native_host, run::run};
pub use doctor::doctor;
pub use enrol::enrol;
pub use erase::erase;
pub use export::export;

/// How the agent is; when it does not run, what can be read without it.
///
/// # Errors
/// When the enrolment cannot be read or the agent does not answer.
pub fn status(paths: &Paths) -> Result<Outcome, Failure> {
    match control::ask(paths, Ask::Status)? {
        Some(outcome) => Ok(outcome),
        None => at_rest(paths),
    }
}

/// Stops recording.
///
/// # Errors
/// When the agent does not run.
pub fn pause(paths: &Paths, until: PauseLength) -> Result<Outcome, Failure> {
    running(
        paths,
        Ask::Pause {
            minutes: until.minutes(),
        },
    )
}

/// Records again.
///
/// # Errors
/// When the agent does not run.
pub fn resume(paths: &Paths) -> Result<Outcome, Failure> {
    running(paths, Ask::Resume)
}

/// The last checks.
///
/// # Errors
/// When the agent does not run.
pub fn why(paths: &Paths) -> Result<Outcome, Failure> {
    running(paths, Ask::Why)
}

/// The codes to be typed at gateways now.
///
/// # Errors
/// When the agent does not run.
pub fn code(paths: &Paths) -> Result<Outcome, Failure> {
    running(paths, Ask::Codes)
}

/// Writes a problem report.
///
/// # Errors
/// When the agent does not run or the report cannot be written.
pub fn report(paths: &Paths) -> Result<Outcome, Failure> {
    running(paths, Ask::Report)
}

fn running(paths: &Paths, ask: Ask) -> Result<Outcome, Failure> {
    control::ask(paths, ask)?.ok_or_else(Failure::not_running)
}

fn at_rest(paths: &Paths) -> Result<Outcome, Failure> {
    let record = load(paths)?;
    let failure = match record {
        Some(_) => Failure::not_running(),
        None => Failure::not_enrolled(),
    };
    let enrolled = record.map(|record| {
        json!({"server": record.server, "person": record.person, "device": record.device,
            "key_storage": record.key_storage, "enrolled_at": record.enrolled_at})
    });
    let lines = vec![failure.what.clone(), failure.to_do.clone()];
    let exit = failure.exit;
    let problems = [failure, Failure::not_running()];
    let shown = if exit == Exit::Degraded {
        &problems[..1]
    } else {
        &problems[..]
    };
    let json = json!({"running": false, "version": VERSION, "demo": DEMO, "enrolled": enrolled,
        "problems": shown});
    Ok(Outcome { exit, lines, json })
}

fn load(paths: &Paths) -> Result<Option<Record>, Failure> {
    Record::load(paths).map_err(|error| {
        Failure::local(
            format!("The enrolment cannot be used: {error}."),
            "Enrol again with `selfsame enrol --replace`.",
        )
    })
}

/// A runtime for one command.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::local(
                format!("The system refused what a program needs to run: {error}."),
                "Close some programs and try again.",
            )
        })
}
