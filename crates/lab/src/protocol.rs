//! The published protocols: which file, who enrols with what, who attacks.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::ValueEnum;

use crate::{cmu, recording::Person, refusal::Refusal};

/// A protocol by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Protocol {
    /// Transcribed sentences: first 10 enrol, the others test, 25 random impostors each.
    Aalto,
    /// Free text: sessions 0 to 2 enrol, 3 to 5 test, everybody else attacks.
    PaceFree,
    /// Fixed text: sessions 0 and 1 enrol, 2 and 3 test, everybody else attacks.
    PaceFixed,
    /// Any keys: the earliest sessions until 3000 keys or half of them enrol, everybody else attacks.
    Keys,
    /// Pointer: `train_*` enrols, labelled `test_*` sessions test.
    Balabit,
    /// Pointer: windows of 1 to 50 strokes, nothing of the attacking account in anything trained.
    BalabitUnknown,
    /// Pointer: forged paths against everybody's profile.
    PointerAttacks,
    /// Any keys: how many keys until somebody else is found, with a threshold chosen on other people.
    Continuous,
    /// Any keys: forged typing against everybody's profile.
    Attacks,
    /// Keyboard and pointer together, on chimeric people.
    Fusion,
    /// One password (CMU): 200 repetitions enrol, 200 are genuine, the first 5 of everybody else attack.
    Killourhy,
}

const AALTO: &str = "keys_aalto";
const PACE_FREE: &str = "keys_pace_free";
const PACE_FIXED: &str = "keys_pace_fixed";
const BALABIT: &str = "mouse_balabit";
const ENDS: [&str; 2] = [".csv.gz", ".csv"];

impl Protocol {
    pub fn name(self) -> &'static str {
        match self {
            Self::Aalto => "aalto",
            Self::PaceFree => "pace-free",
            Self::PaceFixed => "pace-fixed",
            Self::Keys => "keys",
            Self::Balabit => "balabit",
            Self::BalabitUnknown => "balabit-unknown",
            Self::PointerAttacks => "pointer-attacks",
            Self::Continuous => "continuous",
            Self::Attacks => "attacks",
            Self::Fusion => "fusion",
            Self::Killourhy => "killourhy",
        }
    }

    /// The file of the protocol: in a folder of recordings, or the file named in its place.
    pub fn file(self, dir: &Path) -> anyhow::Result<PathBuf> {
        if dir.is_file() {
            return Ok(dir.to_owned());
        }
        match self {
            Self::Aalto => named(dir, AALTO),
            Self::PaceFree => named(dir, PACE_FREE),
            Self::PaceFixed => named(dir, PACE_FIXED),
            Self::Balabit | Self::BalabitUnknown | Self::PointerAttacks => pointer_file(dir),
            Self::Killourhy => present(dir.join(cmu::FILE)),
            Self::Keys | Self::Continuous | Self::Attacks | Self::Fusion => free_text(dir),
        }
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
            _ => until(person, (person.keys() / 2).min(3000)),
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

/// The recording of keys in a folder that a population is fitted on: the one with the most people, else any.
pub fn background_file(dir: &Path) -> anyhow::Result<PathBuf> {
    if dir.is_file() {
        return Ok(dir.to_owned());
    }
    named(dir, AALTO).or_else(|_| free_text(dir))
}

/// The recordings of pointers in a folder.
pub fn pointer_file(dir: &Path) -> anyhow::Result<PathBuf> {
    if dir.is_file() {
        return Ok(dir.to_owned());
    }
    named(dir, BALABIT)
}

/// The labels beside a recording of pointers.
pub fn labels_file(recording: &Path) -> PathBuf {
    recording.with_file_name(format!("{BALABIT}_labels.csv"))
}

fn named(dir: &Path, stem: &str) -> anyhow::Result<PathBuf> {
    let files = ENDS.map(|end| dir.join(format!("{stem}{end}")));
    let [gzip, _] = &files;
    let found = files.iter().find(|file| file.is_file());
    present(found.unwrap_or(gzip).clone())
}

fn present(file: PathBuf) -> anyhow::Result<PathBuf> {
    if file.is_file() {
        return Ok(file);
    }
    Err(Refusal::unfit(&file, "there is no such recording").into())
}

/// The first file of keys that no other protocol is about, else free text, else any.
fn free_text(dir: &Path) -> anyhow::Result<PathBuf> {
    let mut files: Vec<(u8, PathBuf)> = fs::read_dir(dir)
        .with_context(|| format!("cannot read {}", dir.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter_map(|path| Some((preference(&path)?, path)))
        .collect();
    files.sort();
    let first = files.into_iter().next().map(|(_, path)| path);
    first.ok_or_else(|| Refusal::unfit(dir, "no keys*.csv.gz or keys*.csv in this folder").into())
}

/// None for what is no recording of keys.
fn preference(path: &Path) -> Option<u8> {
    let name = path.file_name()?.to_str()?;
    if !name.starts_with("keys") || !ENDS.iter().any(|end| name.ends_with(end)) {
        return None;
    }
    Some(if name.starts_with(PACE_FIXED) {
        3
    } else if name.starts_with(AALTO) {
        2
    } else {
        u8::from(name.starts_with(PACE_FREE))
    })
}
