//! What comes out of the decoder, and what must never come out of it.

use selfsame_behaviour::{DeviceTag, KeyClass, Provenance, Slot};

use super::*;
use crate::capture::ring::{Consumer, ring};

const KEYBOARD: u16 = 8;
const TABLET: u16 = 9;
const KEY_A: EvdevCode = EvdevCode(30);
const KEY_Q: EvdevCode = EvdevCode(16);

fn decoder() -> (Decoder, Consumer, Arc<Gate>) {
    let (producer, consumer) = ring();
    let gate = Arc::new(Gate::default());
    let mut decoder = Decoder::new(producer, Arc::clone(&gate));
    let mut devices = DeviceTable::default();
    let device = Device {
        tag: DeviceTag(5),
        provenance: Provenance::Physical,
        absolute: false,
    };
    devices.insert(KEYBOARD, device);
    devices.insert(
        TABLET,
        Device {
            absolute: true,
            ..device
        },
    );
    decoder.set_devices(devices);
    decoder.begin_batch(Micros::from_secs(1));
    (decoder, consumer, gate)
}

fn raw(time_ms: u32, kind: RawKind) -> RawEvent {
    RawEvent {
        time_ms,
        device: KEYBOARD,
        kind,
    }
}

fn kinds(consumer: &mut Consumer) -> Vec<EventKind> {
    std::iter::from_fn(|| consumer.pop())
        .map(|event| event.kind)
        .collect()
}

#[test]
fn two_keys_of_one_column_cannot_be_told_apart() {
    let seen = |code| {
        let (mut decoder, mut consumer, _) = decoder();
        decoder.push(raw(10, RawKind::KeyPress(code)));
        decoder.push(raw(90, RawKind::KeyRelease(code)));
        std::iter::from_fn(|| consumer.pop()).collect::<Vec<_>>()
    };
    assert_eq!(seen(KEY_A), seen(KEY_Q));
    assert_eq!(seen(KEY_A).len(), 2);
}

#[test]
fn an_event_has_no_room_for_a_key_code() {
    // Names every field of a key event: a field more, or one of another type, does not compile.
    fn holds_only_class_and_slot(kind: EventKind) -> (Option<KeyClass>, Option<Slot>) {
        match kind {
            EventKind::KeyDown { class, slot } => (Some(class), Some(slot)),
            EventKind::KeyUp { slot } => (None, Some(slot)),
            EventKind::PointerMove { dx: _, dy: _ } | EventKind::Wheel { steps: _ } => (None, None),
            EventKind::ButtonDown(_) | EventKind::ButtonUp(_) => (None, None),
        }
    }
    let Event {
        at: _,
        device: DeviceTag(_),
        provenance: _,
        kind,
    } = Event {
        at: Micros(0),
        device: DeviceTag(0),
        provenance: Provenance::Unknown,
        kind: EventKind::KeyUp { slot: Slot(3) },
    };
    assert_eq!(holds_only_class_and_slot(kind), (None, Some(Slot(3))));
}

#[test]
fn autorepeat_becomes_one_press_and_one_release() {
    let (mut decoder, mut consumer, _) = decoder();
    for time in [10, 500, 530, 560] {
        decoder.push(raw(time, RawKind::KeyPress(KEY_A)));
    }
    decoder.push(raw(600, RawKind::KeyRelease(KEY_A)));
    let slot = Slot(0);
    assert_eq!(
        kinds(&mut consumer),
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
fn a_device_nobody_named_counts_as_injected() {
    let (mut decoder, mut consumer, _) = decoder();
    decoder.push(RawEvent {
        device: 200,
        ..raw(10, RawKind::KeyPress(KEY_A))
    });
    assert_eq!(
        consumer.pop().map(|event| event.provenance),
        Some(Provenance::Injected)
    );
}

#[test]
fn an_absolute_pointer_tells_its_movement_and_not_its_place() {
    let (mut decoder, mut consumer, _) = decoder();
    let to = |x, y| RawEvent {
        device: TABLET,
        ..raw(10, RawKind::Motion(x, y))
    };
    decoder.push(to(Some(900.0), Some(500.0)));
    decoder.push(to(Some(910.0), None));
    decoder.push(to(Some(910.0), Some(495.0)));
    assert_eq!(
        kinds(&mut consumer),
        [
            EventKind::PointerMove { dx: 10.0, dy: 0.0 },
            EventKind::PointerMove { dx: 0.0, dy: -5.0 }
        ]
    );
}

#[test]
fn wheel_notches_are_no_buttons() {
    let (mut decoder, mut consumer, _) = decoder();
    decoder.push(raw(10, RawKind::ButtonPress(5)));
    decoder.push(raw(11, RawKind::ButtonRelease(5)));
    decoder.push(raw(12, RawKind::ButtonPress(4)));
    decoder.push(raw(13, RawKind::ButtonPress(1)));
    assert_eq!(
        kinds(&mut consumer),
        [
            EventKind::Wheel { steps: 1 },
            EventKind::Wheel { steps: -1 },
            EventKind::ButtonDown(Button::Left)
        ]
    );
}

#[test]
fn nothing_is_recorded_while_the_person_has_paused() {
    let (mut decoder, mut consumer, gate) = decoder();
    decoder.push(raw(10, RawKind::KeyPress(KEY_A)));
    gate.set_open(false);
    decoder.begin_batch(Micros::from_secs(2));
    decoder.push(raw(80, RawKind::KeyRelease(KEY_A)));
    decoder.push(raw(90, RawKind::KeyPress(KEY_Q)));
    gate.set_open(true);
    decoder.push(raw(95, RawKind::KeyRelease(KEY_Q)));
    assert_eq!(
        kinds(&mut consumer).len(),
        1,
        "only the press before the pause"
    );
}
