//! What every back end must make of the same doings of a person: each test runs once for the back ends that decode
//! here (XInput2, Raw Input), and once for the reader of input devices, over its wire.

use std::sync::Arc;

use selfsame_behaviour::{Button, DeviceTag, Event, EventKind, KeyClass, Micros, Provenance, Slot};
use selfsame_input::{
    kernel::{EVENT_BYTES, InputEvent},
    translate::Translator,
    wire::Record,
};

use super::{
    Decoder, Device, DeviceTable, EvdevCode, Gate, RawEvent, RawKind,
    ring::{Consumer, ring},
};

const DEVICE: u8 = 3;

/// Something that a person does.
#[derive(Clone, Copy)]
enum Act {
    Press(u16),
    /// The key stays down, and the system repeats it.
    Repeat(u16),
    Release(u16),
    Click(Button),
    Move(i16, i16),
    WheelUp,
    WheelRight,
}

/// A way from a person's doings to the ring.
trait BackEnd {
    fn act(&mut self, time_ms: u32, act: Act, decoder: &mut Decoder);
}

/// Decodes in this process, as XInput2 and Raw Input have it done.
struct Decodes;

/// Has it done by the reader: bytes of the kernel in, records out.
#[derive(Default)]
struct Reads(Translator);

impl BackEnd for Decodes {
    fn act(&mut self, time_ms: u32, act: Act, decoder: &mut Decoder) {
        let kinds = match act {
            Act::Press(code) | Act::Repeat(code) => vec![RawKind::KeyPress(EvdevCode(code))],
            Act::Release(code) => vec![RawKind::KeyRelease(EvdevCode(code))],
            Act::Click(button) => {
                let number = match button {
                    Button::Left => 1,
                    Button::Middle => 2,
                    Button::Right => 3,
                    Button::Other => 8,
                };
                vec![RawKind::ButtonPress(number), RawKind::ButtonRelease(number)]
            }
            Act::Move(x, y) => vec![RawKind::Motion(Some(x.into()), Some(y.into()))],
            Act::WheelUp => vec![RawKind::ButtonPress(4), RawKind::ButtonRelease(4)],
            Act::WheelRight => vec![RawKind::ButtonPress(7), RawKind::ButtonRelease(7)],
        };
        for kind in kinds {
            decoder.push(RawEvent {
                time_ms,
                device: DEVICE.into(),
                kind,
            });
        }
    }
}

impl BackEnd for Reads {
    fn act(&mut self, time_ms: u32, act: Act, decoder: &mut Decoder) {
        let events: Vec<(u16, u16, i32)> = match act {
            Act::Press(code) => vec![(1, code, 1)],
            Act::Repeat(code) => vec![(1, code, 2)],
            Act::Release(code) => vec![(1, code, 0)],
            Act::Click(button) => {
                let code = match button {
                    Button::Left => 0x110,
                    Button::Right => 0x111,
                    Button::Middle => 0x112,
                    Button::Other => 0x113,
                };
                vec![(1, code, 1), (0, 0, 0), (1, code, 0)]
            }
            Act::Move(x, y) => vec![(2, 0, x.into()), (2, 1, y.into())],
            Act::WheelUp => vec![(2, 8, 1), (2, 11, 120)],
            Act::WheelRight => vec![(2, 6, 1), (2, 12, 120)],
        };
        for event in events.into_iter().chain([(0, 0, 0)]) {
            let event = InputEvent::from_bytes(&bytes(time_ms, event));
            self.0.take(DEVICE, event, |sensed| {
                let record = Record::Event {
                    time_ms,
                    device: sensed.device,
                    kind: sensed.kind,
                };
                let Some(Record::Event {
                    time_ms,
                    device,
                    kind,
                }) = Record::decode(&record.encode())
                else {
                    unreachable!("an event comes out as one");
                };
                decoder.push_classed(time_ms, device.into(), kind);
            });
        }
    }
}

fn bytes(time_ms: u32, (kind, code, value): (u16, u16, i32)) -> [u8; EVENT_BYTES] {
    let mut bytes = [0; EVENT_BYTES];
    bytes[..8].copy_from_slice(&u64::from(time_ms / 1000).to_ne_bytes());
    bytes[8..16].copy_from_slice(&u64::from(time_ms % 1000 * 1000).to_ne_bytes());
    bytes[16..18].copy_from_slice(&kind.to_ne_bytes());
    bytes[18..20].copy_from_slice(&code.to_ne_bytes());
    bytes[20..].copy_from_slice(&value.to_ne_bytes());
    bytes
}

fn decoder() -> (Decoder, Consumer, Arc<Gate>) {
    let (producer, consumer) = ring();
    let gate = Arc::new(Gate::default());
    let mut decoder = Decoder::new(producer, Arc::clone(&gate));
    let mut devices = DeviceTable::default();
    devices.insert(
        DEVICE.into(),
        Device {
            tag: DeviceTag(77),
            provenance: Provenance::Physical,
            absolute: false,
        },
    );
    decoder.set_devices(devices);
    decoder.begin_batch(Micros::from_secs(1));
    (decoder, consumer, gate)
}

/// What both kinds of back end make of `acts`, 40 ms apart; it must be the same.
fn made_of(acts: &[Act]) -> Vec<EventKind> {
    let each: [Box<dyn BackEnd>; 2] = [Box::new(Decodes), Box::<Reads>::default()];
    let [decoded, read] = each.map(|mut back_end| {
        let (mut decoder, mut consumer, _) = decoder();
        for (act, time_ms) in acts.iter().zip((1000..).step_by(40)) {
            back_end.act(time_ms, *act, &mut decoder);
        }
        from_the_first(std::iter::from_fn(|| consumer.pop()).collect())
    });
    assert_eq!(decoded, read);
    decoded.into_iter().map(|event| event.kind).collect()
}

/// Only the time between events is the source's; the first is placed when it is read.
fn from_the_first(mut events: Vec<Event>) -> Vec<Event> {
    let first = events.first().map_or(Micros::default(), |event| event.at);
    for event in &mut events {
        event.at = Micros(event.at.since(first).0);
    }
    events
}

#[test]
fn a_key_that_is_held_is_one_press_and_one_release() {
    let slot = Slot(0);
    assert_eq!(
        made_of(&[
            Act::Press(30),
            Act::Repeat(30),
            Act::Repeat(30),
            Act::Release(30)
        ]),
        [
            EventKind::KeyDown {
                class: KeyClass::LeftLittle,
                slot
            },
            EventKind::KeyUp { slot }
        ]
    );
}

#[test]
fn keys_that_overlap_are_told_apart_and_a_release_alone_means_nothing() {
    let made = made_of(&[
        Act::Release(50),
        Act::Press(30),
        Act::Press(36),
        Act::Release(30),
        Act::Release(36),
    ]);
    let slots: Vec<u8> = made
        .iter()
        .filter_map(|kind| match kind {
            EventKind::KeyDown { slot, .. } | EventKind::KeyUp { slot } => Some(slot.0),
            _ => None,
        })
        .collect();
    assert_eq!(slots, [0, 1, 0, 1]);
}

#[test]
fn buttons_wheels_and_movements_mean_the_same_everywhere() {
    let made = made_of(&[
        Act::Move(3, -2),
        Act::Click(Button::Left),
        Act::Click(Button::Right),
        Act::Click(Button::Middle),
        Act::Click(Button::Other),
        Act::WheelUp,
        Act::WheelRight,
        Act::Move(0, 0),
    ]);
    assert_eq!(made.len(), 1 + 4 * 2 + 2);
    assert_eq!(made[0], EventKind::PointerMove { dx: 3.0, dy: -2.0 });
    assert_eq!(made[9], EventKind::Wheel { steps: -1 });
    assert_eq!(made[10], EventKind::Wheel { steps: 1 });
}

#[test]
fn two_keys_of_one_column_leave_the_same_events_everywhere() {
    let typed = |code| made_of(&[Act::Press(code), Act::Release(code)]);
    assert_eq!(typed(30), typed(16));
}

#[test]
fn during_a_pause_nothing_goes_into_the_ring_from_anywhere() {
    let each: [Box<dyn BackEnd>; 2] = [Box::new(Decodes), Box::<Reads>::default()];
    for mut back_end in each {
        let (mut decoder, mut consumer, gate) = decoder();
        gate.set_open(false);
        back_end.act(1000, Act::Press(30), &mut decoder);
        back_end.act(1040, Act::Move(1, 1), &mut decoder);
        assert_eq!(consumer.pop(), None);
    }
}
