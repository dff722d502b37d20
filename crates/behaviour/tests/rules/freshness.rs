//! Evidence ages, is cleared, and must be of the one who sits there now.

use selfsame_behaviour::{ClearReason, Context, Level, Micros, Reason, Verdict};

use crate::person::{Person, TRUSTED, assess, feed, learnt};

#[test]
fn evidence_older_than_a_minute_is_stale() {
    let mut person = Person::quick();
    let mut observer = learnt(&mut person, 1500);
    feed(&mut observer, &person.types(100));
    assert_eq!(
        assess(&observer, person.now + 30_000_000).verdict,
        Verdict::Same
    );
    let late = assess(&observer, person.now + 61_000_000);
    assert_eq!(
        (late.verdict, late.reasons),
        (Verdict::Unsure, vec![Reason::StaleEvidence])
    );
    assert!(late.evidence_age >= Some(Micros::from_secs(60)));
}

#[test]
fn a_clock_that_disagrees_makes_nothing_fresh() {
    let mut person = Person::quick();
    let observer = learnt(&mut person, 1500);
    assert_eq!(assess(&observer, 0).reasons, [Reason::StaleEvidence]);
}

#[test]
fn a_lock_clears_all_evidence() {
    let mut person = Person::quick();
    let mut observer = learnt(&mut person, 1500);
    observer.clear(ClearReason::Lock);
    let locked = assess(&observer, person.now);
    assert_eq!(
        (locked.verdict, locked.reasons),
        (Verdict::Unsure, vec![Reason::Locked])
    );
    assert_eq!(locked.evidence_age, None);
    feed(&mut observer, &person.types(20));
    assert_eq!(
        assess(&observer, person.now).reasons,
        [Reason::TooLittleInput]
    );
}

#[test]
fn two_idle_minutes_use_up_the_evidence() {
    let mut person = Person::quick();
    let mut observer = learnt(&mut person, 1500);
    person.waits(121);
    feed(&mut observer, &person.types(20));
    assert_eq!(
        assess(&observer, person.now).reasons,
        [Reason::TooLittleInput]
    );
}

#[test]
fn a_few_keys_after_a_pause_do_not_inherit_the_trust_before_it() {
    let mut person = Person::quick();
    let mut observer = learnt(&mut person, 1500);
    feed(&mut observer, &person.types(200));
    person.waits(31);
    feed(&mut observer, &person.types(5));
    assert_eq!(assess(&observer, person.now).verdict, Verdict::Unsure);
}

#[test]
fn a_seat_that_changed_hands_is_not_the_same() {
    let mut person = Person::quick();
    let mut observer = learnt(&mut person, 1500);
    feed(&mut observer, &person.types(200));
    let mut other = Person::slow();
    other.now = person.waits(3).now;
    feed(&mut observer, &other.types(40));
    assert_ne!(assess(&observer, other.now).verdict, Verdict::Same);
}

#[test]
fn what_the_caller_knows_overrules_every_score() {
    let mut person = Person::quick();
    let observer = learnt(&mut person, 1500);
    let cases = [
        (
            Context {
                paused: true,
                ..TRUSTED
            },
            Reason::Paused,
        ),
        (
            Context {
                remote: true,
                ..TRUSTED
            },
            Reason::RemoteSession,
        ),
        (
            Context {
                sessions_ambiguous: true,
                ..TRUSTED
            },
            Reason::SeveralSessions,
        ),
        (
            Context {
                generation_trusted: false,
                ..TRUSTED
            },
            Reason::NewGeneration,
        ),
    ];
    for (context, reason) in cases {
        let assessment = observer.assess(Micros(person.now), Level::Fmr1e2, context);
        assert_eq!(
            (assessment.verdict, assessment.level),
            (Verdict::Unsure, None)
        );
        assert_eq!(assessment.reasons, [reason]);
    }
}

#[test]
fn debugging_an_observer_shows_no_score() {
    let mut person = Person::quick();
    let observer = learnt(&mut person, 1500);
    let shown = format!("{observer:?}");
    assert!(shown.len() < 100 && shown.contains("generation"), "{shown}");
}
