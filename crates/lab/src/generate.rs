//! Makes recordings of people who never lived: no recording of anybody goes into them.

mod hand;
mod sentences;
mod typist;

use std::{fs::File, io::Write, path::Path};

use anyhow::Context;
use flate2::{Compression, GzBuilder};

use crate::chance::Chance;
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
    let file = File::create(out).with_context(|| format!("cannot write {}", out.display()))?;
    // No time stamp and no name inside: the same seed gives the same bytes.
    let mut csv = GzBuilder::new().write(file, Compression::best());
    writeln!(csv, "user,session,t_ms,kind,code,x,y")?;
    let mut chance = Chance::new(seed);
    for person in 0..people {
        write_person(&mut csv, person, &mut chance.branch())?;
    }
    csv.finish()?;
    Ok(())
}

fn write_person(csv: &mut impl Write, person: u32, chance: &mut Chance) -> anyhow::Result<()> {
    let typist = Typist::born(person, chance);
    let mut hand = Hand::born(person, chance);
    let mut order: Vec<_> = SENTENCES.iter().collect();
    chance.shuffle(&mut order);
    for (session, sentence) in order.into_iter().enumerate() {
        let mut rows = typist.types(sentence, chance);
        let after = rows.last().map_or(0, |row| row.at) + 600;
        rows.extend(hand.moves(STROKES, after, chance));
        for row in rows {
            let (x, y) = row.place.map_or((String::new(), String::new()), |(x, y)| {
                (x.to_string(), y.to_string())
            });
            writeln!(
                csv,
                "generated{person},{session:02},{},{},{},{x},{y}",
                row.at, row.kind, row.code
            )?;
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
