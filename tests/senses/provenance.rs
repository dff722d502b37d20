//! What counts as typed by a person, on real X servers.

use selfsame::{capture::CaptureReport, engine::CaptureState};
use selfsame_behaviour::{EventKind, Provenance};

use crate::{
    nested::{Nested, Server},
    senses::Senses,
};

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

#[test]
fn a_display_that_comes_back_is_watched_again() {
    let Nested { inner, outer } = Nested::start();
    let name = inner.name().to_owned();
    let mut senses = Senses::on(&name);
    drop(inner);
    senses.wait_for(&CaptureReport::DisplayGone);
    let _inner = Server::again(&outer, &name);
    senses.wait_for(&CaptureReport::State(CaptureState::Running));
    outer.xdotool(&["mousemove", "320", "240"]);
    outer.xdotool(&["key", "--delay", "30", "k"]);
    assert!(!senses.events(1, is_release).is_empty());
}

#[test]
fn a_device_that_comes_and_goes_is_counted_at_once() {
    let servers = Nested::start();
    let senses = Senses::on(servers.inner.name());
    let other = |counted: u16| move |report: &CaptureReport| matches!(report, CaptureReport::Devices { other, .. } if *other == counted);
    let before = senses.virtual_devices();
    // A new pair of masters brings a pair of virtual slaves with it, as a plug brings a device.
    servers.inner.tool("xinput", &["create-master", "plugged"]);
    senses.wait_until(other(before + 2));
    servers
        .inner
        .tool("xinput", &["remove-master", "plugged pointer"]);
    senses.wait_until(other(before));
}

#[test]
fn the_displays_own_screen_saver_is_heard_coming_and_going() {
    let servers = Nested::start();
    let senses = Senses::on(servers.inner.name());
    servers.inner.tool("xset", &["s", "activate"]);
    senses.wait_for(&CaptureReport::ScreenSaver(true));
    servers.inner.tool("xset", &["s", "reset"]);
    senses.wait_for(&CaptureReport::ScreenSaver(false));
}

fn is_motion(kind: &EventKind) -> bool {
    matches!(kind, EventKind::PointerMove { .. })
}
