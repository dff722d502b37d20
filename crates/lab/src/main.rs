//! `selfsame-lab`: how well the behaviour model tells people apart, and recordings of people who never lived.

mod arguments;
mod background;
mod chance;
mod cmu;
mod evaluate;
mod findings;
mod generate;
mod import;
mod key_names;
mod labels;
mod model;
mod plot;
mod prior;
mod progress;
mod protocol;
mod rates;
mod recording;
mod refusal;
mod replay;
mod report;
mod seat_change;
mod strokes;
mod trial;
mod windows;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("selfsame-lab: {error:#}");
            refusal::exit_code(&error)
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Evaluate(asked) => {
            println!(
                "{}",
                serde_json::to_string_pretty(&asked.evaluation().run()?)?
            );
            Ok(())
        }
        Command::Import(asked) => asked.import().run(),
        Command::Report { dir } => report::write(&dir),
        Command::Prior => {
            print!("{}", prior::source());
            Ok(())
        }
        Command::Generate { people, seed, out } => generate::write(people, seed, &out),
    }
}
