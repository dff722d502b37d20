//! Makes recordings of people who never lived: no recording of anybody goes into them.

mod hand;
mod sentences;
mod typist;

use std::path::Path;

use crate::{
    chance::Chance,
    recording::writer::{self, Writer},
};
use hand::Hand;
use sentences::SENTENCES;
use typist::Typist;

/// Pointer strokes after each sentence.
const STROKES: usize = 4;

/// One row of a recording, at a time in milliseconds since the session began.
pub struct Row {
    pub at: u64,
    pub kind: &'static str,
    pub code: String,
    pub place: Option<(i32, i32)>,
}

/// Writes a recording of so many people; each types every sentence once, one to a session, in an order of their own.
pub fn write(people: u32, seed: u64, out: &Path) -> anyhow::Result<()> {
    let mut writer = Writer::create(out)?;
    let mut chance = Chance::new(seed);
    for person in 0..people {
        write_person(&mut writer, person, &mut chance.branch())?;
    }
    writer.finish()
}

fn write_person(writer: &mut Writer, person: u32, chance: &mut Chance) -> anyhow::Result<()> {
    let typist = Typist::born(person, chance);
    let mut hand = Hand::born(person, chance);
    let mut order: Vec<_> = SENTENCES.iter().collect();
    chance.shuffle(&mut order);
    for (session, sentence) in order.into_iter().enumerate() {
        let mut rows = typist.types(sentence, chance);
        let after = rows.last().map_or(0, |row| row.at) + 600;
        rows.extend(hand.moves(STROKES, after, chance));
        for Row {
            at,
            kind,
            code,
            place,
        } in rows
        {
            let (user, session) = (format!("generated{person}"), format!("{session:02}"));
            let row = writer::Row {
                t_ms: at,
                kind,
                code: &code,
                place,
            };
            writer.row(&user, &session, &row)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Recording;

    #[test]
    fn a_generated_recording_is_a_recording_and_the_same_every_time() {
        let path = |name: &str| {
            std::env::temp_dir().join(format!("selfsame-lab-{}-{name}.csv.gz", std::process::id()))
        };
        let (first, second) = (path("first"), path("second"));
        write(2, 7, &first).expect("written");
        write(2, 7, &second).expect("written");
        let recording = Recording::read(&first).expect("well formed");
        assert_eq!(
            recording.sha256,
            Recording::read(&second).expect("well formed").sha256
        );
        assert_eq!(recording.people.len(), 2);
        for person in &recording.people {
            assert!(
                person
                    .sessions
                    .iter()
                    .map(crate::recording::Session::keys)
                    .sum::<usize>()
                    >= 2200
            );
        }
        [first, second]
            .iter()
            .for_each(|path| std::fs::remove_file(path).expect("was there"));
    }
}
