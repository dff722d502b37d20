//! Collections as their authors publish them, into the format of the recordings.

mod aalto;
mod balabit;
mod cmu;
mod key_codes;
mod pace;
mod presses;

use std::path::{Path, PathBuf};

use clap::ValueEnum;

/// A published collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Collection {
    /// Aalto "136 million keystrokes" (Dhakal et al. 2018): a folder of `*_keystrokes.txt`.
    Aalto,
    /// Pace University's free and fixed text, as in pohmm-keystroke (Monaco and Tappert 2016): a folder with
    /// `free_text.csv` and `fixed_text.csv`.
    Pace,
    /// Balabit Mouse Dynamics Challenge (2016): a folder with `training_files`, `test_files`, `public_labels.csv`.
    Balabit,
    /// CMU passwords (Killourhy and Maxion 2009): `DSL-StrongPasswordData.csv`, or the folder that it lies in.
    Cmu,
}

/// What was asked for on the command line.
pub struct Import {
    pub collection: Collection,
    pub from: PathBuf,
    pub out: PathBuf,
    pub people: Option<usize>,
}

impl Import {
    pub fn run(&self) -> anyhow::Result<()> {
        let (from, out): (&Path, &Path) = (&self.from, &self.out);
        match self.collection {
            Collection::Aalto => aalto::import(from, out, self.people.unwrap_or(usize::MAX)),
            Collection::Pace => pace::import(from, out),
            Collection::Balabit => balabit::import(from, out),
            Collection::Cmu => cmu::import(from, out),
        }
    }
}
