//! The server's end against honest, clumsy and hostile devices.

use proptest::prelude::*;

use super::*;
use crate::{GenerationId, Signer, SoftwareKey, message::AgentState};

const WALL: UnixMillis = UnixMillis(1_700_000_000_000);

fn key(seed: u8) -> SoftwareKey {
    SoftwareKey::from_secret(&[seed; 32]).expect("a small scalar is valid")
}

fn device() -> DeviceId {
    DeviceId::from_bytes([1; 16])
}

fn origin() -> Origin {
    Origin::parse("https://idp.example.com").unwrap()
}

fn nonce() -> Nonce {
    Nonce::from_bytes([2; 32])
}

fn known() -> LinkedDevice {
    LinkedDevice {
        key: key(3).public_key(),
        last_counter: 10,
        barred: None,
        demo_allowed: false,
    }
}

fn auth() -> LinkAuth {
    LinkAuth {
        v: VERSION,
        device: device(),
        aud: origin(),
        nonce: nonce(),
        counter: 11,
        agent_version: "1".to_owned(),
        demo: false,
        iat: WALL.plus(-5_000),
    }
}

fn introduce(auth: &LinkAuth, signer: u8) -> ServerLink {
    let mut link = ServerLink::new(origin(), nonce(), Millis(0), WALL);
    let jws = jws::sign(&key(signer), auth).unwrap();
    link.handle_frame(Millis(1), &DeviceFrame::Auth { jws }.to_text());
    link
}

fn drain(link: &mut ServerLink) -> Vec<ServerCommand> {
    std::iter::from_fn(|| link.poll_command()).collect()
}

fn closing(commands: &[ServerCommand]) -> Option<Closing> {
    commands.iter().find_map(|command| match command {
        ServerCommand::Send(text) => match ServerFrame::parse(text) {
            Ok(ServerFrame::Closing { reason }) => Some(reason),
            _ => None,
        },
        _ => None,
    })
}

fn live() -> ServerLink {
    let mut link = introduce(&auth(), 3);
    link.handle_device(Millis(2), WALL, Some(known()));
    link
}

#[test]
fn an_enrolled_device_is_welcomed_and_its_clock_noted() {
    let commands = drain(&mut live());
    assert!(commands.iter().any(|command| matches!(
        command,
        ServerCommand::Live {
            counter: 11,
            clock_ahead_ms: -5_000,
            ..
        }
    )));
}

#[test]
fn a_device_that_signs_with_another_key_is_refused_before_anything_is_told() {
    let mut link = introduce(&auth(), 4);
    let barred = LinkedDevice {
        barred: Some(Closing::Revoked),
        ..known()
    };
    link.handle_device(Millis(2), WALL, Some(barred));
    assert_eq!(closing(&drain(&mut link)), Some(Closing::ProtocolError));
}

#[test]
fn an_answer_to_another_greeting_is_refused() {
    let mut link = introduce(
        &LinkAuth {
            nonce: Nonce::from_bytes([9; 32]),
            ..auth()
        },
        3,
    );
    assert_eq!(closing(&drain(&mut link)), Some(Closing::ProtocolError));
}

#[test]
fn a_counter_that_does_not_grow_means_a_copied_key() {
    for counter in [0, 9, 10] {
        let mut link = introduce(&LinkAuth { counter, ..auth() }, 3);
        link.handle_device(Millis(2), WALL, Some(known()));
        let commands = drain(&mut link);
        assert!(commands.contains(&ServerCommand::CopySuspected(device())));
        assert_eq!(closing(&commands), Some(Closing::Suspended));
    }
}

#[test]
fn a_demonstration_build_is_refused_unless_the_server_demonstrates() {
    for (demo_allowed, expected) in [(false, Some(Closing::DemoRefused)), (true, None)] {
        let mut link = introduce(
            &LinkAuth {
                demo: true,
                ..auth()
            },
            3,
        );
        link.handle_device(
            Millis(2),
            WALL,
            Some(LinkedDevice {
                demo_allowed,
                ..known()
            }),
        );
        assert_eq!(closing(&drain(&mut link)), expected);
    }
}

#[test]
fn a_revoked_or_unknown_device_is_told_so() {
    let mut link = introduce(&auth(), 3);
    let barred = LinkedDevice {
        barred: Some(Closing::Revoked),
        ..known()
    };
    link.handle_device(Millis(2), WALL, Some(barred));
    assert_eq!(closing(&drain(&mut link)), Some(Closing::Revoked));

    let mut link = introduce(&auth(), 3);
    link.handle_device(Millis(2), WALL, None);
    assert_eq!(closing(&drain(&mut link)), Some(Closing::Unknown));
}

#[test]
fn a_device_speaks_only_in_its_own_name() {
    let state = DeviceState {
        v: VERSION,
        device: DeviceId::from_bytes([7; 16]),
        state: AgentState::Active,
        generation: GenerationId([0; 16]),
        iat: WALL,
    };
    let mut link = live();
    drain(&mut link);
    let jws = jws::sign(&key(3), &state).unwrap();
    link.handle_frame(Millis(3), &DeviceFrame::State { jws }.to_text());
    assert_eq!(closing(&drain(&mut link)), Some(Closing::ProtocolError));
}

#[test]
fn a_quiet_device_is_pinged_and_a_silent_one_dropped() {
    let mut link = live();
    drain(&mut link);
    let ping_due = link.poll_timeout().unwrap();
    link.handle_timeout(ping_due);
    assert!(matches!(&drain(&mut link)[..], [ServerCommand::Send(text)] if text.contains("ping")));
    let drop_due = link.poll_timeout().unwrap();
    link.handle_timeout(drop_due);
    assert_eq!(drain(&mut link), [ServerCommand::Disconnect]);
}

#[test]
fn a_pong_keeps_the_link() {
    let mut link = live();
    drain(&mut link);
    let ping_due = link.poll_timeout().unwrap();
    link.handle_timeout(ping_due);
    link.handle_frame(
        ping_due.plus(1),
        &DeviceFrame::Pong { n: ping_due.0 }.to_text(),
    );
    assert!(link.poll_timeout().unwrap() > ping_due.plus(QUIET_MS));
}

#[test]
fn a_stranger_who_says_nothing_is_dropped() {
    let mut link = ServerLink::new(origin(), nonce(), Millis(0), WALL);
    drain(&mut link);
    link.handle_timeout(link.poll_timeout().unwrap());
    assert!(drain(&mut link).contains(&ServerCommand::Disconnect));
}

proptest! {
    #[test]
    fn no_frames_bring_a_stranger_in(frames in prop::collection::vec(".{0,80}", 0..10)) {
        let mut link = ServerLink::new(origin(), nonce(), Millis(0), WALL);
        for frame in frames {
            link.handle_frame(Millis(1), &frame);
            link.handle_device(Millis(1), WALL, Some(known()));
        }
        let came_in = drain(&mut link)
            .iter()
            .any(|command| matches!(command, ServerCommand::Live { .. }));
        prop_assert!(!came_in);
    }
}
