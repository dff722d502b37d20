//! One row of a recording, from text to what happened.

use std::collections::HashMap;

use selfsame_behaviour::{KeyClass, class_of};

use crate::key_names::usage_of;

/// Outside the recorded screen.
const OFF_SCREEN: i32 = 65535;
const COLUMNS: usize = 7;

/// What happened, without the key's name: `key` only tells one held key from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    KeyDown { key: u16, class: KeyClass },
    KeyUp { key: u16 },
    Moved { x: i32, y: i32 },
    ButtonDown,
    ButtonUp,
    Wheel { steps: i8 },
}

/// The fields of a line.
pub struct Fields<'a> {
    pub user: &'a str,
    pub session: &'a str,
    pub t_ms: u32,
    kind: &'a str,
    code: &'a str,
    x: &'a str,
    y: &'a str,
}

/// Cuts a line into its fields.
///
/// # Errors
/// In words, if there are not seven of them or the time is none.
pub fn fields(line: &str) -> Result<Fields<'_>, String> {
    let mut cut = line.split(',');
    let mut all = [""; COLUMNS];
    for field in &mut all {
        *field = cut.next().ok_or_else(|| wrong_count(line))?;
    }
    if cut.next().is_some() {
        return Err(wrong_count(line));
    }
    let [user, session, t_ms, kind, code, x, y] = all;
    let t_ms = t_ms.parse().map_err(|error| {
        format!(
            "t_ms {t_ms:?} is not a time in whole milliseconds from 0 to {}: {error}",
            u32::MAX
        )
    })?;
    Ok(Fields {
        user,
        session,
        t_ms,
        kind,
        code,
        x,
        y,
    })
}

fn wrong_count(line: &str) -> String {
    format!("{} fields in place of {COLUMNS}", line.split(',').count())
}

/// What happened; nothing where the pointer was off the screen.
///
/// # Errors
/// In words, if the kind is unknown or a place is none.
pub fn input(fields: &Fields, names: &mut KeyNumbers) -> Result<Option<Input>, String> {
    Ok(Some(match fields.kind {
        "kd" => Input::KeyDown {
            key: names.number(fields.code),
            class: class_of(usage_of(fields.code)),
        },
        "ku" => Input::KeyUp {
            key: names.number(fields.code),
        },
        "mm" => return moved(fields),
        "md" => Input::ButtonDown,
        "mu" => Input::ButtonUp,
        "wheel" => Input::Wheel {
            steps: if fields.code == "up" { -1 } else { 1 },
        },
        other => return Err(format!("unknown kind {other:?}")),
    }))
}

/// Where the pointer was when a button or the wheel was used; coarse recordings show some of its way only so.
pub fn place(fields: &Fields) -> Option<Input> {
    matches!(fields.kind, "md" | "mu" | "wheel")
        .then(|| moved(fields).ok().flatten())
        .flatten()
}

fn moved(fields: &Fields) -> Result<Option<Input>, String> {
    let place = |name: &str, text: &str| {
        text.parse::<i32>()
            .map_err(|error| format!("{name} {text:?} is not a whole number of pixels: {error}"))
    };
    let (x, y) = (place("x", fields.x)?, place("y", fields.y)?);
    Ok((x != OFF_SCREEN && y != OFF_SCREEN).then_some(Input::Moved { x, y }))
}

/// Numbers for the names of keys, in the order in which they come.
#[derive(Default)]
pub struct KeyNumbers(HashMap<String, u16>);

impl KeyNumbers {
    /// Names beyond the last number share it.
    fn number(&mut self, name: &str) -> u16 {
        if let Some(number) = self.0.get(name) {
            return *number;
        }
        let Ok(number) = u16::try_from(self.0.len()) else {
            return u16::MAX;
        };
        self.0.insert(name.to_owned(), number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_or_endless_time_is_refused() {
        for time in ["-1", "4294967296", "1.5", "", "soon"] {
            assert!(fields(&format!("a,0,{time},kd,e,,")).is_err(), "{time}");
        }
    }

    #[test]
    fn more_or_fewer_fields_are_counted_in_the_message() {
        assert!(fields("a,0,0").is_err_and(|what| what.contains("3 fields")));
        assert!(fields("a,0,0,kd,e,,,").is_err_and(|what| what.contains("8 fields")));
    }

    #[test]
    fn an_unknown_kind_is_refused() {
        let fields = fields("a,0,0,zz,e,,").expect("seven fields");
        assert!(input(&fields, &mut KeyNumbers::default()).is_err());
    }
}
