//! Turns recorded sessions into events on one clock, as capture would.

use selfsame_behaviour::{Button, DeviceTag, Event, EventKind, Micros, Provenance, Slot};

use crate::recording::{Input, Session};

const KEYBOARD: DeviceTag = DeviceTag(1);
const POINTER: DeviceTag = DeviceTag(2);
/// Between recorded sessions.
const PAUSE_US: u64 = 15_000_000;
const SLOTS: usize = 16;

/// The events of several sessions, one after the other with a pause between.
pub fn events<'a>(sessions: impl IntoIterator<Item = &'a Session>) -> Vec<Event> {
    let mut replay = Replay {
        began: PAUSE_US,
        latest: PAUSE_US,
        held: [None; SLOTS],
        pointer: None,
        events: Vec::new(),
    };
    for session in sessions {
        replay.session(session);
    }
    replay.events
}

struct Replay {
    began: u64,
    latest: u64,
    held: [Option<u16>; SLOTS],
    pointer: Option<(i32, i32)>,
    events: Vec<Event>,
}

impl Replay {
    fn session(&mut self, session: &Session) {
        for (t_ms, input) in &session.rows {
            let at = self.began + u64::from(*t_ms) * 1000;
            self.latest = self.latest.max(at);
            if let Some((device, kind)) = self.kind(*input) {
                self.events.push(Event {
                    at: Micros(at),
                    device,
                    provenance: Provenance::Physical,
                    kind,
                });
            }
        }
        self.began = self.latest + PAUSE_US;
        (self.held, self.pointer) = ([None; SLOTS], None);
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // 16 slots; a screen's pixels
    fn kind(&mut self, input: Input) -> Option<(DeviceTag, EventKind)> {
        Some(match input {
            Input::KeyDown { key, class } => {
                if self.held.contains(&Some(key)) {
                    return None; // autorepeat
                }
                let slot = self.held.iter().position(Option::is_none)?;
                self.held[slot] = Some(key);
                (
                    KEYBOARD,
                    EventKind::KeyDown {
                        class,
                        slot: Slot(slot as u8),
                    },
                )
            }
            Input::KeyUp { key } => {
                let slot = self.held.iter().position(|held| *held == Some(key))?;
                self.held[slot] = None;
                (
                    KEYBOARD,
                    EventKind::KeyUp {
                        slot: Slot(slot as u8),
                    },
                )
            }
            Input::Moved { x, y } => {
                let (from_x, from_y) = self.pointer.replace((x, y))?;
                (
                    POINTER,
                    EventKind::PointerMove {
                        dx: (x - from_x) as f32,
                        dy: (y - from_y) as f32,
                    },
                )
            }
            Input::ButtonDown => (POINTER, EventKind::ButtonDown(Button::Left)),
            Input::ButtonUp => (POINTER, EventKind::ButtonUp(Button::Left)),
            Input::Wheel { steps } => (POINTER, EventKind::Wheel { steps }),
        })
    }
}

/// Cuts events into runs of exactly `keys` presses; a shorter rest is left out.
pub fn windows(events: &[Event], keys: usize) -> Vec<&[Event]> {
    let presses = events
        .iter()
        .enumerate()
        .filter(|(_, event)| matches!(event.kind, EventKind::KeyDown { .. }));
    let mut starts: Vec<usize> = presses.map(|(index, _)| index).step_by(keys).collect();
    let total = events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::KeyDown { .. }))
        .count();
    if total % keys == 0 {
        starts.push(events.len());
    }
    starts
        .windows(2)
        .map(|bounds| &events[bounds[0]..bounds[1]])
        .collect()
}
