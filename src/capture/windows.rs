//! Capture on Windows: Raw Input to a message-only window on this thread. No hook: hooks stand in the way
//! of everybody's input, and the system removes slow ones without a word.

#![allow(unsafe_code)] // messages and packets are the system's

mod devices;
mod packet;

use std::{io, io::Read, ptr, thread, time::Duration};

use selfsame_behaviour::Micros;
use windows_sys::Win32::{
    System::{SystemInformation::GetTickCount, Threading::INFINITE},
    UI::{
        Input::{
            RAWINPUTDEVICE, RIDEV_DEVNOTIFY, RIDEV_INPUTSINK, RIDEV_REMOVE, RegisterRawInputDevices,
        },
        WindowsAndMessaging::{
            GetMessageTime, GetSystemMetrics, MSG, MsgWaitForMultipleObjects, PM_REMOVE,
            PeekMessageW, QS_ALLINPUT, SM_CXSCREEN, SM_CYSCREEN, WM_INPUT, WM_INPUT_DEVICE_CHANGE,
        },
    },
};

use self::{devices::Devices, packet::Packet};
use super::{
    Capture, CaptureReport, Decoder, RawEvent, Reports, StopSignal,
    raw_input::{self, Pointer},
    telling::Telling,
};
use crate::{
    clock,
    engine::{BackendChoice, CaptureState},
    platform::windows::window::{self, Kind, Waker, Window},
};

/// Between two reads while the pointer moves: waking up for each packet of a fast mouse costs more than
/// reading it. A key that falls into this pause is placed too late by at most as much.
const REST: Duration = Duration::from_millis(5);
/// Generic desktop page of the HID usage tables: mouse and keyboard.
const PAGE: u16 = 1;
const USAGES: [u16; 2] = [2, 6];

/// The Raw Input back end.
struct RawInput;

// There are no displays to choose from.
pub(super) fn back_end(
    choice: BackendChoice,
    _display: Option<String>,
) -> Result<Box<dyn Capture>, &'static str> {
    match choice {
        BackendChoice::Auto => Ok(Box::new(RawInput)),
        other => Err(other.name()),
    }
}

impl Capture for RawInput {
    fn name(&self) -> &'static str {
        "raw-input"
    }

    fn tells_injected(&self) -> bool {
        true
    }

    fn limits(&self) -> &'static str {
        ""
    }

    fn run(&mut self, decoder: Decoder, reports: Reports, stop: StopSignal) {
        let ended = stop_by_message(stop)
            .and_then(|()| Window::open(Kind::MessageOnly, |_, _, _| None))
            .and_then(|window| {
                register(&window)?;
                Reader::new(decoder, reports.as_ref()).read_until_stopped();
                unregister()
            });
        if let Err(error) = ended {
            let why = format!("Windows gives no raw input: {error}");
            reports(CaptureReport::State(CaptureState::Unavailable(why)));
        }
    }
}

/// A message can be waited for beside input, a pipe cannot: another thread waits for the pipe.
fn stop_by_message(stop: StopSignal) -> io::Result<()> {
    let this = Waker::of_this_thread();
    thread::Builder::new()
        .name("capture-stop".to_owned())
        .spawn(move || {
            // Whether it closed or failed: the agent ends.
            let _ = stop.reader().read(&mut [0]);
            this.wake();
        })
        .map(drop)
}

fn register(window: &Window) -> io::Result<()> {
    let wanted = USAGES.map(|usage| RAWINPUTDEVICE {
        usUsagePage: PAGE,
        usUsage: usage,
        // Input of every window, and word of devices that come and go.
        dwFlags: RIDEV_INPUTSINK | RIDEV_DEVNOTIFY,
        hwndTarget: window.handle(),
    });
    tell_system(&wanted)
}

fn unregister() -> io::Result<()> {
    tell_system(&USAGES.map(|usage| RAWINPUTDEVICE {
        usUsagePage: PAGE,
        usUsage: usage,
        dwFlags: RIDEV_REMOVE,
        hwndTarget: ptr::null_mut(),
    }))
}

fn tell_system(wanted: &[RAWINPUTDEVICE]) -> io::Result<()> {
    // SAFETY: as many entries of that size as it says.
    let told = unsafe {
        RegisterRawInputDevices(
            wanted.as_ptr(),
            wanted.len() as u32,
            size_of::<RAWINPUTDEVICE>() as u32,
        )
    };
    if told == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// What one reading brought.
#[derive(Debug, Clone, Copy, Default)]
struct Batch {
    keys: bool,
    movement: bool,
    devices_changed: bool,
    stop: bool,
}

struct Reader<'a> {
    decoder: Decoder,
    reports: &'a (dyn Fn(CaptureReport) + Send),
    devices: Devices,
    pointer: Pointer,
}

impl<'a> Reader<'a> {
    fn new(decoder: Decoder, reports: &'a (dyn Fn(CaptureReport) + Send)) -> Self {
        Self {
            decoder,
            reports,
            devices: Devices::default(),
            pointer: Pointer::on((0.0, 0.0)),
        }
    }

    fn read_until_stopped(&mut self) {
        let mut telling = Telling::default();
        self.read_devices();
        (self.reports)(CaptureReport::State(CaptureState::Running));
        loop {
            let batch = self.read_batch();
            if batch.stop {
                return;
            }
            if batch.devices_changed {
                self.read_devices();
            }
            telling.after(batch.keys || batch.movement, self.reports);
            if batch.movement {
                thread::sleep(REST);
            } else if !batch.keys && !batch.devices_changed {
                wait_for_message();
            }
        }
    }

    fn read_devices(&mut self) {
        let (devices, table) = devices::read();
        let (physical, other) = table.count();
        self.devices = devices;
        self.decoder.set_devices(table);
        // SAFETY: asks for two numbers.
        let screen = unsafe { (GetSystemMetrics(SM_CXSCREEN), GetSystemMetrics(SM_CYSCREEN)) };
        self.pointer = Pointer::on((screen.0 as f32, screen.1 as f32));
        (self.reports)(CaptureReport::Devices { physical, other });
    }

    fn read_batch(&mut self) -> Batch {
        let mut batch = Batch::default();
        let mut message = window::empty();
        loop {
            // SAFETY: `message` may be written.
            if unsafe { PeekMessageW(&raw mut message, ptr::null_mut(), 0, 0, PM_REMOVE) } == 0 {
                return batch;
            }
            match message.message {
                WM_INPUT => self.take(&message, &mut batch),
                WM_INPUT_DEVICE_CHANGE => batch.devices_changed = true,
                _ => batch.stop |= window::is_wake(&message),
            }
            window::dispatch(&message);
        }
    }

    /// The callback: one packet becomes events without a code. No allocation and no lock.
    fn take(&mut self, message: &MSG, batch: &mut Batch) {
        // SAFETY: both ask for a number.
        let (tick, stamp) = unsafe { (GetTickCount(), GetMessageTime().cast_unsigned()) };
        let now = clock::monotonic().0;
        self.decoder.begin_batch(Micros::from_millis(now));
        #[allow(clippy::cast_possible_truncation)] // the decoder expects a counter that wraps
        let time_ms = raw_input::time_of(now as u32, tick, stamp);
        let Some(packet) = packet::read(message) else {
            return;
        };
        let device = self.devices.id_of(packet.source());
        let mut push = |kind| {
            self.decoder.push(RawEvent {
                time_ms,
                device,
                kind,
            });
        };
        match packet {
            Packet::Key { code, flags, .. } => {
                if let Some(kind) = raw_input::key(code, flags) {
                    push(kind);
                }
                batch.keys = true;
            }
            Packet::Pointed { pointed, .. } => {
                self.pointer.take(pointed, push);
                batch.movement = true;
            }
        }
    }
}

fn wait_for_message() {
    // SAFETY: waits for this thread's messages and for no object.
    unsafe { MsgWaitForMultipleObjects(0, ptr::null(), 0, INFINITE, QS_ALLINPUT) };
}
