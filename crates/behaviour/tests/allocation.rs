//! Once a person is known, nothing is allocated however much they type.

#[path = "rules/mouse.rs"]
mod mouse;
#[path = "rules/person.rs"]
#[allow(dead_code)] // the rules use more of it
mod person;

use allocation_counter::measure;
use mouse::moves;
use person::{Person, feed, learnt};

#[test]
fn a_known_person_types_and_points_without_an_allocation() {
    let mut person = Person::quick();
    let mut observer = learnt(&mut person, 2500);
    let events = [
        person.types(1000),
        moves(&mut person, 1000),
        person.types(1000),
    ]
    .concat();
    let before = observer.profile().progress();
    let taken = measure(|| feed(&mut observer, &events));
    assert_eq!(taken.count_total, 0, "{} bytes", taken.bytes_total);
    assert_eq!(
        observer.profile().progress().keys_learnt,
        before.keys_learnt
    );
}
