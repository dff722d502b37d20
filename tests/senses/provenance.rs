//! What counts as typed by a person, on real X servers.

use selfsame::{capture::CaptureReport, engine::CaptureState};
use selfsame_behaviour::{EventKind, Provenance};

use crate::{nested::Nested, senses::Senses};

fn is_release(kind: &EventKind) -> bool {
    matches!(kind, EventKind::KeyUp { .. })
}

/// A nested display is hardware to a demonstration build only.
const OF_NESTED: Provenance = if cfg!(feature = "demo") {
    Provenance::Physical
} else {
    Provenance::Injected
};

#[test]
fn typing_on_a_nested_display_is_hardware_in_a_demonstration_only() {
    let servers = Nested::start();
    let mut senses = Senses::on(servers.inner.name());
    servers
        .outer
        .xdotool(&["key", "--delay", "30", "k", "e", "y", "s"]);
    let events = senses.events(4, is_release);
    let keys: Vec<_> = events
        .iter()
        .filter(|event| !is_motion(&event.kind))
        .collect();
    assert!(
        keys.iter().all(|event| event.provenance == OF_NESTED),
        "{keys:?}"
    );
    assert_eq!(keys.len(), 8, "every key goes down once and comes up once");
}

#[test]
fn typing_by_a_program_is_injected_in_every_build() {
    let servers = Nested::start();
    let mut senses = Senses::on(servers.inner.name());
    servers
        .inner
        .xdotool(&["key", "--delay", "30", "k", "e", "y", "s"]);
    let events = senses.events(4, is_release);
    assert!(
        events
            .iter()
            .all(|event| event.provenance == Provenance::Injected),
        "{events:?}"
    );
}

#[test]
fn key_times_are_the_servers_and_in_order() {
    let servers = Nested::start();
    let mut senses = Senses::on(servers.inner.name());
    servers.inner.xdotool(&["type", "--delay", "80", "rhythm"]);
    let events = senses.events(6, is_release);
    assert!(events.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert!(
        events.iter().all(|event| event.at.0 % 1000 == 0),
        "whole milliseconds, as X servers count"
    );
    let span = events[events.len() - 1].at.since(events[0].at).0 / 1000;
    assert!(
        (200..5000).contains(&span),
        "six keys at 80 ms took {span} ms"
    );
}

#[test]
fn the_pointer_tells_movement_buttons_and_wheel() {
    let servers = Nested::start();
    let mut senses = Senses::on(servers.inner.name());
    servers
        .inner
        .xdotool(&["mousemove_relative", "--", "7", "-3"]);
    servers.inner.xdotool(&["click", "1"]);
    servers.inner.xdotool(&["click", "5"]);
    let events = senses.events(1, |kind| matches!(kind, EventKind::Wheel { .. }));
    let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
    assert!(
        kinds.contains(&EventKind::PointerMove { dx: 7.0, dy: -3.0 }),
        "{kinds:?}"
    );
    assert!(kinds.contains(&EventKind::Wheel { steps: 1 }), "{kinds:?}");
    let buttons = kinds
        .iter()
        .filter(|kind| matches!(kind, EventKind::ButtonDown(_) | EventKind::ButtonUp(_)));
    assert_eq!(buttons.count(), 2, "the wheel is no button: {kinds:?}");
}

#[test]
fn a_display_that_goes_away_is_reported_and_waited_for() {
    let Nested {
        inner,
        outer: _outer,
    } = Nested::start();
    let senses = Senses::on(inner.name());
    drop(inner);
    senses.wait_for(&CaptureReport::DisplayGone);
    senses.wait_until(|report| matches!(report, CaptureReport::State(CaptureState::Waiting(_))));
}

fn is_motion(kind: &EventKind) -> bool {
    matches!(kind, EventKind::PointerMove { .. })
}
