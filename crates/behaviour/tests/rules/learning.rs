//! What is learnt, when it may be judged by, and what never trains.

use selfsame_behaviour::{ClearReason, Context, Level, Micros, Reason, Verdict};

use crate::person::{KEYBOARD, Person, TRUSTED, assess, feed, learnt, new_observer, trained};

#[test]
fn the_person_is_the_same_after_one_sitting_of_1500_keys() {
    let mut person = Person::quick();
    let observer = learnt(&mut person, 1500);
    let assessment = assess(&observer, person.now - 10_000_000);
    assert_eq!(assessment.verdict, Verdict::Same, "{assessment:?}");
    assert!(assessment.level >= Some(Level::Fmr1e2));
    assert!(assessment.reasons.is_empty());
}

#[test]
fn somebody_with_another_rhythm_is_different() {
    let mut person = Person::quick();
    let mut observer = learnt(&mut person, 1500);
    observer.clear(ClearReason::Lock);
    let mut other = Person::slow();
    other.now = person.now;
    feed(&mut observer, &other.types(150));
    let assessment = assess(&observer, other.now);
    assert_eq!(assessment.verdict, Verdict::Different);
    assert_eq!(assessment.reasons, [Reason::UnlikeUsualRhythm]);
}

#[test]
fn nothing_is_said_while_the_profile_is_still_learning() {
    let mut person = Person::quick();
    let observer = learnt(&mut person, 450);
    let assessment = assess(&observer, person.now);
    assert_eq!(assessment.verdict, Verdict::Unsure);
    assert!(assessment.reasons.contains(&Reason::StillLearning));
    assert_eq!(observer.progress().percent, 90);
}

#[test]
fn an_impostor_who_retrains_a_new_generation_is_never_the_same_until_it_is_trusted() {
    let mut impostor = Person::slow();
    let mut observer = new_observer();
    let untrusted = Context {
        generation_trusted: false,
        ..TRUSTED
    };
    for _ in 0..100 {
        feed(&mut observer, &impostor.types(50));
        let assessment = observer.assess(Micros(impostor.now), Level::Fmr1e2, untrusted);
        assert_eq!(assessment.verdict, Verdict::Unsure);
        assert!(assessment.reasons.contains(&Reason::NewGeneration));
    }
    assert!(observer.progress().keys_learnt >= 1500);
}

#[test]
fn a_stricter_level_needs_an_older_profile() {
    let mut person = Person::quick();
    let observer = learnt(&mut person, 700);
    let strict = observer.assess(Micros(person.now), Level::Fmr1e4, TRUSTED);
    assert_eq!(
        (strict.verdict, strict.reasons),
        (Verdict::Unsure, vec![Reason::StillLearning])
    );
}

#[test]
fn a_level_that_no_recording_has_shown_is_never_claimed() {
    let mut person = Person::quick();
    let mut observer = learnt(&mut person, 3000);
    feed(&mut observer, &person.types(400));
    let asked = |level| observer.assess(Micros(person.now), level, TRUSTED);
    assert_eq!(asked(Level::Fmr1e3).level, Some(Level::Fmr1e3));
    assert_eq!(asked(Level::Fmr1e4).verdict, Verdict::Unsure);
}

#[test]
fn after_first_learning_nothing_trains_without_a_hard_factor() {
    let mut person = Person::quick();
    let mut observer = learnt(&mut person, 3000);
    let before = trained(observer.profile());
    feed(&mut observer, &person.types(400));
    assert_eq!(trained(observer.profile()), before);
    observer.confirm();
    assert_ne!(trained(observer.profile()), before);
}

#[test]
fn a_hard_factor_vouches_for_nobody_who_did_not_fit() {
    let mut person = Person::quick();
    let mut observer = learnt(&mut person, 3000);
    observer.clear(ClearReason::Lock);
    let before = trained(observer.profile());
    let mut other = Person::slow();
    other.now = person.now;
    feed(&mut observer, &other.types(1000));
    observer.confirm();
    assert_eq!(trained(observer.profile()), before);
}

#[test]
fn what_was_typed_before_a_lock_is_not_vouched_for_after_it() {
    let mut person = Person::quick();
    let mut observer = learnt(&mut person, 3000);
    let before = trained(observer.profile());
    feed(&mut observer, &person.types(400));
    observer.clear(ClearReason::Lock);
    observer.confirm();
    assert_eq!(trained(observer.profile()), before);
}

#[test]
fn a_new_keyboard_is_neither_learnt_nor_judged() {
    let mut person = Person::quick();
    let mut observer = learnt(&mut person, 1500);
    let before = trained(observer.profile());
    person.device = selfsame_behaviour::DeviceTag(9);
    feed(&mut observer, &person.types(100));
    let assessment = assess(&observer, person.now);
    assert_eq!(assessment.verdict, Verdict::Unsure);
    assert!(assessment.reasons.contains(&Reason::NewDevice));
    assert_eq!(
        observer.unknown_keyboard(Micros(person.now)),
        Some(person.device)
    );
    assert_eq!(observer.profile().keyboard(), Some(KEYBOARD));
    assert_eq!(trained(observer.profile()), before);
}
