//! A table: each rule broken alone, and nothing else.

use selfsame_protocol::{
    GenerationId,
    message::{CONNECTION_WITHIN_MS, Channel, EvidenceAge, Window},
};

use super::*;
use crate::service_settings::Mode;

const GENERATION: GenerationId = GenerationId([7; 16]);
const HOUR_MS: i64 = 3_600_000;

struct Case {
    policy: Policy,
    facts: Facts,
}

impl Case {
    fn decide(&self) -> Decision {
        decide(&self.policy, &self.facts)
    }
}

fn good() -> Case {
    Case {
        policy: Policy::least(DemoBuilds::Refused),
        facts: Facts {
            said: Said {
                verdict: Verdict::Same,
                level: Some(Level::Fmr1e2),
                evidence_age: EvidenceAge::Under10s,
                reasons: Vec::new(),
            },
            presence: Presence::Browser(Channel::Loopback),
            standing: Some(Standing::Active),
            key_storage: KeyStorage::Software,
            demo: false,
            windows: 2,
            verdict_age_ms: 20,
            past: Past::default(),
        },
    }
}

fn with(change: impl FnOnce(&mut Case)) -> Decision {
    let mut case = good();
    change(&mut case);
    case.decide()
}

#[test]
fn an_answer_that_breaks_no_rule_is_approved() {
    assert_eq!(good().decide(), Decision::Approve);
}

/// A gateway's request that breaks no rule.
const AT_A_GATEWAY: GatewayFacts = GatewayFacts {
    first_factor: FirstFactor::Passed,
    open_desks: 1,
    connection_age_ms: Some(CONNECTION_WITHIN_MS),
    caller: Caller::NotTold,
    rivals: Rivals::None,
};

/// A gateway's request with one thing changed.
fn gateway(change: fn(&mut GatewayFacts)) -> Presence {
    let mut facts = AT_A_GATEWAY;
    change(&mut facts);
    Presence::Gateway(facts)
}

type Change = fn(&mut Case);

/// Each way of falling short, and the rule that says so.
const SHORTCOMINGS: &[(Rule, Change)] = &[
    (Rule::DeviceUnknown, |c| c.facts.standing = None),
    (Rule::DeviceSuspended, |c| {
        c.facts.standing = Some(Standing::Suspended)
    }),
    (Rule::DeviceRevoked, |c| {
        c.facts.standing = Some(Standing::Revoked)
    }),
    (Rule::DeviceErased, |c| {
        c.facts.standing = Some(Standing::Erased)
    }),
    (Rule::DemoBuild, |c| c.facts.demo = true),
    (Rule::FirstFactorNotSeen, |c| {
        c.facts.presence = gateway(|g| g.first_factor = FirstFactor::NotSeen)
    }),
    (Rule::NoOpenDesk, |c| {
        c.facts.presence = gateway(|g| g.open_desks = 0)
    }),
    (Rule::SeveralOpenDesks, |c| {
        c.facts.presence = gateway(|g| g.open_desks = 2)
    }),
    (Rule::NoConnection, |c| {
        c.facts.presence = gateway(|g| g.connection_age_ms = None)
    }),
    (Rule::NoConnection, |c| {
        c.facts.presence = gateway(|g| g.connection_age_ms = Some(CONNECTION_WITHIN_MS + 1))
    }),
    (Rule::CallerElsewhere, |c| {
        c.facts.presence = gateway(|g| g.caller = Caller::Elsewhere)
    }),
    (Rule::RivalRequest, |c| {
        c.facts.presence = gateway(|g| g.rivals = Rivals::Some)
    }),
    (Rule::VerdictNotFresh, |c| c.facts.verdict_age_ms = 10_001),
    (Rule::VerdictNotFresh, |c| c.facts.verdict_age_ms = -10_001),
    (Rule::VerdictNotFresh, |c| c.facts.verdict_age_ms = i64::MIN),
    (Rule::InjectedInput, |c| {
        c.facts.said.reasons = vec![Reason::InjectedInput]
    }),
    (Rule::InjectedInput, |c| {
        c.facts.said.reasons = vec![Reason::UnknownProvenance]
    }),
    (Rule::RemoteSession, |c| {
        c.facts.said.reasons = vec![Reason::RemoteSession]
    }),
    (Rule::VerdictUnsure, |c| {
        c.facts.said.reasons = vec![Reason::Paused]
    }),
    (Rule::VerdictUnsure, |c| {
        c.facts.said.verdict = Verdict::Unsure
    }),
    (Rule::VerdictDifferent, |c| {
        c.facts.said.verdict = Verdict::Different
    }),
    (Rule::LevelNotMet, |c| c.facts.said.level = None),
    (Rule::EvidenceTooOld, |c| {
        c.facts.said.evidence_age = EvidenceAge::Under120s
    }),
    (Rule::EvidenceTooOld, |c| {
        c.facts.said.evidence_age = EvidenceAge::Older
    }),
    (Rule::GenerationNotTrusted, |c| c.facts.windows = 1),
];

/// Each way of asking for more than a good answer has, and the rule that says so.
const DEMANDS: &[(Rule, Change)] = &[
    (Rule::ChannelNotAllowed, |c| {
        c.policy = c.policy.extension_only()
    }),
    (Rule::ChannelNotAllowed, |c| {
        c.policy = c.policy.by_ways(Ways::of(&[Way::Gateway, Way::Code]))
    }),
    (Rule::ChannelNotAllowed, |c| {
        c.policy = c.policy.by_ways(Ways::ALL.without(Way::Code));
        c.facts.presence = Presence::Code(AT_A_GATEWAY);
    }),
    (Rule::KeyStorageNotAllowed, |c| {
        c.policy = c.policy.hardware_keys_only()
    }),
    (Rule::LevelNotMet, |c| {
        c.policy = c.policy.at_level(Level::Fmr1e3)
    }),
    (Rule::SoftwareKeyLevel, |c| {
        c.policy = c.policy.at_level(Level::Fmr1e3);
        c.facts.said.level = Some(Level::Fmr1e4);
    }),
    (Rule::EvidenceTooOld, |c| {
        c.policy = c.policy.evidence_within(5)
    }),
    (Rule::HeldUntilHardFactor, |c| {
        c.policy = c.policy.held_after(DIFFERENT);
        c.facts.past.against = DIFFERENT;
    }),
    (Rule::HardFactorDue, |c| {
        c.policy = c.policy.hard_factor_within(HOUR_MS)
    }),
    (Rule::HardFactorDue, |c| {
        c.policy = c.policy.hard_factor_within(HOUR_MS);
        c.facts.past.hard_factor_ms_ago = Some(HOUR_MS + 1);
    }),
    (Rule::DailyCap, |c| {
        c.policy = c.policy.daily_cap(3);
        c.facts.past.answered = 3;
    }),
];

const DIFFERENT: Against = Against {
    different: true,
    ..Against::NOTHING
};

#[test]
fn each_rule_refuses_by_itself() {
    let table = || SHORTCOMINGS.iter().chain(DEMANDS);
    for (rule, change) in table() {
        assert_eq!(with(change), Decision::Refuse(*rule));
    }
    for rule in Rule::ALL {
        assert!(
            table().any(|(tested, _)| tested == rule),
            "{rule} has no case"
        );
    }
}

/// A policy that names everything that can be named, as loosely as it can be said.
fn as_loose_as_can_be_said(own: Policy) -> Policy {
    own.at_level(Level::Fmr1e2)
        .evidence_within(u32::MAX)
        .by_ways(Ways::ALL)
        .held_after(Against::NOTHING)
        .daily_cap(u32::MAX)
}

#[test]
fn no_policy_asks_for_less_than_the_invariants() {
    for (rule, change) in SHORTCOMINGS {
        let decision = with(|c| {
            change(c);
            c.policy = as_loose_as_can_be_said(c.policy).hard_factor_within(i64::MAX);
            c.facts.past.hard_factor_ms_ago = Some(0);
        });
        assert_eq!(decision, Decision::Refuse(*rule));
    }
    for (rule, change) in DEMANDS {
        let decision = with(|c| {
            change(c);
            c.policy = as_loose_as_can_be_said(c.policy);
        });
        assert_eq!(
            decision,
            Decision::Refuse(*rule),
            "what was asked for stays"
        );
    }
}

#[test]
fn what_was_asked_about_the_past_and_is_met_is_approved() {
    let met = with(|c| {
        c.policy = c
            .policy
            .held_after(DIFFERENT)
            .hard_factor_within(HOUR_MS)
            .daily_cap(3);
        c.facts.past = Past {
            hard_factor_ms_ago: Some(HOUR_MS),
            against: Against {
                remote_session: true,
                ..Against::NOTHING
            },
            answered: 2,
        };
    });
    assert_eq!(met, Decision::Approve);
}

#[test]
fn windows_vouch_for_their_own_generation_once_each() {
    let window = |text| Window::parse(text).unwrap();
    let vouch =
        |windows: &[(GenerationId, Window)], demo| windows_that_vouch(windows, GENERATION, demo);
    let days = [
        (GENERATION, window("2026-11-24")),
        (GENERATION, window("2026-11-24")),
        (GENERATION, window("2026-11-25")),
        (GENERATION, window("demo-2")),
        (GenerationId([8; 16]), window("2026-11-23")),
    ];
    assert_eq!(vouch(&days, DemoBuilds::Refused), 2);
    assert_eq!(vouch(&days, DemoBuilds::Accepted), 3);
    assert_eq!(vouch(&[], DemoBuilds::Accepted), 0);
}

#[test]
fn facts_survive_being_kept() {
    for (_, change) in SHORTCOMINGS {
        let mut case = good();
        change(&mut case);
        let text = serde_json::to_string(&case.facts).unwrap();
        assert_eq!(serde_json::from_str::<Facts>(&text).unwrap(), case.facts);
    }
}

#[test]
fn a_gateways_request_that_breaks_no_rule_is_approved() {
    let presence = |presence| with(|c| c.facts.presence = presence);
    assert_eq!(presence(Presence::Gateway(AT_A_GATEWAY)), Decision::Approve);
    assert_eq!(
        presence(gateway(|g| g.caller = Caller::SameAddress)),
        Decision::Approve
    );
}

#[test]
fn a_typed_code_stands_in_for_the_connection_and_for_nothing_else() {
    let doubtful = GatewayFacts {
        open_desks: 2,
        connection_age_ms: None,
        rivals: Rivals::Some,
        ..AT_A_GATEWAY
    };
    let typed = |facts, change: Change| {
        with(|c| {
            c.facts.presence = Presence::Code(facts);
            change(c);
        })
    };
    assert_eq!(typed(doubtful, |_| {}), Decision::Approve);
    let unsure: Change = |c| c.facts.said.verdict = Verdict::Unsure;
    assert_eq!(
        typed(doubtful, unsure),
        Decision::Refuse(Rule::VerdictUnsure)
    );
    let elsewhere = GatewayFacts {
        caller: Caller::Elsewhere,
        ..doubtful
    };
    assert_eq!(
        typed(elsewhere, |_| {}),
        Decision::Refuse(Rule::CallerElsewhere)
    );
    let no_password = GatewayFacts {
        first_factor: FirstFactor::NotSeen,
        ..doubtful
    };
    assert_eq!(
        typed(no_password, |_| {}),
        Decision::Refuse(Rule::FirstFactorNotSeen)
    );
}

#[test]
fn a_hardware_key_may_vouch_for_a_stricter_level() {
    let decision = with(|c| {
        c.policy = c.policy.at_level(Level::Fmr1e3);
        c.facts.said.level = Some(Level::Fmr1e3);
        c.facts.key_storage = KeyStorage::Hardware;
    });
    assert_eq!(decision, Decision::Approve);
}

#[test]
fn a_demonstration_accepts_its_own_builds() {
    let decision = with(|c| {
        c.policy = Policy::least(DemoBuilds::Accepted);
        c.facts.demo = true;
    });
    assert_eq!(decision, Decision::Approve);
}

#[test]
fn a_policy_can_only_ask_for_more() {
    let strict = Policy::least(DemoBuilds::Refused)
        .at_level(Level::Fmr1e4)
        .evidence_within(10);
    assert_eq!(
        strict.at_level(Level::Fmr1e2).evidence_within(3_600),
        strict
    );
    let observing = strict.only_observing().daily_cap(2).daily_cap(9);
    assert_eq!(observing, strict.daily_cap(2).only_observing());
    assert_eq!(as_loose_as_can_be_said(observing).mode(), Mode::Observe);
    assert_eq!(
        Policy::least(DemoBuilds::Refused)
            .evidence_within(3_600)
            .max_evidence_age_s(),
        60
    );
}

#[test]
fn every_rule_has_a_code_and_a_sentence_of_its_own() {
    for (at, rule) in Rule::ALL.iter().enumerate() {
        assert!(rule.explanation().ends_with('.'));
        assert!(
            Rule::ALL[..at]
                .iter()
                .all(|other| other.code() != rule.code())
        );
    }
}
