//! Keys as the collections tell them, one line for a press with its release, into rows of their own.

use crate::recording::writer::{Row, Writer};

/// A key that went down and came up, in milliseconds on the collection's clock.
#[derive(Debug, Clone)]
pub struct Press {
    pub key: String,
    pub down: u64,
    pub up: u64,
}

/// Writes a session: times from its first event, presses and releases in the order in which they happened.
pub fn write(
    writer: &mut Writer,
    user: &str,
    session: &str,
    presses: &[Press],
) -> anyhow::Result<()> {
    let began = presses.iter().map(|press| press.down).min().unwrap_or(0);
    let mut events: Vec<(u64, &str, &str)> = presses
        .iter()
        .flat_map(|press| {
            let key = press.key.as_str();
            [
                (press.down - began, "kd", key),
                (press.up - began, "ku", key),
            ]
        })
        .collect();
    events.sort_by_key(|(t_ms, ..)| *t_ms);
    for (t_ms, kind, code) in events {
        let place = None;
        writer.row(
            user,
            session,
            &Row {
                t_ms,
                kind,
                code,
                place,
            },
        )?;
    }
    Ok(())
}
