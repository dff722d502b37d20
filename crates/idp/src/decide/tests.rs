//! A table: each rule broken alone, and nothing else.

use selfsame_protocol::{
    CheckId, DeviceId, Nonce, VERSION,
    message::{CONNECTION_WITHIN_MS, EvidenceAge},
};

use super::*;

const NOW: UnixMillis = UnixMillis(1_795_000_000_000);
const GENERATION: GenerationId = GenerationId([7; 16]);

struct Case {
    policy: Policy,
    verdict: VerdictMessage,
    presence: Presence,
    standing: Option<Standing>,
    key_storage: KeyStorage,
    demo_enrolment: bool,
    windows: Vec<(GenerationId, Window)>,
}

impl Case {
    fn decide(&self) -> Decision {
        let facts = Facts {
            verdict: &self.verdict,
            presence: self.presence,
            standing: self.standing,
            key_storage: self.key_storage,
            demo_enrolment: self.demo_enrolment,
            windows: &self.windows,
            now: NOW,
        };
        decide(&self.policy, &facts)
    }
}

fn window(text: &str) -> Window {
    Window::parse(text).unwrap()
}

fn good() -> Case {
    let verdict = VerdictMessage {
        v: VERSION,
        device: DeviceId::from_bytes([1; 16]),
        check: CheckId::from_bytes([2; 16]),
        nonce: Nonce::from_bytes([3; 32]),
        verdict: Verdict::Same,
        level: Some(Level::Fmr1e2),
        evidence_age: EvidenceAge::Under10s,
        reasons: Vec::new(),
        model: 1,
        generation: GENERATION,
        demo: false,
        iat: NOW.plus(-20),
    };
    Case {
        policy: Policy::least(DemoBuilds::Refused),
        verdict,
        presence: Presence::Browser(Channel::Loopback),
        standing: Some(Standing::Active),
        key_storage: KeyStorage::Software,
        demo_enrolment: false,
        windows: vec![
            (GENERATION, window("2026-11-24")),
            (GENERATION, window("2026-11-25")),
        ],
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

#[test]
fn each_rule_refuses_by_itself() {
    let table: &[(Rule, Change)] = &[
        (Rule::DeviceUnknown, |c| c.standing = None),
        (Rule::DeviceSuspended, |c| {
            c.standing = Some(Standing::Suspended)
        }),
        (Rule::DeviceRevoked, |c| {
            c.standing = Some(Standing::Revoked)
        }),
        (Rule::DeviceErased, |c| c.standing = Some(Standing::Erased)),
        (Rule::DemoBuild, |c| c.verdict.demo = true),
        (Rule::DemoBuild, |c| c.demo_enrolment = true),
        (Rule::ChannelNotAllowed, |c| {
            c.policy = c.policy.extension_only()
        }),
        (Rule::KeyStorageNotAllowed, |c| {
            c.policy = c.policy.hardware_keys_only()
        }),
        (Rule::FirstFactorNotSeen, |c| {
            c.presence = gateway(|g| g.first_factor = FirstFactor::NotSeen)
        }),
        (Rule::NoOpenDesk, |c| {
            c.presence = gateway(|g| g.open_desks = 0)
        }),
        (Rule::SeveralOpenDesks, |c| {
            c.presence = gateway(|g| g.open_desks = 2)
        }),
        (Rule::NoConnection, |c| {
            c.presence = gateway(|g| g.connection_age_ms = None)
        }),
        (Rule::NoConnection, |c| {
            c.presence = gateway(|g| g.connection_age_ms = Some(CONNECTION_WITHIN_MS + 1))
        }),
        (Rule::CallerElsewhere, |c| {
            c.presence = gateway(|g| g.caller = Caller::Elsewhere)
        }),
        (Rule::RivalRequest, |c| {
            c.presence = gateway(|g| g.rivals = Rivals::Some)
        }),
        (Rule::VerdictNotFresh, |c| c.verdict.iat = NOW.plus(-10_001)),
        (Rule::VerdictNotFresh, |c| c.verdict.iat = NOW.plus(10_001)),
        (Rule::VerdictNotFresh, |c| {
            c.verdict.iat = UnixMillis(i64::MIN)
        }),
        (Rule::InjectedInput, |c| {
            c.verdict.reasons = vec![Reason::InjectedInput]
        }),
        (Rule::InjectedInput, |c| {
            c.verdict.reasons = vec![Reason::UnknownProvenance]
        }),
        (Rule::RemoteSession, |c| {
            c.verdict.reasons = vec![Reason::RemoteSession]
        }),
        (Rule::VerdictUnsure, |c| {
            c.verdict.reasons = vec![Reason::Paused]
        }),
        (Rule::VerdictUnsure, |c| c.verdict.verdict = Verdict::Unsure),
        (Rule::VerdictDifferent, |c| {
            c.verdict.verdict = Verdict::Different
        }),
        (Rule::LevelNotMet, |c| c.verdict.level = None),
        (Rule::LevelNotMet, |c| {
            c.policy = c.policy.at_level(Level::Fmr1e3)
        }),
        (Rule::SoftwareKeyLevel, |c| {
            c.policy = c.policy.at_level(Level::Fmr1e3);
            c.verdict.level = Some(Level::Fmr1e4);
        }),
        (Rule::EvidenceTooOld, |c| {
            c.verdict.evidence_age = EvidenceAge::Under120s
        }),
        (Rule::EvidenceTooOld, |c| {
            c.verdict.evidence_age = EvidenceAge::Older
        }),
        (Rule::EvidenceTooOld, |c| {
            c.policy = c.policy.evidence_within(5)
        }),
        (Rule::GenerationNotTrusted, |c| c.windows.truncate(1)),
        (Rule::GenerationNotTrusted, |c| {
            c.windows[1].1 = c.windows[0].1.clone()
        }),
        (Rule::GenerationNotTrusted, |c| {
            c.verdict.generation = GenerationId([8; 16])
        }),
        (Rule::GenerationNotTrusted, |c| {
            c.windows[1].1 = window("demo-2")
        }),
    ];
    for (rule, change) in table {
        assert_eq!(with(change), Decision::Refuse(*rule));
    }
    for rule in Rule::ALL {
        assert!(
            table.iter().any(|(tested, _)| tested == rule),
            "{rule} has no case"
        );
    }
}

#[test]
fn a_gateways_request_that_breaks_no_rule_is_approved() {
    let presence = |presence| with(|c| c.presence = presence);
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
            c.presence = Presence::Code(facts);
            change(c);
        })
    };
    assert_eq!(typed(doubtful, |_| {}), Decision::Approve);
    let unsure: Change = |c| c.verdict.verdict = Verdict::Unsure;
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
        c.verdict.level = Some(Level::Fmr1e3);
        c.key_storage = KeyStorage::Hardware;
    });
    assert_eq!(decision, Decision::Approve);
}

#[test]
fn a_demonstration_accepts_its_own_builds_and_windows() {
    let decision = with(|c| {
        c.policy = Policy::least(DemoBuilds::Accepted);
        c.verdict.demo = true;
        c.demo_enrolment = true;
        c.windows = vec![
            (GENERATION, window("demo-1")),
            (GENERATION, window("demo-2")),
        ];
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
