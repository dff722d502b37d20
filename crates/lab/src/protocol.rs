//! The published protocols: which file, who enrols with what, who attacks.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::ValueEnum;

use crate::recording::Person;

/// A protocol by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Protocol {
    /// Transcribed sentences: first 10 enrol, the others test, 25 random impostors each.
    Aalto,
    /// Free text: sessions 0 to 2 enrol, 3 to 5 test, everybody else attacks.
    PaceFree,
    /// Fixed text: sessions 0 and 1 enrol, 2 and 3 test, everybody else attacks.
    PaceFixed,
    /// Any other keys: the earliest sessions until 3000 keys or half of them enrol.
    Keys,
    /// Pointer: `train_*` enrols, labelled `test_*` sessions test.
    Balabit,
}

impl Protocol {
    pub fn name(self) -> &'static str {
        match self {
            Self::Aalto => "aalto",
            Self::PaceFree => "pace-free",
            Self::PaceFixed => "pace-fixed",
            Self::Keys => "keys",
            Self::Balabit => "balabit",
        }
    }

    /// The file of the protocol in a folder of recordings.
    pub fn file(self, dir: &Path) -> anyhow::Result<PathBuf> {
        Ok(match self {
            Self::Aalto => dir.join("keys_aalto.csv.gz"),
            Self::PaceFree => dir.join("keys_pace_free.csv.gz"),
            Self::PaceFixed => dir.join("keys_pace_fixed.csv.gz"),
            Self::Balabit => dir.join("mouse_balabit.csv.gz"),
            Self::Keys => own_file(dir)?,
        })
    }

    /// At most so many impostors for each person.
    pub fn impostors(self) -> usize {
        if self == Self::Aalto { 25 } else { usize::MAX }
    }

    /// At most so many people.
    pub fn people(self) -> usize {
        if self == Self::Aalto { 300 } else { usize::MAX }
    }

    /// How many of a person's sessions enrol.
    pub fn enrolling(self, person: &Person) -> usize {
        match self {
            Self::Aalto => 10,
            Self::PaceFree => 3,
            Self::PaceFixed => 2,
            Self::Keys | Self::Balabit => until(person, (keys_of(person) / 2).min(3000)),
        }
    }
}

/// How many sessions it takes to reach so many keys.
pub fn until(person: &Person, keys: usize) -> usize {
    let mut sum = 0;
    let reached = person.sessions.iter().position(|session| {
        sum += session.keys();
        sum >= keys
    });
    reached.map_or(person.sessions.len(), |index| index + 1)
}

fn keys_of(person: &Person) -> usize {
    person
        .sessions
        .iter()
        .map(crate::recording::Session::keys)
        .sum()
}

/// The first file of keys that belongs to no other protocol.
fn own_file(dir: &Path) -> anyhow::Result<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir)
        .with_context(|| format!("cannot read {}", dir.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(".csv.gz"))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("keys") && !name.contains("aalto") && !name.contains("pace")
        })
        .collect();
    files.sort();
    files
        .into_iter()
        .next()
        .with_context(|| format!("no keys*.csv.gz of its own in {}", dir.display()))
}
