//! The ring keeps order, loses nothing silently, and remembers nothing that was read.

use proptest::prelude::*;

use super::*;

fn any_kind() -> impl Strategy<Value = EventKind> {
    let buttons = || {
        prop_oneof![
            Just(Button::Left),
            Just(Button::Middle),
            Just(Button::Right),
            Just(Button::Other)
        ]
    };
    prop_oneof![
        (0..KeyClass::COUNT, 0..16_u8).prop_map(|(class, slot)| EventKind::KeyDown {
            class: KeyClass::from_index(class).expect("below the count"),
            slot: Slot(slot),
        }),
        (0..16_u8).prop_map(|slot| EventKind::KeyUp { slot: Slot(slot) }),
        (-1e4_f32..1e4, -1e4_f32..1e4).prop_map(|(dx, dy)| EventKind::PointerMove { dx, dy }),
        buttons().prop_map(EventKind::ButtonDown),
        buttons().prop_map(EventKind::ButtonUp),
        any::<i8>().prop_map(|steps| EventKind::Wheel { steps }),
    ]
}

fn any_event() -> impl Strategy<Value = Event> {
    let provenance = prop_oneof![
        Just(Provenance::Physical),
        Just(Provenance::Injected),
        Just(Provenance::Unknown),
    ];
    (any::<u64>(), any::<u32>(), provenance, any_kind()).prop_map(
        |(at, device, provenance, kind)| Event {
            at: Micros(at),
            device: DeviceTag(device),
            provenance,
            kind,
        },
    )
}

fn wheel(steps: i8) -> Event {
    Event {
        at: Micros(7),
        device: DeviceTag(1),
        provenance: Provenance::Physical,
        kind: EventKind::Wheel { steps },
    }
}

proptest! {
    #[test]
    fn what_goes_in_comes_out_in_order(bursts in proptest::collection::vec(proptest::collection::vec(any_event(), 0..40), 0..20)) {
        let (mut producer, mut consumer) = ring();
        for burst in bursts {
            burst.iter().for_each(|event| producer.push(event));
            let out: Vec<Event> = std::iter::from_fn(|| consumer.pop()).collect();
            prop_assert_eq!(out, burst);
        }
        prop_assert_eq!(consumer.dropped(), 0);
    }
}

#[test]
fn a_full_ring_drops_the_newest_and_counts_them() {
    let (mut producer, mut consumer) = ring();
    for _ in 0..CAPACITY {
        producer.push(&wheel(1));
    }
    (0..5).for_each(|_| producer.push(&wheel(2)));
    assert_eq!(consumer.dropped(), 5);
    let out: Vec<Event> = std::iter::from_fn(|| consumer.pop()).collect();
    assert_eq!(out.len(), CAPACITY);
    assert!(out.iter().all(|event| *event == wheel(1)));
}

#[test]
fn a_slot_that_was_read_holds_zeros() {
    let (mut producer, mut consumer) = ring();
    producer.push(&wheel(-3));
    assert!(consumer.pop().is_some());
    let left = consumer
        .0
        .slots
        .iter()
        .flatten()
        .map(|word| word.load(Ordering::Relaxed));
    assert_eq!(left.max(), Some(0));
}

#[test]
fn two_threads_see_every_event_once_and_in_order() {
    let (mut producer, mut consumer) = ring();
    let writer = std::thread::spawn(move || {
        for at in 0..20_000_u64 {
            producer.push(&Event {
                at: Micros(at),
                ..wheel(1)
            });
            if at % 1000 == 0 {
                std::thread::yield_now();
            }
        }
    });
    let mut seen = 0_u64;
    let mut next = 0;
    while seen + consumer.dropped() < 20_000 {
        if let Some(event) = consumer.pop() {
            assert!(event.at.0 >= next, "out of order");
            next = event.at.0 + 1;
            seen += 1;
        }
    }
    writer.join().expect("the writer ends");
    assert_eq!(seen + consumer.dropped(), 20_000);
}
