//! Wayland and console: what the separate program `selfsame-input` reads of the input devices.
//!
//! No code comes over its socket. The reader opens the devices only while this back end wants events,
//! which it does while the screen is unlocked, the session in front and nothing paused.

mod link;

use std::{
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    sync::Arc,
    time::Duration,
};

use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use selfsame_behaviour::{DeviceTag, Micros, Provenance};
use selfsame_input::wire::{Record, Refusal, VERSION, Wish};

use self::link::Link;
use super::{
    Capture, CaptureReport, Decoder, Device, DeviceTable, Reports, StopSignal, telling::Telling,
};
use crate::{clock, engine::CaptureState};

/// Between two reads while events come; their times are the kernel's, so reading late costs nothing.
const BATCH: Duration = Duration::from_millis(10);

/// Before the reader is asked again.
const RETRY: Duration = Duration::from_secs(3);

/// The back end over the reader's socket.
pub(super) struct InputReader;

/// Why a connection ended.
enum End {
    Stopped,
    Lost(&'static str),
}

impl Capture for InputReader {
    fn name(&self) -> &'static str {
        "reader"
    }

    fn tells_injected(&self) -> bool {
        true
    }

    fn limits(&self) -> &'static str {
        "movements on touchpads, tablets and touch screens are not seen, and neither is a change of the layout"
    }

    fn run(&mut self, mut decoder: Decoder, reports: Reports, stop: StopSignal) {
        let nudge = match nudge(&decoder) {
            Ok(nudge) => nudge,
            Err(error) => {
                let why = format!("the system has no event to wait for ({error})");
                return reports(CaptureReport::State(CaptureState::Unavailable(why)));
            }
        };
        loop {
            let why = match Link::open() {
                Err(why) => why,
                Ok(link) => match listen(&link, &mut decoder, &reports, &stop, nudge.as_fd()) {
                    End::Stopped => return,
                    End::Lost(why) => {
                        decoder.reset();
                        reports(CaptureReport::DisplayGone);
                        why
                    }
                },
            };
            reports(CaptureReport::State(CaptureState::Waiting(why.to_owned())));
            if stop.raised_within(RETRY) {
                return;
            }
        }
    }
}

/// Becomes readable when the wish may have changed.
fn nudge(decoder: &Decoder) -> std::io::Result<Arc<OwnedFd>> {
    let nudge = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?);
    let from_gate = Arc::clone(&nudge);
    decoder.gate().follow(move || {
        // It is full only where nobody has looked yet.
        let _ = rustix::io::write(&from_gate, &1_u64.to_ne_bytes());
    });
    Ok(nudge)
}

/// Reads what the reader says until it hangs up or the agent stops.
fn listen(
    link: &Link,
    decoder: &mut Decoder,
    reports: &Reports,
    stop: &StopSignal,
    nudge: BorrowedFd<'_>,
) -> End {
    let mut said = None;
    let mut hearing = Hearing::default();
    let mut telling = Telling::default();
    loop {
        // Emptied before the gate is asked: a change after that nudges again.
        let _ = rustix::io::read(nudge, &mut [0; 8]);
        let wish = wish(decoder);
        if said != Some(wish) {
            if link.wish(wish).is_err() {
                return End::Lost(link::GONE);
            }
            said = Some(wish);
        }
        hearing.events = false;
        decoder.begin_batch(Micros::from_millis(clock::monotonic().0));
        if let Err(why) = link.hear(|record| hearing.take(record, decoder, reports)) {
            return End::Lost(why);
        }
        telling.after(hearing.events, reports);
        let stopped = if hearing.events {
            stop.raised_within(BATCH)
        } else {
            wait(link, stop, nudge)
        };
        if stopped {
            return End::Stopped;
        }
    }
}

fn wish(decoder: &Decoder) -> Wish {
    if decoder.gate().wants_events() {
        Wish::Flow
    } else {
        Wish::Hold
    }
}

/// Sleeps until somebody has something to say; `true` when the agent stops.
fn wait(link: &Link, stop: &StopSignal, nudge: BorrowedFd<'_>) -> bool {
    let mut ends = [
        PollFd::new(stop.reader(), PollFlags::IN),
        PollFd::new(link, PollFlags::IN),
        PollFd::from_borrowed_fd(nudge, PollFlags::IN),
    ];
    // An interrupted wait is as good as an early one: the caller reads and waits again.
    let _ = poll(&mut ends, None);
    !ends[0].revents().is_empty()
}

/// What is known on one connection.
#[derive(Default)]
struct Hearing {
    devices: DeviceTable,
    /// Whether the packet that is read brings events.
    events: bool,
}

impl Hearing {
    fn take(
        &mut self,
        record: Record,
        decoder: &mut Decoder,
        reports: &Reports,
    ) -> Result<(), &'static str> {
        match record {
            Record::Hello(VERSION) => reports(CaptureReport::State(CaptureState::Running)),
            Record::Hello(_) => {
                return Err(
                    "the input reader is of another version; install both from one package",
                );
            }
            Record::Refused(why) => return Err(sentence(why)),
            Record::Device {
                device,
                tag,
                provenance,
            } => {
                self.devices.insert(device.into(), of(tag, provenance));
                self.tell_devices(decoder, reports);
            }
            Record::Gone(device) => {
                self.devices.remove(device.into());
                self.tell_devices(decoder, reports);
            }
            Record::Event {
                time_ms,
                device,
                kind,
            } => {
                decoder.push_classed(time_ms, device.into(), kind);
                self.events = true;
            }
            Record::Lost(times) => decoder.count_lost(times),
        }
        Ok(())
    }

    fn tell_devices(&self, decoder: &mut Decoder, reports: &Reports) {
        let (physical, other) = self.devices.count();
        decoder.set_devices(self.devices.clone());
        reports(CaptureReport::Devices { physical, other });
    }
}

/// The reader reports movements only, never places.
fn of(tag: DeviceTag, provenance: Provenance) -> Device {
    Device {
        tag,
        provenance,
        absolute: false,
    }
}

fn sentence(why: Refusal) -> &'static str {
    match why {
        Refusal::NotTheAgent => link::NOT_INSTALLED,
        Refusal::NotInFront => "this session is not the one in front of the screen",
        Refusal::Busy => "the input reader serves another agent of yours",
    }
}
