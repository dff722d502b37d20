//! Capture on an X11 display: XInput2 raw events of all master devices, told apart by their source.

mod connection;
mod devices;
mod layout;
mod translate;

use std::{os::fd::AsFd, time::Duration};

use rustix::event::{PollFd, PollFlags, poll};
use selfsame_behaviour::Micros;
use x11rb::{connection::Connection as _, protocol::Event};

use self::connection::Display;
use super::{Capture, CaptureReport, Decoder, Reports, StopSignal, telling::Telling};
use crate::{clock, engine::CaptureState};

/// Between two reads while events come. Their times are the server's, so reading late costs nothing,
/// and waking up for each one costs 55 µs.
const BATCH: Duration = Duration::from_millis(10);

/// First and longest wait before the display is tried again.
const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// The X11 back end.
pub(super) struct X11 {
    /// The display to watch; the one that the environment names when there is none here.
    pub(super) display: Option<String>,
}

/// Why a visit to the display ended.
enum End {
    Stopped,
    Lost(String),
}

impl Capture for X11 {
    fn name(&self) -> &'static str {
        "x11"
    }

    fn tells_injected(&self) -> bool {
        true
    }

    fn limits(&self) -> &'static str {
        if super::linux::on_wayland() {
            "this is a Wayland desktop, where only typing in X11 programs is seen; let the back end be chosen by itself"
        } else {
            ""
        }
    }

    fn run(&mut self, mut decoder: Decoder, reports: Reports, stop: StopSignal) {
        let mut wait = RETRY.0;
        loop {
            let why = match Display::open(self.display.as_deref()) {
                Err(why) => why,
                Ok(display) => {
                    wait = RETRY.0;
                    match watch(&display, &mut decoder, &reports, &stop) {
                        End::Stopped => return,
                        End::Lost(why) => {
                            decoder.reset();
                            reports(CaptureReport::DisplayGone);
                            why
                        }
                    }
                }
            };
            reports(CaptureReport::State(CaptureState::Waiting(why)));
            if stop.raised_within(wait) {
                return;
            }
            wait = (wait * 2).min(RETRY.1);
        }
    }
}

/// Reads the display until it goes away or the agent stops.
fn watch(display: &Display, decoder: &mut Decoder, reports: &Reports, stop: &StopSignal) -> End {
    reports(CaptureReport::RemoteDisplay(display.is_remote()));
    let mut devices_changed = true;
    let mut running = false;
    let mut telling = Telling::default();
    loop {
        if devices_changed {
            match devices::read(display) {
                Ok(table) => tell_devices(table, decoder, reports),
                Err(error) => return End::Lost(error.to_string()),
            }
        }
        if !running {
            reports(CaptureReport::State(CaptureState::Running));
            running = true;
        }
        // Reading the devices may have queued events, so the queue is emptied before waiting.
        let batch = match read_batch(display, decoder, reports) {
            Ok(batch) => batch,
            Err(error) => return End::Lost(error.to_string()),
        };
        telling.after(batch.events, reports);
        devices_changed = batch.devices_changed;
        if !devices_changed && rest(&batch, display, stop) {
            return End::Stopped;
        }
    }
}

/// Waits for the next batch; `true` when the agent stops meanwhile.
fn rest(batch: &Batch, display: &Display, stop: &StopSignal) -> bool {
    if batch.events {
        stop.raised_within(BATCH)
    } else {
        wait_for_input(display, stop)
    }
}

fn tell_devices(table: super::DeviceTable, decoder: &mut Decoder, reports: &Reports) {
    let (physical, other) = table.count();
    decoder.set_devices(table);
    reports(CaptureReport::Devices { physical, other });
}

/// What one reading brought.
#[derive(Default)]
struct Batch {
    events: bool,
    devices_changed: bool,
}

fn read_batch(
    display: &Display,
    decoder: &mut Decoder,
    reports: &Reports,
) -> Result<Batch, x11rb::errors::ConnectionError> {
    let mut batch = Batch::default();
    decoder.begin_batch(Micros::from_millis(clock::monotonic().0));
    while let Some(event) = display.connection().poll_for_event()? {
        if let Some(raw) = translate::raw_event(&event) {
            decoder.push(raw);
            batch.events = true;
        } else {
            batch.devices_changed |= notice(&event, reports);
        }
    }
    Ok(batch)
}

/// Everything that is not input. Returns whether the devices must be read again.
fn notice(event: &Event, reports: &Reports) -> bool {
    match event {
        Event::ScreensaverNotify(saver) => {
            let on = saver.state == x11rb::protocol::screensaver::State::ON;
            reports(CaptureReport::ScreenSaver(on));
            false
        }
        Event::XinputHierarchy(_)
        | Event::XinputProperty(_)
        | Event::XinputDeviceChanged(_)
        | Event::XkbNewKeyboardNotify(_)
        | Event::XkbStateNotify(_)
        | Event::XkbMapNotify(_)
        | Event::PropertyNotify(_) => true,
        _ => false,
    }
}

/// Sleeps until the display or the agent has something to say; `true` when the agent stops.
fn wait_for_input(display: &Display, stop: &StopSignal) -> bool {
    let input = display.connection().stream();
    let mut ends = [
        PollFd::from_borrowed_fd(input.as_fd(), PollFlags::IN),
        PollFd::new(stop.reader(), PollFlags::IN),
    ];
    // An interrupted wait is as good as an early one: the caller reads and waits again.
    let _ = poll(&mut ends, None);
    !ends[1].revents().is_empty()
}
