//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::{
    evaluate::Evaluation,
    import::{Collection, Import},
    protocol::Protocol,
    refusal::EXIT_CODES,
};

#[derive(Parser)]
#[command(
    version,
    about = "Accuracy of the behaviour model on recordings, and generated recordings",
    after_help = EXIT_CODES
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Run a published protocol on recordings; findings go to standard output, progress to standard error.
    #[command(after_help = EXIT_CODES)]
    Evaluate(Evaluate),
    /// Turn a collection, as its authors publish it, into a recording.
    #[command(after_help = EXIT_CODES)]
    Import(ImportOf),
    /// Write `README.md` and `index.html` about the findings in a folder: `NAME.json`, with its plots in the folder `NAME`.
    #[command(after_help = EXIT_CODES)]
    Report {
        /// The folder.
        dir: PathBuf,
    },
    /// Work out of published summaries what the shipped model believes of people in general, as its source file.
    Prior,
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

#[derive(Args)]
pub struct Evaluate {
    /// Which protocol.
    #[arg(long)]
    protocol: Protocol,
    /// The folder of the recordings, or the one recording to take.
    dir: PathBuf,
    /// A folder of recordings of other people to fit a population on; people who are tried never take part in it.
    #[arg(long)]
    background: Option<PathBuf>,
    /// A folder to draw plots into, as SVG.
    #[arg(long)]
    plots: Option<PathBuf>,
    /// Enrol with at least this many keys in place of the protocol's own number.
    #[arg(long)]
    enrol_keys: Option<usize>,
    /// At most this many people, drawn at random.
    #[arg(long)]
    people: Option<usize>,
    /// Try the people who would come after those of the protocol. Choose between models with these and never with
    /// those who are reported; neither are in a background.
    #[arg(long)]
    validation: bool,
    /// Seed of every random draw.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print JSON, one object for each length of window (the only form there is).
    #[arg(long)]
    json: bool,
}

impl Evaluate {
    pub fn evaluation(self) -> Evaluation {
        Evaluation {
            protocol: self.protocol,
            dir: self.dir,
            background: self.background,
            plots: self.plots,
            enrol_keys: self.enrol_keys,
            people: self.people,
            validation: self.validation,
            seed: self.seed,
        }
    }
}

#[derive(Args)]
pub struct ImportOf {
    /// Which collection.
    collection: Collection,
    /// The folder, or the one file, that its authors publish.
    from: PathBuf,
    /// The folder to write the recordings into; those already there are replaced.
    #[arg(long)]
    out: PathBuf,
    /// At most this many people, the first ones (aalto only).
    #[arg(long)]
    people: Option<usize>,
}

impl ImportOf {
    pub fn import(self) -> Import {
        Import {
            collection: self.collection,
            from: self.from,
            out: self.out,
            people: self.people,
        }
    }
}
