//! What a profile looks like on disk, and what it does not give away.

use selfsame_behaviour::{
    DeviceTag, Error, Event, EventKind, KeyClass, Micros, Observer, Profile, Provenance, Slot,
};
use serde_json::Value;

use crate::{
    mouse::moves,
    person::{KEYBOARD, Person, feed, learnt, new_observer},
};

#[test]
fn a_profile_survives_being_written_and_read() {
    for keys in [0, 600, 3000] {
        let profile = learnt(&mut Person::quick(), keys).take_profile();
        let text = serde_json::to_string(&profile).expect("serialises");
        let read: Profile = serde_json::from_str(&text).expect("reads back");
        assert_eq!(read.validate(), Ok(()));
        assert_eq!(read, profile);
        assert!(text.len() < 200_000, "{} bytes", text.len());
    }
}

#[test]
fn a_profile_with_a_pointer_keeps_its_size_however_much_it_is_moved() {
    let mut observer = learnt(&mut Person::quick(), 450);
    let mut person = Person::quick().waits(100_000).clone();
    let mut sizes = [0; 2];
    for size in &mut sizes {
        feed(&mut observer, &moves(&mut person, 300_000));
        let text = serde_json::to_string(observer.profile()).expect("serialises");
        *size = text.len();
    }
    assert!(observer.progress().strokes_learnt >= 1000);
    assert_eq!(observer.profile().validate(), Ok(()));
    assert!(
        sizes[1] < sizes[0] + 5_000 && sizes[1] < 100_000,
        "{sizes:?}"
    );
}

#[test]
fn a_profile_of_another_version_is_refused() {
    let mut value = stored(600);
    value["version"] = 99.into();
    assert_eq!(
        validated(value),
        Err(Error::Version {
            found: 99,
            expected: 2
        })
    );
}

#[test]
fn a_profile_of_the_first_version_keeps_its_typing_and_learns_the_pointer_anew() {
    let mut value = stored(600);
    value["version"] = 1.into();
    let fields = value.as_object_mut().expect("an object");
    for new in ["usual", "heard", "pointing"] {
        fields.remove(new).expect("new in the second version");
    }
    let moments = serde_json::json!({ "n": 900.0, "mean": 0.1, "m2": 40.0 });
    let strokes = serde_json::json!({ "cells": vec![moments; 11], "strokes": 900.0 });
    fields.insert("strokes".to_owned(), strokes);
    let profile: Profile = serde_json::from_value(value).expect("well formed");
    assert_eq!(profile.validate(), Ok(()));
    let written = serde_json::to_value(Observer::new(profile).profile()).expect("serialises");
    assert_eq!(written["version"], 2);
    assert_eq!(written["typing"], stored(600)["typing"]);
    assert_eq!(
        (&written["pointing"]["strokes"], written.get("strokes")),
        (&0.0.into(), None)
    );
}

#[test]
fn a_profile_with_impossible_numbers_is_refused() {
    let spoil: [fn(&mut Value); 6] = [
        |value| value["typing"]["hold"][3]["n"] = (-5.0).into(),
        |value| value["typing"]["hold"][3]["mean"] = 1e30.into(),
        |value| value["typing"]["group"][0][2]["m2"] = (-1.0).into(),
        |value| value["pointing"]["strokes"] = (-1.0).into(),
        |value| value["usual"][1]["mean"] = 1e30.into(),
        |value| value["keys"] = 5000.into(),
    ];
    for (index, spoil) in spoil.into_iter().enumerate() {
        let mut value = stored(600);
        spoil(&mut value);
        assert!(validated(value).is_err(), "case {index}");
    }
}

#[test]
fn pairs_of_classes_out_of_order_are_refused() {
    let mut value = stored(3000);
    let pairs = value["typing"]["pairs"].as_array_mut().expect("pairs");
    assert!(
        pairs.len() > 2,
        "common pairs have numbers of their own after 3000 keys"
    );
    pairs.swap(0, 1);
    assert_eq!(validated(value), Err(Error::Shape("pairs of key classes")));
}

#[test]
fn the_same_keys_in_another_order_leave_the_same_profile() {
    let one = profile_after(&canary());
    let mut reversed = canary();
    reversed.reverse();
    let other = profile_after(&reversed);
    let (one, other) = (without_groups(&one), without_groups(&other));
    assert_eq!(
        one, other,
        "the order of a canary typed once can be told from the profile"
    );
}

#[test]
fn a_canary_typed_once_or_repeated_in_one_go_gets_no_pair_of_its_own() {
    let mut observer = learnt(&mut Person::quick(), 600);
    let before = pairs(observer.profile());
    let mut at = 10_000_000_000;
    for _ in 0..30 {
        feed(&mut observer, &typed(&canary(), &mut at));
    }
    let fresh: Vec<_> = pairs(observer.profile())
        .into_iter()
        .filter(|pair| !before.contains(pair))
        .collect();
    assert!(fresh.is_empty(), "{fresh:?}");
}

/// A pass phrase, as classes.
fn canary() -> Vec<KeyClass> {
    [3, 8, 1, 9, 12, 4, 2, 10, 5, 7, 11, 0]
        .iter()
        .filter_map(|index| KeyClass::from_index(*index))
        .collect()
}

/// Even strokes, so that only the classes and their order differ.
fn typed(classes: &[KeyClass], at: &mut u64) -> Vec<Event> {
    let mut events = Vec::new();
    for class in classes {
        let event = |at, kind| Event {
            at: Micros(at),
            device: KEYBOARD,
            provenance: Provenance::Physical,
            kind,
        };
        events.push(event(
            *at,
            EventKind::KeyDown {
                class: *class,
                slot: Slot(0),
            },
        ));
        events.push(event(*at + 80_000, EventKind::KeyUp { slot: Slot(0) }));
        *at += 200_000;
    }
    events
}

/// A profile that has learnt ordinary typing with a canary in the midst of it.
fn profile_after(canary: &[KeyClass]) -> Profile {
    let mut observer = new_observer();
    let mut person = Person::quick();
    feed(&mut observer, &person.types(620));
    let mut at = person.now + 2_000_000;
    feed(&mut observer, &typed(canary, &mut at));
    person.now = at + 2_000_000;
    feed(&mut observer, &person.types(500));
    observer.take_profile()
}

/// Hand-to-hand sums do differ: they count which hand followed which, over all typing. So may the score of a stretch of
/// 50 keys, rounded as it is, by which four means say how well the person usually fits.
fn without_groups(profile: &Profile) -> String {
    let mut value = serde_json::to_value(profile).expect("serialises");
    value["typing"]["group"] = Value::Null;
    value["usual"] = Value::Null;
    round(&mut value);
    value.to_string()
}

/// Sums in another order differ in their last bits.
fn round(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let rounded = (number.as_f64().unwrap_or_default() * 1000.0).round();
            *value = rounded.into();
        }
        Value::Array(items) => items.iter_mut().for_each(round),
        Value::Object(fields) => fields.values_mut().for_each(round),
        _ => {}
    }
}

fn pairs(profile: &Profile) -> Vec<u64> {
    let value = serde_json::to_value(profile).expect("serialises");
    let pairs = value["typing"]["pairs"].as_array().expect("pairs");
    pairs
        .iter()
        .filter_map(|stats| stats["pair"].as_u64())
        .collect()
}

fn stored(keys: usize) -> Value {
    serde_json::to_value(learnt(&mut Person::quick(), keys).profile()).expect("serialises")
}

fn validated(value: Value) -> Result<(), Error> {
    let profile: Profile = serde_json::from_value(value).expect("well formed");
    assert_ne!(profile.keyboard(), Some(DeviceTag(0)));
    profile.validate()
}
