//! Pointer events cut into strokes: up to a button's release or a pause, if they move far enough.

use std::ops::Range;

use selfsame_behaviour::{Event, EventKind};

/// Antal and Egyed-Zsigmond (2019) end an action at a pause of this length.
const PAUSE_US: u64 = 1_000_000;
const FEWEST_TIMES: usize = 4;
const SHORTEST_PATH: f32 = 5.0;

/// Where each stroke lies among the events.
pub fn cut(events: &[Event]) -> Vec<Range<usize>> {
    let mut strokes = Vec::new();
    let mut start = 0;
    for at in 0..events.len() {
        let released = matches!(events[at].kind, EventKind::ButtonUp(_));
        let paused = events
            .get(at + 1)
            .is_none_or(|next| next.at.0 - events[at].at.0.min(next.at.0) > PAUSE_US);
        if released || paused {
            let stroke = start..at + 1;
            start = at + 1;
            strokes.extend(is_long_enough(&events[stroke.clone()]).then_some(stroke));
        }
    }
    strokes
}

fn is_long_enough(events: &[Event]) -> bool {
    let path: f32 = events
        .iter()
        .map(|event| match event.kind {
            EventKind::PointerMove { dx, dy } => dx.hypot(dy),
            _ => 0.0,
        })
        .sum();
    let mut times: Vec<u64> = events.iter().map(|event| event.at.0).collect();
    times.dedup();
    times.len() >= FEWEST_TIMES && path >= SHORTEST_PATH
}

#[cfg(test)]
mod tests {
    use super::*;
    use selfsame_behaviour::{Button, DeviceTag, Micros, Provenance};

    fn event(at: u64, kind: EventKind) -> Event {
        Event {
            at: Micros::from_millis(at),
            device: DeviceTag(2),
            provenance: Provenance::Physical,
            kind,
        }
    }

    #[test]
    fn a_pause_and_a_release_end_a_stroke_and_a_twitch_is_none() {
        let right = |at| event(at, EventKind::PointerMove { dx: 3.0, dy: 0.0 });
        let mut events: Vec<Event> = (0..5).map(|n| right(n * 15)).collect();
        events.extend((0..5).map(|n| right(2000 + n * 15)));
        events.push(event(2100, EventKind::ButtonUp(Button::Left)));
        events.push(right(2200));
        assert_eq!(cut(&events), [0..5, 5..11]);
    }
}
