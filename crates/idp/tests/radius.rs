//! Gateways that ask by RADIUS: what lets a person in without a question, and what everything else leads to.

use selfsame_protocol::{
    Verdict as Typing,
    message::{Desk, GatewayStatement, VerdictMessage},
};
use selfsame_radius::{Answer, Kind, Reply, Verdict};

use crate::support::{
    Link, TestDevice,
    gateway::{GATEWAY, PASSWORD, Site, UPSTREAM_SECRET, Upstream, desk, enquiry, message},
    scene::ADA,
};

/// A sign-in that the device answers as changed.
async fn answered(
    (site, device, link): (&Site, &TestDevice, &mut Link),
    others: &[(Kind, Vec<u8>)],
    change: impl FnOnce(&mut GatewayStatement, &mut VerdictMessage),
) -> Answer {
    let (answer, ()) = tokio::join!(
        site.sign_in(ADA, others),
        device.answer_gateway(link, change)
    );
    answer.expect("an answer")
}

fn station(address: &str) -> Vec<(Kind, Vec<u8>)> {
    vec![(Kind::CALLING_STATION_ID, address.as_bytes().to_vec())]
}

#[tokio::test]
async fn a_computer_that_has_just_connected_lets_its_person_in_without_a_question() {
    let (site, device, mut link) = desk(&[]).await;
    let answer = answered((&site, &device, &mut link), &[], |_, _| {}).await;
    assert_eq!(answer.verdict, Verdict::Accept);
    let line = site.last_line().await;
    let expected = ["check-approved", ADA, "all-rules-met"].map(str::to_owned);
    assert_eq!(line, expected.into());
}

#[tokio::test]
async fn a_device_is_told_which_gateways_to_look_out_for() {
    let site = Site::start(&["--gateway", GATEWAY]);
    let device = TestDevice::enrol(&site.server, ADA).await;
    let mut link = device.link(&site.server, 1).await;
    let frame = link.frame().await;
    assert!(
        matches!(
            frame,
            selfsame_protocol::message::ServerFrame::Gateways { .. }
        ),
        "{frame:?}"
    );
}

#[tokio::test]
async fn every_verdict_but_same_is_refused_in_plain_words() {
    type Change = fn(&mut GatewayStatement, &mut VerdictMessage);
    let cases: [(Change, &str); 4] = [
        (|_, said| said.verdict = Typing::Unsure, "verdict-unsure"),
        (
            |_, said| said.verdict = Typing::Different,
            "verdict-different",
        ),
        (|_, said| said.level = None, "level-not-met"),
        (
            |_, said| said.evidence_age = selfsame_protocol::message::EvidenceAge::Older,
            "evidence-too-old",
        ),
    ];
    for (change, rule) in cases {
        let (site, device, mut link) = desk(&[]).await;
        let answer = answered((&site, &device, &mut link), &[], change).await;
        assert_eq!(answer.verdict, Verdict::Reject);
        assert!(message(&answer).starts_with("Selfsame could not tell"));
        assert_eq!(site.last_line().await.2, rule);
    }
}

#[tokio::test]
async fn without_the_computers_connection_nobody_is_let_in_without_a_question() {
    type Change = fn(&mut GatewayStatement, &mut VerdictMessage);
    let cases: [Change; 3] = [
        |saw, _| saw.connection = None,
        |saw, _| {
            let connection = saw.connection.as_mut().expect("one");
            connection.gateway = "203.0.113.6:443".parse().expect("an address");
        },
        |saw, _| saw.connection.as_mut().expect("one").opened_within_ms = 15_001,
    ];
    for change in cases {
        let (site, device, mut link) = desk(&["--code", "off"]).await;
        let answer = answered((&site, &device, &mut link), &[], change).await;
        assert_eq!(answer.verdict, Verdict::Reject);
        assert_eq!(site.last_line().await.2, "no-gateway-connection");
    }
}

#[tokio::test]
async fn two_open_computers_cannot_speak_for_their_person() {
    let (site, device, mut link) = desk(&["--code", "off"]).await;
    let other = TestDevice::enrol_as(&site.server, ADA, |new| new.host_label = "laptop".into());
    let other = other.await;
    let mut others = other.link(&site.server, 1).await;
    let (answer, (), ()) = tokio::join!(
        site.sign_in(ADA, &[]),
        device.answer_gateway(&mut link, |_, _| {}),
        other.saw_nothing(&mut others)
    );
    assert_eq!(answer.expect("an answer").verdict, Verdict::Reject);
    assert_eq!(site.last_line().await.2, "several-open-devices");
}

#[tokio::test]
async fn a_locked_computer_beside_it_is_not_in_the_way() {
    let (site, device, mut link) = desk(&[]).await;
    let other = TestDevice::enrol_as(&site.server, ADA, |new| new.host_label = "laptop".into());
    let other = other.await;
    let mut others = other.link(&site.server, 1).await;
    let (answer, (), ()) = tokio::join!(
        site.sign_in(ADA, &[]),
        device.answer_gateway(&mut link, |_, _| {}),
        other.answer_gateway(&mut others, |saw, _| {
            (saw.desk, saw.connection) = (Desk::Closed, None);
        })
    );
    assert_eq!(answer.expect("an answer").verdict, Verdict::Accept);
}

#[tokio::test]
async fn of_two_requests_within_half_a_minute_none_more_goes_in_by_the_connection() {
    let (site, device, mut link) = desk(&["--code", "off"]).await;
    let first = answered((&site, &device, &mut link), &[], |_, _| {}).await;
    assert_eq!(first.verdict, Verdict::Accept);
    let second = answered((&site, &device, &mut link), &[], |_, _| {}).await;
    assert_eq!(second.verdict, Verdict::Reject);
    assert_eq!(site.last_line().await.2, "rival-request");
}

#[tokio::test]
async fn a_caller_from_another_public_address_is_refused() {
    let (site, device, mut link) = desk(&[]).await;
    let from = station("198.51.100.7");
    let answer = answered((&site, &device, &mut link), &from, |_, _| {}).await;
    assert_eq!(answer.verdict, Verdict::Reject);
    assert_eq!(site.last_line().await.2, "caller-elsewhere");
}

#[tokio::test]
async fn a_private_address_says_nothing_about_the_caller() {
    let (site, device, mut link) = desk(&[]).await;
    let from = station("192.168.7.7");
    let answer = answered((&site, &device, &mut link), &from, |_, _| {}).await;
    assert_eq!(answer.verdict, Verdict::Accept);
}

#[tokio::test]
async fn whoever_has_no_connected_computer_is_refused_as_an_unknown_person_is() {
    let site = Site::start(&["--gateway", GATEWAY]);
    TestDevice::enrol(&site.server, ADA).await;
    let known = site.sign_in(ADA, &[]).await.expect("an answer");
    let unknown = site.sign_in("nobody@example.com", &[]).await;
    let unknown = unknown.expect("an answer");
    assert_eq!(known.verdict, Verdict::Reject);
    assert_eq!(message(&known), message(&unknown));
    assert_eq!(site.last_line().await.2, "no-open-device");
}

#[tokio::test]
async fn a_device_that_says_nothing_is_not_waited_for_longer_than_two_seconds() {
    let (site, _device, _link) = desk(&["--code", "off"]).await;
    let asked = std::time::Instant::now();
    let answer = site.sign_in(ADA, &[]).await.expect("an answer");
    assert_eq!(answer.verdict, Verdict::Reject);
    assert!(asked.elapsed() < std::time::Duration::from_secs(2));
}

#[tokio::test]
async fn a_verdict_about_another_check_is_worth_nothing() {
    let (site, device, mut link) = desk(&["--code", "off"]).await;
    let answer = answered((&site, &device, &mut link), &[], |_, said| {
        said.nonce = selfsame_idp::random::nonce();
    });
    assert_eq!(answer.await.verdict, Verdict::Reject);
}

#[tokio::test]
async fn a_revoked_device_lets_nobody_in() {
    let (site, device, mut link) = desk(&[]).await;
    let id = device.id().to_string();
    let question = async {
        let question = device.gateway_question(&mut link).await;
        // Revoked between the question and the answer.
        assert!(site.server.cli(&["device", "revoke", &id]).status.success());
        let frame = selfsame_protocol::message::DeviceFrame::Gateway {
            statement: device.sign(&device.saw_connection(&question)),
            verdict: Some(device.sign(&device.same_at_gateway(&question))),
        };
        link.say(&frame).await;
    };
    let (answer, ()) = tokio::join!(site.sign_in(ADA, &[]), question);
    assert_eq!(answer.expect("an answer").verdict, Verdict::Reject);
}

#[tokio::test]
async fn an_observed_client_decides_and_lets_nobody_in() {
    let (site, device, mut link) = desk(&["--answers", "observe"]).await;
    let answer = answered((&site, &device, &mut link), &[], |_, _| {}).await;
    assert_eq!(answer.verdict, Verdict::Reject);
    assert_eq!(site.last_line().await.2, "observe-only");
}

#[tokio::test]
async fn a_typed_code_takes_the_place_of_the_connection() {
    let (site, device, mut link) = desk(&[]).await;
    let (challenge, code) = challenged(&site, &device, &mut link).await;
    assert!(message(&challenge).contains("Type the code"));
    let state = vec![(Kind::STATE, challenge.state.clone().expect("a State"))];
    let typed = enquiry(ADA, &code, &state);
    let (answer, ()) = tokio::join!(
        site.ask(&typed),
        device.answer_gateway(&mut link, |saw, _| saw.connection = None)
    );
    assert_eq!(answer.expect("an answer").verdict, Verdict::Accept);
    assert_eq!(site.last_line().await.2, "all-rules-met");
    // The same handle once more is worth nothing.
    let again = site.ask(&enquiry(ADA, &code, &state)).await;
    assert_eq!(again.expect("an answer").verdict, Verdict::Reject);
}

/// A sign-in without a connection, as far as the code on the device's screen.
async fn challenged(site: &Site, device: &TestDevice, link: &mut Link) -> (Answer, String) {
    let shown = async {
        device.saw_nothing(link).await;
        device.code(link).await.code
    };
    let (answer, code) = tokio::join!(site.sign_in(ADA, &[]), shown);
    let answer = answer.expect("an answer");
    assert_eq!(answer.verdict, Verdict::Challenge);
    (answer, code)
}

#[tokio::test]
async fn a_typed_code_does_not_take_the_place_of_the_verdict() {
    let (site, device, mut link) = desk(&[]).await;
    let (challenge, code) = challenged(&site, &device, &mut link).await;
    let state = vec![(Kind::STATE, challenge.state.expect("a State"))];
    let typed = enquiry(ADA, &code, &state);
    let (answer, ()) = tokio::join!(
        site.ask(&typed),
        device.answer_gateway(&mut link, |_, said| said.verdict = Typing::Different)
    );
    assert_eq!(answer.expect("an answer").verdict, Verdict::Reject);
    assert_eq!(site.last_line().await.2, "verdict-different");
}

#[tokio::test]
async fn a_wrong_code_is_refused_and_after_three_codes_none_is_shown() {
    let (site, device, mut link) = desk(&[]).await;
    for _ in 0..3 {
        let (challenge, code) = challenged(&site, &device, &mut link).await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let state = vec![(Kind::STATE, challenge.state.expect("a State"))];
        let answer = site.ask(&enquiry(ADA, wrong, &state)).await;
        assert_eq!(answer.expect("an answer").verdict, Verdict::Reject);
        assert_eq!(site.last_line().await.2, "wrong-code");
    }
    let (answer, ()) = tokio::join!(site.sign_in(ADA, &[]), device.saw_nothing(&mut link));
    assert_eq!(answer.expect("an answer").verdict, Verdict::Reject);
}

#[tokio::test]
async fn a_code_typed_in_anothers_name_is_refused() {
    let (site, device, mut link) = desk(&[]).await;
    let (challenge, code) = challenged(&site, &device, &mut link).await;
    let state = vec![(Kind::STATE, challenge.state.expect("a State"))];
    let answer = site.ask(&enquiry("grace@example.com", &code, &state)).await;
    assert_eq!(answer.expect("an answer").verdict, Verdict::Reject);
}

#[tokio::test]
async fn a_proxy_asks_for_the_first_factor_first_and_hands_on_what_is_granted() {
    let first = Upstream::start(|request| {
        let right =
            selfsame_radius::Credentials::Password(selfsame_radius::Password::new(PASSWORD));
        Some(match request.credentials == right {
            true => Reply::accept().with(Kind::CLASS, b"staff"),
            false => Reply::reject().message("Wrong password."),
        })
    });
    let first = first.await;
    let site = Site::start(&[]);
    let secret = site.secret_file("upstream", UPSTREAM_SECRET);
    let address = first.address.to_string();
    let proxy = [
        "--mode",
        "proxy",
        "--upstream",
        &address,
        "--upstream-secret-file",
        &secret,
    ];
    site.register(&[&proxy[..], &["--gateway", GATEWAY]].concat());
    let device = TestDevice::enrol(&site.server, ADA).await;
    device.trust(&site.server).await;
    let mut link = device.link(&site.server, 1).await;
    // A cache holds what is registered for a second.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let wrong = site.ask(&enquiry(ADA, "battery staple", &[])).await;
    let wrong = wrong.expect("an answer");
    assert_eq!(
        (wrong.verdict, message(&wrong).as_str()),
        (Verdict::Reject, "Wrong password.")
    );
    let answer = answered((&site, &device, &mut link), &[], |_, _| {}).await;
    assert_eq!(answer.verdict, Verdict::Accept);
    assert_eq!(answer.others, [(Kind::CLASS, b"staff".to_vec())]);
}

#[tokio::test]
async fn a_proxy_whose_first_factor_is_silent_lets_nobody_in() {
    let silent = Upstream::start(|_| None).await;
    let site = Site::start(&[]);
    let secret = site.secret_file("upstream", UPSTREAM_SECRET);
    let address = silent.address.to_string();
    site.register(&[
        "--mode",
        "proxy",
        "--upstream",
        &address,
        "--upstream-secret-file",
        &secret,
    ]);
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let answer = site.sign_in(ADA, &[]).await.expect("an answer");
    assert_eq!(answer.verdict, Verdict::Reject);
    assert!(silent.asked() >= 2, "it was asked again");
}

#[tokio::test]
async fn where_ours_is_not_enough_the_sites_own_second_factor_has_the_word() {
    let first = Upstream::start(|_| Some(Reply::accept())).await;
    let mfa = Upstream::start(|request| {
        Some(match request.state.as_deref() {
            None => Reply::challenge(b"their state").message("Passcode?"),
            Some(b"their state") => Reply::accept(),
            Some(_) => Reply::reject(),
        })
    });
    let mfa = mfa.await;
    let site = Site::start(&[]);
    let secret = site.secret_file("upstream", UPSTREAM_SECRET);
    let (first, second) = (first.address.to_string(), mfa.address.to_string());
    site.register(&[
        "--mode",
        "proxy",
        "--upstream",
        &first,
        "--upstream-secret-file",
        &secret,
        "--mfa",
        &second,
        "--mfa-secret-file",
        &secret,
    ]);
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let challenge = site.sign_in(ADA, &[]).await.expect("an answer");
    assert_eq!(challenge.verdict, Verdict::Challenge);
    assert_eq!(message(&challenge), "Passcode?");
    let state = challenge.state.expect("a State");
    assert_ne!(state, b"their state", "the handle is ours");
    let answer = site
        .ask(&enquiry(ADA, "123456", &[(Kind::STATE, state)]))
        .await;
    assert_eq!(answer.expect("an answer").verdict, Verdict::Accept);
    let actions = site.server.audit_actions();
    let tail = &actions[actions.len() - 3..];
    assert_eq!(
        tail,
        [
            "check-other-factor",
            "other-factor-answered",
            "other-factor-answered"
        ]
    );
}
