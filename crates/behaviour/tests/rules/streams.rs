//! Whatever comes in, nothing panics, nothing grows, and the profile stays sound.

use proptest::prelude::*;
use selfsame_behaviour::{
    Button, ClearReason, DeviceTag, Event, EventKind, KeyClass, Level, Micros, Provenance, Slot,
    Verdict,
};

use crate::person::{Person, TRUSTED, feed, learnt, new_observer};

fn kind() -> impl Strategy<Value = EventKind> {
    prop_oneof![
        4 => (0..KeyClass::COUNT, any::<u8>()).prop_map(|(class, slot)| EventKind::KeyDown {
            class: KeyClass::from_index(class).expect("below the count"),
            slot: Slot(slot),
        }),
        4 => any::<u8>().prop_map(|slot| EventKind::KeyUp { slot: Slot(slot) }),
        3 => (any::<f32>(), any::<f32>()).prop_map(|(dx, dy)| EventKind::PointerMove { dx, dy }),
        1 => Just(EventKind::ButtonDown(Button::Left)),
        1 => Just(EventKind::ButtonUp(Button::Other)),
        1 => any::<i8>().prop_map(|steps| EventKind::Wheel { steps }),
    ]
}

fn provenance() -> impl Strategy<Value = Provenance> {
    prop_oneof![8 => Just(Provenance::Physical), 1 => Just(Provenance::Injected), 1 => Just(Provenance::Unknown)]
}

/// Times that creep, jump, go back and wrap.
fn event() -> impl Strategy<Value = (i64, Event)> {
    let step = prop_oneof![6 => 0_i64..200_000, 1 => -2_000_000_i64..0, 1 => any::<i64>()];
    (step, kind(), provenance(), 0_u32..3).prop_map(|(step, kind, provenance, device)| {
        (
            step,
            Event {
                at: Micros(0),
                device: DeviceTag(device),
                provenance,
                kind,
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_stream_of_events_breaks_the_observer(steps in prop::collection::vec(event(), 0..600), ask in any::<u64>()) {
        let mut observer = new_observer();
        let mut at = 0_u64;
        for (step, mut event) in steps {
            at = at.wrapping_add_signed(step);
            event.at = Micros(at);
            observer.feed(&event);
        }
        let assessment = observer.assess(Micros(ask), Level::Fmr1e2, TRUSTED);
        prop_assert_ne!(assessment.verdict, Verdict::Same);
        prop_assert_eq!(observer.profile().validate(), Ok(()));
        observer.confirm();
        observer.clear(ClearReason::Sleep);
        let text = serde_json::to_string(observer.profile()).expect("serialises");
        prop_assert!(text.len() < 200_000);
    }
}

#[test]
fn a_profile_does_not_grow_with_what_is_typed() {
    let mut person = Person::quick();
    let size = |keys| {
        let profile = learnt(&mut person.clone(), keys).take_profile();
        serde_json::to_string(&profile).expect("serialises").len()
    };
    assert!(size(12_000) < size(6_000) + 10_000);
    person.waits(1);
}

#[test]
fn pasted_text_is_no_evidence() {
    let mut person = Person::quick();
    let mut observer = learnt(&mut person, 1500);
    observer.clear(ClearReason::Lock);
    // Control and V; the text itself makes no events.
    feed(&mut observer, &person.types(2));
    let assessment = observer.assess(Micros(person.now), Level::Fmr1e2, TRUSTED);
    assert_eq!(assessment.verdict, Verdict::Unsure);
}

#[test]
fn an_event_is_small() {
    assert!(size_of::<Event>() <= 32);
}
