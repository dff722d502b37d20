//! Turns recorded sessions into events on one clock, as capture would.

use selfsame_behaviour::{Button, DeviceTag, Event, EventKind, Micros, Provenance, Slot};

use crate::recording::{Input, Session};

const KEYBOARD: DeviceTag = DeviceTag(1);
const POINTER: DeviceTag = DeviceTag(2);
/// Between recorded sessions.
pub const PAUSE_US: u64 = 15_000_000;
const SLOTS: usize = 16;
/// A held key repeats after at most one second, then ten times a second or more; a press later than this after the
/// last one is a new press, and the release between was lost.
const LONGEST_REPEAT_MS: u32 = 1500;

/// Events with the place where each session begins among them.
#[derive(Default)]
pub struct Stream {
    pub events: Vec<Event>,
    starts: Vec<usize>,
}

impl Stream {
    /// The events of several sessions, one after the other with a pause between.
    pub fn of<'a>(sessions: impl IntoIterator<Item = &'a Session>) -> Self {
        let mut stream = Self::default();
        let mut began = PAUSE_US;
        for session in sessions {
            stream.starts.push(stream.events.len());
            began = stream.add(session, began) + PAUSE_US;
        }
        stream
    }

    /// Which of the sessions an event belongs to.
    pub fn session_at(&self, event: usize) -> usize {
        self.starts
            .partition_point(|start| *start <= event)
            .saturating_sub(1)
    }

    pub fn keys(&self) -> usize {
        self.events.iter().filter(|event| is_press(event)).count()
    }

    /// Adds a session that begins at `began`; returns when it ends.
    fn add(&mut self, session: &Session, began: u64) -> u64 {
        let mut hands = Hands::default();
        let mut latest = began;
        for (t_ms, input) in &session.rows {
            let at = began + u64::from(*t_ms) * 1000;
            latest = latest.max(at);
            if let Some((device, kind)) = hands.take(*t_ms, *input) {
                self.events.push(Event {
                    at: Micros(at),
                    device,
                    provenance: Provenance::Physical,
                    kind,
                });
            }
        }
        latest
    }
}

pub fn is_press(event: &Event) -> bool {
    matches!(event.kind, EventKind::KeyDown { .. })
}

/// What is held down and where the pointer is.
#[derive(Default)]
struct Hands {
    held: [Option<Held>; SLOTS],
    pointer: Option<(i32, i32)>,
}

#[derive(Clone, Copy)]
struct Held {
    key: u16,
    /// When it last went down or repeated.
    last_ms: u32,
}

impl Hands {
    #[allow(clippy::cast_precision_loss)] // a screen's pixels
    fn take(&mut self, t_ms: u32, input: Input) -> Option<(DeviceTag, EventKind)> {
        Some(match input {
            Input::KeyDown { key, class } => {
                let slot = self.press(t_ms, key)?;
                (KEYBOARD, EventKind::KeyDown { class, slot })
            }
            Input::KeyUp { key } => {
                let slot = self.slot_of(key)?;
                self.held[slot] = None;
                (
                    KEYBOARD,
                    EventKind::KeyUp {
                        slot: numbered(slot),
                    },
                )
            }
            Input::Moved { x, y } => {
                let (from_x, from_y) = self.pointer.replace((x, y))?;
                if (x, y) == (from_x, from_y) {
                    return None;
                }
                let dx = x.saturating_sub(from_x) as f32;
                let dy = y.saturating_sub(from_y) as f32;
                (POINTER, EventKind::PointerMove { dx, dy })
            }
            Input::ButtonDown => (POINTER, EventKind::ButtonDown(Button::Left)),
            Input::ButtonUp => (POINTER, EventKind::ButtonUp(Button::Left)),
            Input::Wheel { steps } => (POINTER, EventKind::Wheel { steps }),
        })
    }

    /// The slot of a new press; none where the key only repeats. With every slot taken by keys that never came up,
    /// the one that has been down longest makes room.
    fn press(&mut self, t_ms: u32, key: u16) -> Option<Slot> {
        if let Some(slot) = self.slot_of(key) {
            let held = self.held[slot].replace(Held { key, last_ms: t_ms })?;
            let repeats = t_ms.saturating_sub(held.last_ms) <= LONGEST_REPEAT_MS;
            return (!repeats).then_some(numbered(slot));
        }
        let free = self.held.iter().position(Option::is_none);
        let slot = free.or_else(|| self.longest_down())?;
        self.held[slot] = Some(Held { key, last_ms: t_ms });
        Some(numbered(slot))
    }

    fn slot_of(&self, key: u16) -> Option<usize> {
        self.held
            .iter()
            .position(|held| held.is_some_and(|held| held.key == key))
    }

    fn longest_down(&self) -> Option<usize> {
        (0..SLOTS).min_by_key(|slot| self.held[*slot].map(|held| held.last_ms))
    }
}

#[allow(clippy::cast_possible_truncation)] // 16 slots
fn numbered(slot: usize) -> Slot {
    Slot(slot as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{Strategy, any};
    use selfsame_behaviour::KeyClass;

    fn down(t_ms: u32, key: u16) -> (u32, Input) {
        let class = KeyClass::LeftIndex;
        (t_ms, Input::KeyDown { key, class })
    }

    fn events(rows: Vec<(u32, Input)>) -> Vec<Event> {
        let label = String::new();
        Stream::of([&Session { label, rows }]).events
    }

    #[test]
    fn a_held_key_that_repeats_is_pressed_once() {
        let rows = vec![
            down(0, 1),
            down(500, 1),
            down(530, 1),
            (560, Input::KeyUp { key: 1 }),
        ];
        assert_eq!(events(rows).len(), 2);
    }

    #[test]
    fn a_release_without_a_press_is_nothing() {
        assert!(events(vec![(0, Input::KeyUp { key: 1 })]).is_empty());
    }

    #[test]
    fn a_lost_release_costs_only_itself() {
        assert_eq!(events(vec![down(0, 1), down(5000, 1)]).len(), 2);
    }

    #[test]
    fn keys_that_never_come_up_do_not_block_the_ones_that_do() {
        let stuck = (0..20).map(|key| down(u32::from(key), key));
        let typed = (0..10).flat_map(|n| {
            [
                down(1000 + n * 100, 99),
                (1050 + n * 100, Input::KeyUp { key: 99 }),
            ]
        });
        let events = events(stuck.chain(typed).collect());
        assert_eq!(events.iter().filter(|event| is_press(event)).count(), 30);
        assert_eq!(events.len(), 40);
    }

    #[test]
    fn an_event_knows_its_session() {
        let session = || Session {
            label: String::new(),
            rows: vec![down(0, 1), (50, Input::KeyUp { key: 1 })],
        };
        let stream = Stream::of([&session(), &session()]);
        assert_eq!(
            [0, 1, 2, 3].map(|event| stream.session_at(event)),
            [0, 0, 1, 1]
        );
    }

    fn any_input() -> impl Strategy<Value = Input> {
        let key = 0_u16..30;
        proptest::prop_oneof![
            key.clone().prop_map(|key| down(0, key).1),
            key.prop_map(|key| Input::KeyUp { key }),
            (any::<i32>(), any::<i32>()).prop_map(|(x, y)| Input::Moved { x, y }),
            proptest::strategy::Just(Input::ButtonUp),
        ]
    }

    proptest::proptest! {
        #[test]
        fn every_release_has_its_press_and_time_never_goes_back(
            rows in proptest::collection::vec((0_u32..3000, any_input()), 0..200)
        ) {
            let mut at = 0;
            let rows = rows.into_iter().map(|(step, input)| {
                at += step;
                (at, input)
            });
            let events = events(rows.collect());
            let mut held = [false; SLOTS];
            for pair in events.windows(2) {
                proptest::prop_assert!(pair[0].at <= pair[1].at);
            }
            for event in events {
                match event.kind {
                    EventKind::KeyDown { slot, .. } => held[usize::from(slot.0)] = true,
                    EventKind::KeyUp { slot } => {
                        proptest::prop_assert!(std::mem::take(&mut held[usize::from(slot.0)]));
                    }
                    EventKind::PointerMove { dx, dy } => {
                        proptest::prop_assert!(dx.is_finite() && dy.is_finite());
                    }
                    _ => {}
                }
            }
        }
    }
}
