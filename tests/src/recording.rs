//! Recordings of people typing and pointing: rows `user,session,t_ms,kind,code,x,y`, gzipped or plain CSV.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::read::MultiGzDecoder;

/// The coordinate that stands for "outside the recorded screen".
const OUTSIDE: i32 = 65535;

/// One thing a person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A key went down; the name is of the physical key on a US layout.
    KeyDown(String),
    /// A key came up.
    KeyUp(String),
    /// The pointer moved, in pixels.
    Move(i16, i16),
    /// A button went down: 1 left, 3 right, 8 any other.
    ButtonDown(u8),
    /// A button came up.
    ButtonUp(u8),
    /// One notch of the wheel: button 4 up, 5 down.
    Wheel(u8),
}

/// An action and when it happened, in milliseconds since its session began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Milliseconds since the session began.
    pub at_ms: u64,
    /// What was done.
    pub action: Action,
}

/// One sitting of one person, in order of time.
pub type Session = Vec<Recorded>;

/// Reads the sessions of `user` whose place among that person's sessions in the file lies in `wanted`.
pub fn read(path: &Path, user: &str, wanted: &Range<usize>) -> Result<Vec<Session>> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let gzipped = path.extension().is_some_and(|extension| extension == "gz");
    let text: Box<dyn Read> = if gzipped {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let sessions = select(BufReader::new(text), user, wanted)?;
    if sessions.is_empty() {
        bail!("{} has no sessions {wanted:?} of {user}", path.display());
    }
    Ok(sessions)
}

fn select(rows: impl BufRead, user: &str, wanted: &Range<usize>) -> Result<Vec<Session>> {
    let mut sessions: Vec<Session> = Vec::new();
    let mut current = String::new();
    let mut seen = 0;
    for row in rows.lines().skip(1) {
        let row = row?;
        let Some((owner, rest)) = row.split_once(',') else {
            bail!("not a row: {row}")
        };
        if owner != user {
            continue;
        }
        let fields: Vec<&str> = rest.split(',').collect();
        let [session, at_ms, kind, code, x, y] = fields[..] else {
            bail!("not a row: {row}")
        };
        if seen == 0 || session != current {
            session.clone_into(&mut current);
            seen += 1;
            if wanted.contains(&(seen - 1)) {
                sessions.push(Session::new());
            }
        }
        if let (true, Some(action)) = (wanted.contains(&(seen - 1)), action(kind, code, x, y)) {
            let at_ms = at_ms
                .parse()
                .with_context(|| format!("not a time: {row}"))?;
            sessions
                .last_mut()
                .context("a session was begun")?
                .push(Recorded { at_ms, action });
        }
    }
    Ok(sessions)
}

fn action(kind: &str, code: &str, x: &str, y: &str) -> Option<Action> {
    Some(match kind {
        "kd" => Action::KeyDown(code.to_owned()),
        "ku" => Action::KeyUp(code.to_owned()),
        "mm" => Action::Move(pixel(x)?, pixel(y)?),
        "md" => Action::ButtonDown(button(code)),
        "mu" => Action::ButtonUp(button(code)),
        "wheel" => Action::Wheel(if code == "up" { 4 } else { 5 }),
        _ => return None,
    })
}

fn pixel(text: &str) -> Option<i16> {
    let value: i32 = text.parse().ok()?;
    if value == OUTSIDE {
        None
    } else {
        i16::try_from(value).ok()
    }
}

fn button(code: &str) -> u8 {
    match code {
        "left" => 1,
        "right" => 3,
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &str = "user,session,t_ms,kind,code,x,y\n\
        a,0,0,kd,x,,\na,0,90,ku,x,,\na,1,0,mm,,10,20\na,1,5,mm,,65535,3\na,1,9,wheel,up,,\nb,0,0,kd,y,,\n";

    #[test]
    fn only_the_wanted_sessions_of_the_person_are_read() {
        let sessions = select(ROWS.as_bytes(), "a", &(0..1)).expect("rows");
        let down = Recorded {
            at_ms: 0,
            action: Action::KeyDown("x".to_owned()),
        };
        let up = Recorded {
            at_ms: 90,
            action: Action::KeyUp("x".to_owned()),
        };
        assert_eq!(sessions, vec![vec![down, up]]);
    }

    #[test]
    fn a_pointer_outside_the_recorded_screen_is_skipped() {
        let sessions = select(ROWS.as_bytes(), "a", &(1..2)).expect("rows");
        let actions: Vec<_> = sessions[0]
            .iter()
            .map(|recorded| recorded.action.clone())
            .collect();
        assert_eq!(actions, vec![Action::Move(10, 20), Action::Wheel(4)]);
    }
}
