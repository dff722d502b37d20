//! The device's end against a scripted server.

use proptest::prelude::*;

use super::*;
use crate::SoftwareKey;

const WALL: UnixMillis = UnixMillis(1_700_000_000_000);

fn key(seed: u8) -> SoftwareKey {
    SoftwareKey::from_secret(&[seed; 32]).expect("a small scalar is valid")
}

fn origin() -> Origin {
    Origin::parse("https://idp.example.com").unwrap()
}

fn identity() -> DeviceIdentity {
    DeviceIdentity {
        device: DeviceId::from_bytes([1; 16]),
        server: origin(),
        challenge_keys: [key(8).public_key(), key(9).public_key()],
        agent_version: "1.2.3".to_owned(),
        demo: false,
        signer: Arc::new(key(3)),
    }
}

fn drain(link: &mut DeviceLink) -> Vec<DeviceCommand> {
    std::iter::from_fn(|| link.poll_command()).collect()
}

fn online() -> DeviceLink {
    let mut link = DeviceLink::new(identity(), 41, 5, Millis(0));
    link.handle_timeout(Millis(0));
    link.handle_connected(Millis(1));
    let hello = ServerFrame::Hello {
        v: VERSION,
        nonce: Nonce::from_bytes([2; 32]),
        time: WALL,
    };
    link.handle_frame(Millis(2), WALL, &hello.to_text());
    let welcome = ServerFrame::Welcome {
        time: WALL.plus(3_600_000),
    };
    link.handle_frame(Millis(3), WALL, &welcome.to_text());
    link
}

#[test]
fn a_link_comes_up_with_a_larger_counter_and_learns_the_servers_clock() {
    let mut link = online();
    let commands = drain(&mut link);
    assert_eq!(commands[0], DeviceCommand::Connect { counter: 42 });
    assert!(matches!(&commands[1], DeviceCommand::Send(text) if text.contains("\"auth\"")));
    assert_eq!(
        commands[2],
        DeviceCommand::Online {
            clock_ahead_ms: 3_600_000
        }
    );
    assert_eq!(link.status(), LinkStatus::Online);
}

#[test]
fn the_device_signs_the_nonce_it_was_greeted_with() {
    let mut link = online();
    let sent = drain(&mut link)
        .into_iter()
        .find_map(|command| match command {
            DeviceCommand::Send(text) => Some(text),
            _ => None,
        })
        .unwrap();
    let DeviceFrame::Auth { jws } = DeviceFrame::parse(&sent).unwrap() else {
        panic!("the first frame is an introduction");
    };
    let auth: LinkAuth = jws::verify(&[key(3).public_key()], &jws).unwrap();
    assert_eq!(auth.nonce, Nonce::from_bytes([2; 32]));
    assert_eq!(auth.aud, origin());
}

#[test]
fn a_lost_link_is_tried_again_with_the_next_counter() {
    let mut link = online();
    drain(&mut link);
    link.handle_closed(Millis(10));
    assert_eq!(
        drain(&mut link),
        [DeviceCommand::Offline(Offline::Unreachable)]
    );
    let due = link.poll_timeout().unwrap();
    link.handle_timeout(due);
    assert_eq!(drain(&mut link), [DeviceCommand::Connect { counter: 43 }]);
}

#[test]
fn a_revoked_device_never_tries_again() {
    let mut link = online();
    drain(&mut link);
    let closing = ServerFrame::Closing {
        reason: Closing::Revoked,
    };
    link.handle_frame(Millis(10), WALL, &closing.to_text());
    assert_eq!(link.status(), LinkStatus::Ended(Closing::Revoked));
    assert_eq!(link.poll_timeout(), None);
}

#[test]
fn a_silent_server_is_given_up() {
    let mut link = online();
    drain(&mut link);
    let due = link.poll_timeout().unwrap();
    link.handle_timeout(due);
    let commands = drain(&mut link);
    assert!(commands.contains(&DeviceCommand::Disconnect));
}

#[test]
fn a_question_signed_by_a_stranger_or_for_another_device_is_not_delivered() {
    let request = |device: u8| CheckRequest {
        v: VERSION,
        iss: origin(),
        device: DeviceId::from_bytes([device; 16]),
        check: crate::CheckId::from_bytes([4; 16]),
        nonce: Nonce::from_bytes([5; 32]),
        service: "Acme".to_owned(),
        level: crate::Level::Fmr1e2,
        max_evidence_age_s: 60,
        arrived_ms_ago: 0,
        iat: WALL,
        exp: WALL.plus(3_000),
    };
    for (signer, device, delivered) in [(8, 1, true), (9, 1, true), (7, 1, false), (8, 2, false)] {
        let mut link = online();
        drain(&mut link);
        let jws = jws::sign(&key(signer), &request(device)).unwrap();
        let text = ServerFrame::Check { jws }.to_text();
        link.handle_frame(Millis(20), WALL, &text);
        let got = matches!(drain(&mut link).as_slice(), [DeviceCommand::Check(_)]);
        assert_eq!(got, delivered, "signer {signer}, device {device}");
    }
}

proptest! {
    #[test]
    fn whatever_arrives_the_machine_neither_panics_nor_stops_for_good(
        frames in prop::collection::vec(".{0,60}", 0..20),
        gaps in prop::collection::vec(0_u64..100_000, 20),
    ) {
        let mut link = online();
        let mut now = 10;
        for (frame, gap) in frames.iter().zip(gaps) {
            now += gap;
            link.handle_timeout(Millis(now));
            link.handle_frame(Millis(now), WALL, frame);
            link.handle_connected(Millis(now));
        }
        drain(&mut link);
        prop_assert!(link.poll_timeout().is_some());
    }

    #[test]
    fn counters_only_grow(losses in 1_usize..30) {
        let mut link = DeviceLink::new(identity(), 7, 5, Millis(0));
        let mut seen = 7;
        for _ in 0..losses {
            let due = link.poll_timeout().unwrap();
            link.handle_timeout(due);
            for command in drain(&mut link) {
                if let DeviceCommand::Connect { counter } = command {
                    prop_assert!(counter > seen);
                    seen = counter;
                }
            }
            link.handle_closed(due);
        }
    }
}
