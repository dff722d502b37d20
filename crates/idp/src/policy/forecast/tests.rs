//! A week of kept decisions under one policy and another.

use selfsame_protocol::{
    Reason, Verdict,
    message::{Channel, EvidenceAge, KeyStorage},
};

use super::*;
use crate::{
    decide::{DemoBuilds, Presence, Said},
    policy::{AskedBy, Version, file},
    store::{Grounds, Login, Standing},
};

const ADA: PersonId = PersonId::from_number(1);
const EVE: PersonId = PersonId::from_number(2);
const SERVICE: &str = "urn:service";
const HOUR_MS: i64 = 3_600_000;

fn device(person: PersonId) -> DeviceId {
    DeviceId::from_bytes([if person == ADA { 1 } else { 2 }; 16])
}

/// A challenge so many hours after the start, at which a hardware key's device met this level.
fn challenge(person: PersonId, hour: i64, level: Option<Level>) -> Decided {
    let said = Said {
        verdict: level.map_or(Verdict::Unsure, |_| Verdict::Same),
        level,
        evidence_age: EvidenceAge::Under10s,
        reasons: Vec::new(),
    };
    Decided {
        at: UnixMillis(hour * HOUR_MS),
        person,
        grounds: Grounds {
            device: device(person),
            service: SERVICE.to_owned(),
            address: None,
            facts: Some(Facts {
                said,
                presence: Presence::Browser(Channel::Loopback),
                standing: Some(Standing::Active),
                key_storage: KeyStorage::Hardware,
                demo: false,
                windows: 2,
                verdict_age_ms: 10,
                past: Past::default(),
            }),
            objection: None,
            by: AskedBy::default(),
        },
    }
}

fn world() -> World {
    let own = Policy::least(DemoBuilds::Refused);
    let login = |text| Login::parse(text).unwrap();
    World {
        services: HashMap::from([(SERVICE.to_owned(), own)]),
        people: HashMap::from([
            (ADA, login("ada@example.com")),
            (EVE, login("eve@example.com")),
        ]),
        groups: HashMap::from([(EVE, vec!["contractors".to_owned()])]),
        hard_factors: HashMap::new(),
    }
}

fn current(rules: &str) -> Current {
    Current {
        settled: Version {
            number: 1,
            rules: file::parse(rules).unwrap(),
        },
        rolling_out: None,
    }
}

fn outcomes<'a>(decisions: &'a [Decided], world: &World, rules: &str) -> Vec<Outcome<'a>> {
    replay(decisions, world, (&current(rules), Level::Fmr1e2))
}

#[test]
fn a_stricter_level_tells_whom_it_would_leave_unrecognised() {
    let strong = Some(Level::Fmr1e3);
    let weak = Some(Level::Fmr1e2);
    let week = [
        challenge(ADA, 1, strong),
        challenge(ADA, 2, strong),
        challenge(ADA, 3, weak),
        challenge(EVE, 4, strong),
        challenge(EVE, 5, weak),
        challenge(EVE, 6, weak),
    ];
    let at = |level| {
        let outcomes = replay(&week, &world(), (&Current::default(), level));
        let tally = Tally::of(&week, &outcomes);
        (tally.recognised.percent(), tally.below_half())
    };
    assert_eq!(at(Level::Fmr1e2), (100, vec![]));
    let third = Share {
        of_these: 1,
        of_all: 3,
    };
    assert_eq!(at(Level::Fmr1e3), (50, vec![(EVE, third)]));
    assert_eq!(at(Level::Fmr1e4).0, 0);
}

#[test]
fn a_rule_changes_the_challenges_that_it_fits_and_no_others() {
    let week = [
        challenge(ADA, 1, Some(Level::Fmr1e2)),
        challenge(EVE, 2, Some(Level::Fmr1e2)),
        challenge(EVE, 3, None),
    ];
    let old = outcomes(&week, &world(), "");
    let rules = "[[rule]]\nname = \"a\"\ngroups = [\"contractors\"]\nlevel = \"1e-3\"\n";
    let new = outcomes(&week, &world(), rules);
    let changes = Changes::between(&week, &old, &new);
    assert_eq!((changes.same, changes.newly_answered), (2, 0));
    assert_eq!(changes.no_longer_answered.get("level-not-met"), Some(&1));
    assert_eq!(changes.people.get(&EVE), Some(&1));
    let back = Changes::between(&week, &new, &old);
    assert_eq!((back.same, back.newly_answered), (2, 1));
}

#[test]
fn a_cap_counts_what_the_replayed_policy_would_have_answered() {
    let day: Vec<_> = [1, 2, 3, 26]
        .into_iter()
        .map(|hour| challenge(ADA, hour, Some(Level::Fmr1e2)))
        .collect();
    let capped = "[[rule]]\nname = \"a\"\ndaily-cap = 2\n";
    let capped = outcomes(&day, &world(), capped);
    let reached = Outcome::OtherFactor("daily-cap");
    let yes = Outcome::Answered;
    assert_eq!(capped, [yes, yes, reached, yes]);
}

#[test]
fn enforcement_holds_a_device_until_the_other_factor_was_seen() {
    let mut day = vec![
        challenge(ADA, 1, None),
        challenge(ADA, 2, Some(Level::Fmr1e2)),
    ];
    let facts = day[0].grounds.facts.as_mut().unwrap();
    facts.said.verdict = Verdict::Different;
    facts.said.reasons = vec![Reason::InjectedInput];
    day.push(challenge(ADA, 4, Some(Level::Fmr1e2)));
    day.push(challenge(EVE, 5, Some(Level::Fmr1e2)));
    let mut world = world();
    let seen = vec![UnixMillis(3 * HOUR_MS)];
    world.hard_factors.insert(device(ADA), seen);
    let enforced = outcomes(&day, &world, "[[rule]]\nname = \"a\"\nmode = \"enforce\"\n");
    assert_eq!(enforced[1], Outcome::OtherFactor("held-until-hard-factor"));
    assert_eq!(enforced[2..], [Outcome::Answered, Outcome::Answered]);
}

#[test]
fn what_no_policy_could_change_stays_as_it_was() {
    let mut silent = challenge(ADA, 1, None);
    silent.grounds.facts = None;
    let mut named = challenge(ADA, 2, Some(Level::Fmr1e2));
    named.grounds.objection = Some("service-names-another".to_owned());
    let mut gone = challenge(ADA, 3, Some(Level::Fmr1e2));
    gone.grounds.service = "urn:gone".to_owned();
    let week = [silent, named, gone];
    let outcomes = outcomes(&week, &world(), "");
    assert_eq!(
        outcomes,
        [
            Outcome::OtherFactor(NO_VERDICT),
            Outcome::OtherFactor("service-names-another"),
            Outcome::ServiceGone,
        ]
    );
    assert_eq!(Tally::of(&week, &outcomes).recognised.of_all, 2);
}
