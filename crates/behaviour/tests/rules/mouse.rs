//! A 1000 Hz mouse in a generated person's hand.

use selfsame_behaviour::{Button, DeviceTag, Event, EventKind, Micros, Provenance};

use super::person::Person;

pub const MOUSE: DeviceTag = DeviceTag(2);

/// So many movements: arcs with a rest after each, and a click in the rest.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // pixels
pub fn moves(person: &mut Person, movements: usize) -> Vec<Event> {
    let mut events = Vec::with_capacity(movements);
    for number in 0..movements {
        let turn = number as f64 / 40.0;
        let (dx, dy) = ((6.0 * turn.cos()) as f32, (6.0 * turn.sin()) as f32);
        events.push(after(1000, person, EventKind::PointerMove { dx, dy }));
        if number % 300 == 299 {
            events.push(after(600_000, person, EventKind::ButtonDown(Button::Left)));
            events.push(after(90_000, person, EventKind::ButtonUp(Button::Left)));
        }
    }
    events
}

fn after(micros: u64, person: &mut Person, kind: EventKind) -> Event {
    person.now += micros;
    Event {
        at: Micros(person.now),
        device: MOUSE,
        provenance: Provenance::Physical,
        kind,
    }
}
