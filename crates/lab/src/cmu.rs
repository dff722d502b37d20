//! The CMU password file as its authors publish it (Killourhy and Maxion, DSN 2009): one line for each repetition of
//! `.tie5Roanl` and Enter, times in seconds.

use std::path::Path;

use crate::{recording::text::Text, refusal::Refusal};

pub const FILE: &str = "DSL-StrongPasswordData.csv";
/// As the columns name them.
const COLUMNS: [&str; KEYS] = [
    "period", "t", "i", "e", "five", "Shift.r", "o", "a", "n", "l", "Return",
];
/// As recordings name them, in the same order; the hold of `Shift.r` is that of the key of the letter.
pub const NAMES: [&str; KEYS] = [
    "period", "t", "i", "e", "5", "r", "o", "a", "n", "l", "enter",
];
pub const KEYS: usize = 11;
/// A time farther from the one before than this is a damaged file.
const LONGEST_S: f64 = 3600.0;

/// When each key went down and up, in microseconds after the first went down.
#[derive(Debug, Clone, Copy)]
pub struct Repetition {
    pub down_up: [(u64, u64); KEYS],
}

pub struct Subject {
    pub label: String,
    /// With the session that each is from.
    pub repetitions: Vec<(u32, Repetition)>,
}

pub struct Passwords {
    pub subjects: Vec<Subject>,
    pub sha256: String,
}

impl Passwords {
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let mut text = Text::open(path)?;
        let mut subjects: Vec<Subject> = Vec::new();
        let header = header();
        while let Some((number, line)) = text.line()? {
            let refuse = |what: String| Refusal::malformed(path, number, what);
            if number == 1 {
                if line != header {
                    return Err(refuse(format!("the header must be {header}")).into());
                }
                continue;
            }
            let fields: Vec<&str> = line.split(',').collect();
            let (session, repetition) = repetition(&fields).map_err(refuse)?;
            if subjects
                .last()
                .is_none_or(|subject| subject.label != fields[0])
            {
                subjects.push(Subject {
                    label: fields[0].to_owned(),
                    repetitions: Vec::new(),
                });
            }
            let last = subjects.len() - 1;
            subjects[last].repetitions.push((session, repetition));
        }
        Ok(Self {
            subjects,
            sha256: text.sha256()?,
        })
    }
}

/// `subject,sessionIndex,rep,H.period,DD.period.t,UD.period.t,H.t,…,H.Return`.
pub fn header() -> String {
    let mut header = "subject,sessionIndex,rep".to_owned();
    for (index, key) in COLUMNS.iter().enumerate() {
        header += &format!(",H.{key}");
        if let Some(next) = COLUMNS.get(index + 1) {
            header += &format!(",DD.{key}.{next},UD.{key}.{next}");
        }
    }
    header
}

fn repetition(fields: &[&str]) -> Result<(u32, Repetition), String> {
    let expected = 3 + 3 * KEYS - 2;
    if fields.len() != expected {
        return Err(format!("{} fields in place of {expected}", fields.len()));
    }
    let session = fields[1]
        .parse()
        .map_err(|error| format!("sessionIndex {:?}: {error}", fields[1]))?;
    let (mut down, mut down_up) = (0.0, [(0, 0); KEYS]);
    for (key, times) in down_up.iter_mut().enumerate() {
        let at = 3 + 3 * key;
        let hold = seconds(fields[at])?;
        if hold < 0.0 || down < 0.0 {
            return Err(format!("key {} comes up before it goes down", NAMES[key]));
        }
        *times = (micros(down), micros(down + hold));
        down += fields.get(at + 1).map_or(Ok(0.0), |field| seconds(field))?;
    }
    Ok((session, Repetition { down_up }))
}

fn seconds(field: &str) -> Result<f64, String> {
    let value: f64 = field
        .parse()
        .map_err(|error| format!("{field:?} is not a number of seconds: {error}"))?;
    if value.abs() <= LONGEST_S {
        Ok(value)
    } else {
        Err(format!("{field} seconds are not a time between keys"))
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked to lie within hours, and positive
fn micros(seconds: f64) -> u64 {
    (seconds * 1e6).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_has_the_34_columns_of_the_published_file() {
        let header = header();
        assert_eq!(header.split(',').count(), 34);
        assert!(
            header.starts_with("subject,sessionIndex,rep,H.period,DD.period.t,UD.period.t,H.t")
        );
        assert!(header.ends_with("DD.l.Return,UD.l.Return,H.Return"));
    }

    #[test]
    fn keys_go_down_one_interval_after_another() {
        let mut line = vec!["s002", "1", "1"];
        (0..10).for_each(|_| line.extend(["0.1", "0.25", "0.15"]));
        line.push("0.1");
        let (_, repetition) = repetition(&line).expect("well formed");
        assert_eq!(repetition.down_up[2], (500_000, 600_000));
        line[3] = "-0.1";
        assert!(super::repetition(&line).is_err());
        line[3] = "NaN";
        assert!(super::repetition(&line).is_err());
    }
}
