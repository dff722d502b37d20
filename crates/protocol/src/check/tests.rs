//! What a check needs before it can end in an approval, and how soon it ends otherwise.

use proptest::prelude::*;
use selfsame_behaviour::Level;

use super::*;
use crate::{GenerationId, UnixMillis, VERSION, message::EvidenceAge};

const WALL: UnixMillis = UnixMillis(1_700_000_000_000);

fn id(n: u8) -> CheckId {
    CheckId::from_bytes([n; 16])
}

fn nonce(n: u8) -> Nonce {
    Nonce::from_bytes([n; 32])
}

fn device(n: u8) -> DeviceId {
    DeviceId::from_bytes([n; 16])
}

fn origin() -> Origin {
    Origin::parse("https://idp.example.com").unwrap()
}

fn check() -> Check {
    Check::new(id(1), nonce(1), origin(), Arrival::FromService, Millis(0))
}

fn proof(by: u8, about: u8) -> Presence {
    Presence {
        v: VERSION,
        device: device(by),
        check: id(about),
        nonce: nonce(about),
        origin: origin(),
        channel: Channel::Loopback,
        iat: WALL,
    }
}

fn same(by: u8, about: u8) -> VerdictMessage {
    VerdictMessage {
        v: VERSION,
        device: device(by),
        check: id(about),
        nonce: nonce(about),
        verdict: Verdict::Same,
        level: Some(Level::Fmr1e2),
        evidence_age: EvidenceAge::Under10s,
        reasons: vec![],
        model: 1,
        generation: GenerationId([0; 16]),
        demo: false,
        iat: WALL,
    }
}

#[test]
fn presence_then_a_verdict_by_the_same_device_is_judged() {
    let mut check = check();
    check.handle_question(Millis(10));
    assert_eq!(
        check.handle_presence(Millis(20), &proof(1, 1)),
        Step::AskDevice(device(1))
    );
    let Step::End(ending) = check.handle_verdict(Millis(30), same(1, 1)) else {
        panic!("the check has all it needs");
    };
    assert!(ending.says_same());
}

#[test]
fn a_verdict_without_presence_is_worth_nothing() {
    let mut check = check();
    check.handle_question(Millis(10));
    assert_eq!(check.handle_verdict(Millis(20), same(1, 1)), Step::Wait);
    assert_eq!(check.ending(), None);
}

#[test]
fn a_verdict_by_another_device_ends_in_the_other_factor() {
    let mut check = check();
    check.handle_question(Millis(10));
    check.handle_presence(Millis(20), &proof(1, 1));
    check.handle_verdict(Millis(30), same(2, 1));
    assert_eq!(
        check.ending(),
        Some(&Ending::OtherFactor(Why::SecondDevice))
    );
}

#[test]
fn a_second_device_that_proves_presence_ends_the_check() {
    let mut check = check();
    check.handle_question(Millis(10));
    check.handle_presence(Millis(20), &proof(1, 1));
    check.handle_presence(Millis(21), &proof(2, 1));
    assert_eq!(
        check.ending(),
        Some(&Ending::OtherFactor(Why::SecondDevice))
    );
}

#[test]
fn a_proof_about_another_check_or_from_another_origin_ends_the_check() {
    let elsewhere = Origin::parse("https://evil.example").unwrap();
    for bad in [
        proof(1, 2),
        Presence {
            origin: elsewhere,
            ..proof(1, 1)
        },
    ] {
        let mut check = check();
        check.handle_question(Millis(10));
        check.handle_presence(Millis(20), &bad);
        assert_eq!(check.ending(), Some(&Ending::OtherFactor(Why::Mismatch)));
    }
}

#[test]
fn an_unattributed_request_asks_nothing_before_the_click() {
    let mut check = Check::new(id(1), nonce(1), origin(), Arrival::Unattributed, Millis(0));
    check.handle_question(Millis(10));
    assert_eq!(check.handle_presence(Millis(20), &proof(1, 1)), Step::Wait);
    assert!(check.awaits_click());
    check.handle_click(Millis(30));
    check.handle_question(Millis(40));
    assert_eq!(
        check.handle_presence(Millis(50), &proof(1, 1)),
        Step::AskDevice(device(1))
    );
}

#[test]
fn the_other_factor_comes_three_seconds_after_the_first_question() {
    let mut check = check();
    check.handle_question(Millis(1_000));
    assert_eq!(check.poll_timeout(), Some(Millis(4_000)));
    check.handle_presence(Millis(3_500), &proof(1, 1));
    assert_eq!(check.poll_timeout(), Some(Millis(4_000)));
    check.handle_timeout(Millis(4_000));
    assert_eq!(check.ending(), Some(&Ending::OtherFactor(Why::NoVerdict)));
}

#[test]
fn time_in_which_the_person_decides_is_not_counted_but_limited() {
    let mut check = check();
    check.handle_question(Millis(0));
    check.handle_person_asked(Millis(500));
    assert_eq!(check.poll_timeout(), Some(Millis(60_500)));
    check.handle_question(Millis(30_000));
    assert_eq!(check.poll_timeout(), Some(Millis(32_500)));
}

#[test]
fn a_page_that_asks_the_person_over_and_over_does_not_hold_the_check_open() {
    let mut check = check();
    let mut now = Millis(0);
    for _ in 0..100 {
        check.handle_person_asked(now);
        now = now.plus(10_000);
        check.handle_timeout(now);
        check.handle_question(now);
    }
    assert_eq!(
        check.ending(),
        Some(&Ending::OtherFactor(Why::PersonTooSlow))
    );
}

#[test]
fn a_reload_does_not_turn_the_clock_back() {
    let mut check = check();
    check.handle_question(Millis(0));
    check.handle_question(Millis(2_000));
    assert_eq!(check.poll_timeout(), Some(Millis(3_000)));
}

#[derive(Debug, Clone)]
enum Input {
    Click,
    Question,
    PersonAsked,
    Presence(u8, u8),
    Verdict(u8, u8),
    Offline,
    Other,
    Timeout,
}

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        Just(Input::Click),
        Just(Input::Question),
        Just(Input::PersonAsked),
        (1_u8..3, 1_u8..3).prop_map(|(by, about)| Input::Presence(by, about)),
        (1_u8..3, 1_u8..3).prop_map(|(by, about)| Input::Verdict(by, about)),
        Just(Input::Offline),
        Just(Input::Other),
        Just(Input::Timeout),
    ]
}

fn feed(check: &mut Check, now: Millis, input: &Input) -> Step {
    match *input {
        Input::Click => check.handle_click(now),
        Input::Question => check.handle_question(now),
        Input::PersonAsked => check.handle_person_asked(now),
        Input::Presence(by, about) => check.handle_presence(now, &proof(by, about)),
        Input::Verdict(by, about) => check.handle_verdict(now, same(by, about)),
        Input::Offline => check.handle_device_offline(),
        Input::Other => check.handle_other_method(),
        Input::Timeout => check.handle_timeout(now),
    }
}

proptest! {
    #[test]
    fn no_order_of_events_approves_without_both_legs_of_one_device_about_this_check(
        events in prop::collection::vec((input(), 0_u64..2_000), 0..40),
        unattributed: bool,
    ) {
        let arrival = if unattributed { Arrival::Unattributed } else { Arrival::FromService };
        let mut check = Check::new(id(1), nonce(1), origin(), arrival, Millis(0));
        let (mut now, mut clicked, mut proved) = (0, !unattributed, None);
        for (event, gap) in &events {
            now += gap;
            if matches!(event, Input::Click) {
                clicked = true;
            }
            let before = check.ending().cloned();
            let step = feed(&mut check, Millis(now), event);
            if let (Input::Presence(by, 1), Step::AskDevice(_)) = (event, &step) {
                prop_assert!(clicked);
                proved = Some(*by);
            }
            if let Step::End(ending) = &step {
                prop_assert_eq!(before, None);
                if ending.says_same() {
                    let Input::Verdict(by, 1) = event else { panic!("{event:?} approved") };
                    prop_assert_eq!(Some(*by), proved);
                }
            } else {
                prop_assert_eq!(before.as_ref(), check.ending());
            }
        }
    }

    #[test]
    fn every_check_ends_by_itself(events in prop::collection::vec((input(), 0_u64..2_000), 0..20)) {
        let mut check = check();
        let mut now = 0;
        for (event, gap) in &events {
            now += gap;
            feed(&mut check, Millis(now), event);
        }
        for _ in 0..10 {
            let Some(due) = check.poll_timeout() else { break };
            check.handle_timeout(due);
        }
        prop_assert!(check.ending().is_some());
    }
}
