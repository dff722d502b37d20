//! `selfsame export`: everything that is stored here, for its owner alone.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::{enrol::open_vault, load};
use crate::{
    cli::Export,
    clock,
    config::Paths,
    control::{self, Ask},
    durable,
    engine::Engine,
    exit::Failure,
    export::Export as Contents,
    outcome::Outcome,
    owner, traces,
};

/// Writes what is stored, as JSON and in plain words, into two files that only the person may read.
///
/// # Errors
/// When the person does not show the system who they are, or something cannot be read or written.
pub fn export(paths: &Paths, flags: &Export) -> Result<Outcome, Failure> {
    owner::confirm()?;
    // What a running agent has learnt since it last saved belongs in it.
    control::ask(paths, Ask::Save)?;
    let stored = Engine::stored(&open_vault(paths)?, paths).map_err(|error| {
        Failure::local(
            format!("The profile cannot be read: {error}."),
            "Start the agent: it sets an unreadable profile aside and says so in `selfsame status`.",
        )
    })?;
    let files = traces::all(paths).map_err(|error| {
        Failure::local(
            format!("The folders of Selfsame cannot be read: {error}."),
            "Check who owns them.",
        )
    })?;
    let contents = Contents::new(load(paths)?, stored, files);
    let base = flags
        .to
        .clone()
        .unwrap_or_else(|| PathBuf::from(format!("selfsame-export-{}", clock::wall().0 / 1000)));
    let (machine, people) = (base.with_extension("json"), base.with_extension("txt"));
    write(&machine, &format!("{:#}\n", contents.json()))?;
    write(&people, &contents.text())?;
    Ok(Outcome {
        exit: crate::exit::Exit::Ok,
        lines: vec![
            format!(
                "Everything that is stored was written to {} and, in plain words, to {}.",
                machine.display(),
                people.display()
            ),
            "Only you can read these files. Delete them when you have: they say how you type."
                .to_owned(),
        ],
        json: json!({"json": machine, "text": people}),
    })
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    durable::replace(path, text.as_bytes()).map_err(|error| {
        Failure::local(
            format!("{} could not be written: {error}.", path.display()),
            "Name another place with --to.",
        )
    })
}
