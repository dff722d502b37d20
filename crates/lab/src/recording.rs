//! Reads recordings: gzip CSV with the header `user,session,t_ms,kind,code,x,y`, sorted by user, session, time.

use std::{
    collections::HashMap,
    fs,
    io::{BufRead, BufReader},
    path::Path,
};

use anyhow::{Context, bail, ensure};
use flate2::read::MultiGzDecoder;
use selfsame_behaviour::{KeyClass, class_of};
use sha2::{Digest, Sha256};

use crate::key_names::usage_of;

const HEADER: &str = "user,session,t_ms,kind,code,x,y";
/// Outside the recorded screen.
const OFF_SCREEN: i32 = 65535;

/// One row, without the key's name: `key` only tells one held key from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    KeyDown { key: u16, class: KeyClass },
    KeyUp { key: u16 },
    Moved { x: i32, y: i32 },
    ButtonDown,
    ButtonUp,
    Wheel { steps: i8 },
}

pub struct Session {
    pub label: String,
    /// Milliseconds since the session's first event.
    pub rows: Vec<(u32, Input)>,
}

impl Session {
    pub fn keys(&self) -> usize {
        self.rows
            .iter()
            .filter(|(_, input)| matches!(input, Input::KeyDown { .. }))
            .count()
    }
}

pub struct Person {
    pub label: String,
    pub sessions: Vec<Session>,
}

pub struct Recording {
    pub people: Vec<Person>,
    /// Of the file as it lies on disk, in hexadecimal.
    pub sha256: String,
}

impl Recording {
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let sha256 = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let lines = BufReader::new(MultiGzDecoder::new(bytes.as_slice())).lines();
        let people = parse(lines).with_context(|| format!("in {}", path.display()))?;
        Ok(Self { people, sha256 })
    }
}

fn parse(mut lines: impl Iterator<Item = std::io::Result<String>>) -> anyhow::Result<Vec<Person>> {
    let header = lines.next().context("the file is empty")??;
    ensure!(header.trim_end() == HEADER, "the header is not {HEADER}");
    let mut people: Vec<Person> = Vec::new();
    let mut names = KeyNumbers::default();
    for (index, line) in lines.enumerate() {
        let line = line?;
        let fields: Vec<&str> = line.trim_end().split(',').collect();
        let row = read_row(&fields, &mut names).with_context(|| format!("line {}", index + 2))?;
        let session = session_of(&mut people, fields[0], fields[1]);
        session.rows.extend(row);
    }
    Ok(people)
}

fn session_of<'a>(people: &'a mut Vec<Person>, user: &str, label: &str) -> &'a mut Session {
    if people.last().is_none_or(|person| person.label != user) {
        people.push(Person {
            label: user.to_owned(),
            sessions: Vec::new(),
        });
    }
    let at = people.len() - 1;
    let sessions = &mut people[at].sessions;
    if sessions.last().is_none_or(|session| session.label != label) {
        sessions.push(Session {
            label: label.to_owned(),
            rows: Vec::new(),
        });
    }
    let at = sessions.len() - 1;
    &mut sessions[at]
}

fn read_row(fields: &[&str], names: &mut KeyNumbers) -> anyhow::Result<Option<(u32, Input)>> {
    let [_, _, t_ms, kind, code, x, y] = fields else {
        bail!("{} fields in place of 7", fields.len())
    };
    let at = t_ms.parse().context("t_ms")?;
    let input = match *kind {
        "kd" => Input::KeyDown {
            key: names.number(code),
            class: class_of(usage_of(code)),
        },
        "ku" => Input::KeyUp {
            key: names.number(code),
        },
        "mm" => {
            let (x, y) = (x.parse().context("x")?, y.parse().context("y")?);
            if x == OFF_SCREEN || y == OFF_SCREEN {
                return Ok(None);
            }
            Input::Moved { x, y }
        }
        "md" => Input::ButtonDown,
        "mu" => Input::ButtonUp,
        "wheel" => Input::Wheel {
            steps: if *code == "up" { -1 } else { 1 },
        },
        other => bail!("unknown kind {other:?}"),
    };
    Ok(Some((at, input)))
}

#[derive(Default)]
struct KeyNumbers(HashMap<String, u16>);

impl KeyNumbers {
    fn number(&mut self, name: &str) -> u16 {
        if let Some(number) = self.0.get(name) {
            return *number;
        }
        let number = u16::try_from(self.0.len()).unwrap_or(u16::MAX);
        self.0.insert(name.to_owned(), number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> anyhow::Result<Vec<Person>> {
        parse(text.lines().map(|line| Ok(line.to_owned())))
    }

    #[test]
    fn rows_are_grouped_by_person_and_session() {
        let people = parsed(&format!(
            "{HEADER}\na,0,0,kd,e,,\na,0,80,ku,e,,\na,1,0,mm,,5,6\nb,0,0,md,left,1,1\n"
        ))
        .expect("well formed");
        assert_eq!(
            (
                people.len(),
                people[0].sessions.len(),
                people[0].sessions[0].rows.len()
            ),
            (2, 2, 2)
        );
    }

    #[test]
    fn rows_outside_the_screen_are_skipped() {
        let people = parsed(&format!("{HEADER}\na,0,0,mm,,65535,6\n")).expect("well formed");
        assert!(people[0].sessions[0].rows.is_empty());
    }

    #[test]
    fn another_header_or_kind_is_refused() {
        assert!(parsed("x,y\n").is_err());
        assert!(parsed(&format!("{HEADER}\na,0,0,zz,e,,\n")).is_err());
    }
}
