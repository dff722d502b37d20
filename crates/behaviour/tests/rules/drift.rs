//! Slow takeover and slow change.

use selfsame_behaviour::{ClearReason, Profile, Verdict};

use crate::person::{Person, assess, feed, learnt};

#[test]
fn an_intruder_with_every_hard_factor_cannot_walk_the_profile_away() {
    let mut person = Person::quick();
    let mut observer = learnt(&mut person, 3000);
    let mut walker = person.clone();
    for step in 1..=60 {
        let mut pace = walker.slowed(1.0 + f64::from(step) * 0.05);
        feed(&mut observer, &pace.types(300));
        observer.confirm();
        walker.carries_on(&pace);
        walker.waits(20);
    }
    observer.clear(ClearReason::Lock);
    let mut intruder = Person::slow();
    intruder.now = walker.now;
    feed(&mut observer, &intruder.types(300));
    assert_ne!(assess(&observer, intruder.now).verdict, Verdict::Same);
}

#[test]
fn the_person_may_get_a_little_faster() {
    let mut person = Person::quick();
    let mut observer = learnt(&mut person, 3000);
    for step in 1..=10 {
        let mut pace = person.slowed(1.0 - f64::from(step) * 0.005);
        feed(&mut observer, &pace.types(300));
        observer.confirm();
        person.carries_on(&pace);
        person.waits(20);
    }
    let mut pace = person.slowed(0.95);
    feed(&mut observer, &pace.types(200));
    assert_eq!(assess(&observer, pace.now).verdict, Verdict::Same);
    observer
        .profile()
        .validate()
        .expect("an adapted profile is sound");
    let _: Profile = observer.take_profile();
}
