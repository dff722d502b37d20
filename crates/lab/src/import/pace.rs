//! The Pace collection as kept with pohmm-keystroke: `user,session,keyname,timepress,timerelease`, one line for each
//! key.

use std::path::Path;

use super::{
    key_codes::of_pace_name,
    presses::{self, Press},
};
use crate::{
    recording::{text::Text, writer::Writer},
    refusal::Refusal,
};

const HEADER: &str = "user,session,keyname,timepress,timerelease";
/// Published file, recording, and how its users are called in it.
const FILES: [(&str, &str, &str); 2] = [
    ("free_text.csv", "keys_pace_free.csv.gz", "pacefree"),
    ("fixed_text.csv", "keys_pace_fixed.csv.gz", "pacefixed"),
];

/// Imports those of both files that are there.
pub fn import(from: &Path, out: &Path) -> anyhow::Result<()> {
    let there = FILES.iter().filter(|(file, ..)| from.join(file).is_file());
    let mut none = true;
    for (file, recording, prefix) in there {
        none = false;
        one(&from.join(file), &out.join(recording), prefix)?;
    }
    if none {
        return Err(
            Refusal::unfit(from, "neither free_text.csv nor fixed_text.csv is here").into(),
        );
    }
    Ok(())
}

fn one(from: &Path, to: &Path, prefix: &str) -> anyhow::Result<()> {
    let mut text = Text::open(from)?;
    let mut writer = Writer::create(to)?;
    let (mut of, mut presses) = ((String::new(), String::new()), Vec::new());
    while let Some((number, line)) = text.line()? {
        let refuse = |what: String| Refusal::malformed(from, number, what);
        if number == 1 {
            if line != HEADER {
                return Err(refuse(format!("the header must be {HEADER}")).into());
            }
            continue;
        }
        let fields: Vec<&str> = line.split(',').collect();
        let [user, session, key, down, up] = fields[..] else {
            return Err(refuse(format!("{} fields in place of 5", fields.len())).into());
        };
        if (user, session) != (of.0.as_str(), of.1.as_str()) {
            presses::write(&mut writer, &user_label(prefix, &of.0), &of.1, &presses)?;
            presses.clear();
            of = (user.to_owned(), session.to_owned());
        }
        let (down, up) = (time(down).map_err(refuse)?, time(up).map_err(refuse)?);
        let key = of_pace_name(key).to_owned();
        presses.extend((up >= down).then_some(Press { key, down, up }));
    }
    presses::write(&mut writer, &user_label(prefix, &of.0), &of.1, &presses)?;
    writer.finish()
}

fn user_label(prefix: &str, user: &str) -> String {
    format!("{prefix}{user:0>2}")
}

/// Whole milliseconds, written with or without decimals.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked to be positive and no larger than hours
fn time(text: &str) -> Result<u64, String> {
    const LONGEST_MS: f64 = 1e13;
    let value: f64 = text
        .parse()
        .map_err(|error| format!("{text:?} is not a time in milliseconds: {error}"))?;
    if (0.0..=LONGEST_MS).contains(&value) {
        Ok(value.round() as u64)
    } else {
        Err(format!("{text} is not a time in milliseconds"))
    }
}
