//! Input that is not from hardware in somebody's hands.

use selfsame_behaviour::{ClearReason, Provenance, Reason, Verdict};

use crate::person::{Person, assess, feed, learnt, new_observer};

#[test]
fn injected_typing_never_trains() {
    for provenance in [Provenance::Injected, Provenance::Unknown] {
        let mut observer = new_observer();
        let fresh = observer.profile().clone();
        let mut robot = Person::quick();
        robot.provenance = provenance;
        feed(&mut observer, &robot.types(3000));
        assert_eq!(*observer.profile(), fresh);
        assert_ne!(assess(&observer, robot.now).verdict, Verdict::Same);
    }
}

#[test]
fn injected_typing_in_the_persons_own_rhythm_never_raises_trust() {
    for (provenance, reason) in [
        (Provenance::Injected, Reason::InjectedInput),
        (Provenance::Unknown, Reason::UnknownProvenance),
    ] {
        let mut person = Person::quick();
        let mut observer = learnt(&mut person, 1500);
        observer.clear(ClearReason::Lock);
        person.provenance = provenance;
        feed(&mut observer, &person.types(300));
        let assessment = assess(&observer, person.now);
        assert_eq!(
            (assessment.verdict, assessment.evidence_age),
            (Verdict::Unsure, None)
        );
        assert!(assessment.reasons.contains(&reason));
        let later = assess(&observer, person.now + 90_000_000);
        assert_eq!(later.verdict, Verdict::Unsure);
    }
}

#[test]
fn one_injected_event_makes_a_trusted_minute_unsure() {
    let mut person = Person::quick();
    let mut observer = learnt(&mut person, 1500);
    feed(&mut observer, &person.types(50));
    let mut robot = person.clone();
    robot.provenance = Provenance::Injected;
    feed(&mut observer, &robot.types(1));
    assert_eq!(
        assess(&observer, person.now).reasons,
        [Reason::InjectedInput]
    );
    for _ in 0..6 {
        feed(&mut observer, &person.waits(8).types(20));
    }
    feed(&mut observer, &person.waits(12).types(20));
    assert_eq!(assess(&observer, person.now).verdict, Verdict::Same);
}
