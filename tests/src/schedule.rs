//! One line of time out of recorded sessions: long pauses shortened, keys that could do harm left out, every key that
//! goes down coming up once. Keys and pointer may come from different people.

use std::collections::HashSet;
use std::time::Duration;

use crate::recording::{Action, Recorded, Session};

/// Keys that would open menus or switch layers in whatever window has the focus.
const LEFT_OUT: [&str; 7] = [
    "alt", "capslock", "ctrl", "meta", "num_lock", "other", "tab",
];

/// How long pauses are treated.
#[derive(Clone, Copy, Debug)]
pub struct Pauses {
    /// Between the last event of one session and the first of the next.
    pub between_sessions: Duration,
    /// The longest pause kept inside a session; a longer one is cut to it.
    pub longest: Duration,
}

/// An action and when it is due, counted from the start of the playing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// When, from the start.
    pub at: Duration,
    /// What to do.
    pub action: Action,
}

/// Puts sessions one after the other.
pub fn sequence(sessions: &[Session], pauses: Pauses) -> Vec<Due> {
    let mut line = Vec::new();
    let mut now = Duration::ZERO;
    for session in sessions {
        let mut before = None;
        for Recorded { at_ms, action } in session {
            let at = Duration::from_millis(*at_ms);
            now += match before {
                Some(before) => at.saturating_sub(before).min(pauses.longest),
                None if line.is_empty() => Duration::ZERO,
                None => pauses.between_sessions,
            };
            before = Some(at);
            line.push(Due {
                at: now,
                action: action.clone(),
            });
        }
    }
    balanced(line)
}

/// Lays a pointer's line over a keyboard's and ends both where the keyboard's ends.
pub fn overlay(keys: Vec<Due>, pointer: Vec<Due>) -> Vec<Due> {
    let Some(end) = keys.last().map(|due| due.at) else {
        return pointer;
    };
    let mut line = keys;
    line.extend(pointer.into_iter().take_while(|due| due.at <= end));
    line.sort_by_key(|due| due.at);
    balanced(line)
}

/// Cuts a line after so many key presses; keys that are down then still come up.
pub fn limit_keys(line: Vec<Due>, presses: usize) -> Vec<Due> {
    let mut left = presses;
    let kept = line.into_iter().take_while(|due| {
        let is_press = matches!(due.action, Action::KeyDown(_));
        let goes_on = left > 0 || !is_press;
        left = left.saturating_sub(usize::from(is_press));
        goes_on
    });
    balanced(kept.collect())
}

/// Drops what is left out, a press of what is already down and a release of what is not, and adds missing releases.
fn balanced(line: Vec<Due>) -> Vec<Due> {
    let mut down = HashSet::new();
    let mut line: Vec<Due> = line
        .into_iter()
        .filter(|due| keeps_balance(&due.action, &mut down))
        .collect();
    let end = line.last().map_or(Duration::ZERO, |due| due.at);
    let mut held: Vec<Held> = down.into_iter().collect();
    held.sort();
    line.extend(held.into_iter().map(|held| Due {
        at: end + Duration::from_millis(80),
        action: held.release(),
    }));
    line
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Held {
    Key(String),
    Button(u8),
}

impl Held {
    fn release(self) -> Action {
        match self {
            Self::Key(name) => Action::KeyUp(name),
            Self::Button(button) => Action::ButtonUp(button),
        }
    }
}

fn keeps_balance(action: &Action, down: &mut HashSet<Held>) -> bool {
    match action {
        Action::KeyDown(name) => is_harmless(name) && down.insert(Held::Key(name.clone())),
        Action::KeyUp(name) => down.remove(&Held::Key(name.clone())),
        Action::ButtonDown(button) => down.insert(Held::Button(*button)),
        Action::ButtonUp(button) => down.remove(&Held::Button(*button)),
        Action::Move(..) | Action::Wheel(_) => true,
    }
}

fn is_harmless(name: &str) -> bool {
    // Names such as `js126` are key codes that the recording's browser did not know.
    let unknown = name.len() > 2 && name.starts_with("js");
    !unknown && !LEFT_OUT.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSES: Pauses = Pauses {
        between_sessions: Duration::from_millis(1500),
        longest: Duration::from_millis(2000),
    };

    fn key(at_ms: u64, name: &str, is_down: bool) -> Recorded {
        let name = name.to_owned();
        Recorded {
            at_ms,
            action: if is_down {
                Action::KeyDown(name)
            } else {
                Action::KeyUp(name)
            },
        }
    }

    fn times(line: &[Due]) -> Vec<u128> {
        line.iter().map(|due| due.at.as_millis()).collect()
    }

    #[test]
    fn a_long_pause_is_cut_and_the_rest_keeps_its_rhythm() {
        let session = vec![
            key(0, "a", true),
            key(90, "a", false),
            key(60_000, "b", true),
            key(60_080, "b", false),
        ];
        assert_eq!(
            times(&sequence(&[session], PAUSES)),
            vec![0, 90, 2090, 2170]
        );
    }

    #[test]
    fn sessions_follow_each_other_after_the_chosen_gap() {
        let session = vec![key(5, "a", true), key(95, "a", false)];
        assert_eq!(
            times(&sequence(&[session.clone(), session], PAUSES)),
            vec![0, 90, 1590, 1680]
        );
    }

    #[test]
    fn a_shortcut_key_is_left_out_and_a_held_key_comes_up() {
        let line = sequence(
            &[vec![
                key(0, "ctrl", true),
                key(10, "c", true),
                key(20, "ctrl", false),
            ]],
            PAUSES,
        );
        let actions: Vec<_> = line.into_iter().map(|due| due.action).collect();
        assert_eq!(
            actions,
            vec![
                Action::KeyDown("c".to_owned()),
                Action::KeyUp("c".to_owned())
            ]
        );
    }

    #[test]
    fn the_pointer_stops_where_the_keys_stop() {
        let keys = sequence(&[vec![key(0, "a", true), key(90, "a", false)]], PAUSES);
        let moves = [50, 60, 500].map(|at_ms| Recorded {
            at_ms,
            action: Action::Move(1, 1),
        });
        let pointer = sequence(&[moves.to_vec()], PAUSES);
        assert_eq!(times(&overlay(keys, pointer)), vec![0, 0, 10, 90]);
    }

    #[test]
    fn a_limit_counts_presses_and_lets_the_last_key_come_up() {
        let keys = vec![
            key(0, "a", true),
            key(50, "a", false),
            key(90, "b", true),
            key(120, "b", false),
        ];
        assert_eq!(
            times(&limit_keys(sequence(&[keys], PAUSES), 1)),
            vec![0, 50]
        );
    }
}
