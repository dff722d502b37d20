//! The CMU passwords: eight sessions of fifty repetitions, two seconds apart.

use std::path::Path;

use super::presses::{self, Press};
use crate::{
    cmu::{FILE, NAMES, Passwords},
    recording::writer::Writer,
};

const APART_US: u64 = 2_000_000;

pub fn import(from: &Path, out: &Path) -> anyhow::Result<()> {
    let file = if from.is_dir() {
        from.join(FILE)
    } else {
        from.to_owned()
    };
    let passwords = Passwords::read(&file)?;
    let mut writer = Writer::create(&out.join("keys_cmu.csv.gz"))?;
    for subject in &passwords.subjects {
        for session in subject.repetitions.chunk_by(|a, b| a.0 == b.0) {
            let (mut at, mut typed) = (0, Vec::new());
            for (_, repetition) in session {
                let keys = repetition.down_up.iter().zip(NAMES);
                typed.extend(keys.map(|((down, up), name)| Press {
                    key: name.to_owned(),
                    down: (at + down) / 1000,
                    up: (at + up) / 1000,
                }));
                let end = repetition.down_up.iter().map(|(_, up)| *up).max();
                at += end.unwrap_or(0) + APART_US;
            }
            presses::write(
                &mut writer,
                &subject.label,
                &session[0].0.to_string(),
                &typed,
            )?;
        }
    }
    writer.finish()
}
