//! `selfsame-lab`: how well the behaviour model tells people apart, and recordings of people who never lived.

mod chance;
mod evaluate;
mod generate;
mod handover;
mod key_names;
mod metrics;
mod pointer_trial;
mod protocol;
mod recording;
mod replay;
mod report;
mod typing_trial;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::{evaluate::Evaluation, protocol::Protocol};

#[derive(Parser)]
#[command(
    version,
    about = "Accuracy of the behaviour model on recordings, and generated recordings"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a published protocol on recordings; the report goes to standard output.
    Evaluate {
        /// Which protocol.
        #[arg(long)]
        protocol: Protocol,
        /// The folder of the recordings.
        dir: PathBuf,
        /// A folder to draw a population model from. The shipped population is set by hand, so that this is only
        /// noted in the report.
        #[arg(long)]
        background: Option<PathBuf>,
        /// Enrol with at least this many keys in place of the protocol's own number.
        #[arg(long)]
        enrol_keys: Option<usize>,
        /// At most this many people, drawn at random.
        #[arg(long)]
        people: Option<usize>,
        /// Seed of every random draw.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Print JSON (the only form there is).
        #[arg(long)]
        json: bool,
    },
    /// Make a recording of people who never lived, in the format of the recordings.
    Generate {
        /// How many people.
        #[arg(long, default_value_t = 2)]
        people: u32,
        /// Seed of every random draw.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Where to write it (`.csv.gz`).
        #[arg(long)]
        out: PathBuf,
    },
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Evaluate {
            protocol,
            dir,
            background,
            enrol_keys,
            people,
            seed,
            json: _,
        } => {
            let evaluation = Evaluation {
                protocol,
                dir,
                background,
                enrol_keys,
                people,
                seed,
            };
            println!("{}", serde_json::to_string_pretty(&evaluation.run()?)?);
            Ok(())
        }
        Command::Generate { people, seed, out } => generate::write(people, seed, &out),
    }
}
