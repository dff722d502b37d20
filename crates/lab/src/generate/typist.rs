//! A person's typing: drawn once at birth, then the same in every session but for its noise.

use selfsame_behaviour::{KeyClass, class_of};

use super::Row;
use crate::{chance::Chance, key_names::usage_of};

/// All times in ln(ms). The spreads are those that Dhakal et al. (CHI 2018) report between people.
pub struct Typist {
    hold: f64,
    class_hold: [f64; KeyClass::COUNT],
    interval: f64,
    pair_interval: Vec<[f64; KeyClass::COUNT]>,
    noise: f64,
}

struct Press {
    name: &'static str,
    down: f64,
    up: f64,
}

impl Typist {
    /// Every second person holds keys longer and types slower, so that two of them are not alike by chance.
    pub fn born(person: u32, chance: &mut Chance) -> Self {
        let side = if person.is_multiple_of(2) { -1.0 } else { 1.0 };
        Self {
            hold: 4.65 + 0.2 * side + 0.08 * chance.normal(),
            class_hold: std::array::from_fn(|_| 0.12 * chance.normal()),
            interval: 5.15 + 0.2 * side + 0.1 * chance.normal(),
            pair_interval: (0..KeyClass::COUNT)
                .map(|_| std::array::from_fn(|_| 0.2 * chance.normal()))
                .collect(),
            noise: 0.25 + 0.05 * chance.unit(),
        }
    }

    /// The rows of one sentence, in the order of their times.
    pub fn types(&self, sentence: &str, chance: &mut Chance) -> Vec<Row> {
        let mut presses: Vec<Press> = Vec::new();
        let mut last = None;
        let mood = 0.04 * chance.normal();
        for letter in sentence.chars() {
            let shifted = letter.is_ascii_uppercase();
            let name = name_of(letter);
            if shifted {
                self.press("shift", mood, &mut last, &mut presses, chance);
            }
            self.press(name, mood, &mut last, &mut presses, chance);
            if let ([.., shift, key], true) = (presses.as_mut_slice(), shifted) {
                shift.up = shift.up.max(key.down + 40.0);
            }
        }
        rows(&presses)
    }

    fn press(
        &self,
        name: &'static str,
        mood: f64,
        last: &mut Option<KeyClass>,
        presses: &mut Vec<Press>,
        chance: &mut Chance,
    ) {
        let class = class_of(usage_of(name));
        let mut down = match (*last, presses.last()) {
            (Some(before), Some(press)) => {
                let usual = self.interval + self.pair_interval[before.index()][class.index()];
                press.down
                    + (usual + mood + self.noise * chance.normal()).exp()
                    + hesitation(chance)
            }
            _ => 0.0,
        };
        if let Some(held) = presses
            .iter()
            .rev()
            .take(4)
            .find(|press| press.name == name)
        {
            down = down.max(held.up + 15.0); // the finger must leave the key first
        }
        let hold =
            self.hold + self.class_hold[class.index()] + mood + 0.8 * self.noise * chance.normal();
        presses.push(Press {
            name,
            down,
            up: down + hold.exp().max(25.0),
        });
        *last = Some(class);
    }
}

/// Now and then a person thinks.
fn hesitation(chance: &mut Chance) -> f64 {
    if chance.unit() < 0.04 {
        200.0 + 500.0 * chance.unit()
    } else {
        0.0
    }
}

fn name_of(letter: char) -> &'static str {
    const LETTERS: [&str; 26] = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r",
        "s", "t", "u", "v", "w", "x", "y", "z",
    ];
    match letter.to_ascii_lowercase() {
        small @ 'a'..='z' => LETTERS[usize::from(small as u8 - b'a')],
        ' ' => "space",
        '.' => "period",
        ',' => "comma",
        '\'' => "quote",
        _ => "other",
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a sentence lasts seconds
fn rows(presses: &[Press]) -> Vec<Row> {
    let row = |at: f64, kind, name: &str| Row {
        at: at.round() as u64,
        kind,
        code: name.to_owned(),
        place: None,
    };
    let mut rows: Vec<Row> = presses
        .iter()
        .flat_map(|press| {
            [
                row(press.down, "kd", press.name),
                row(press.up, "ku", press.name),
            ]
        })
        .collect();
    rows.sort_by_key(|row| row.at);
    rows
}
