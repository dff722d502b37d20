//! The generic back end. It sees no devices, cannot tell injected input from real, stamps events
//! when it reads them, and cannot be stopped.

use ::rdev::{Button, Event, EventType, Key};
use selfsame_behaviour::{DeviceTag, Micros, Provenance};

use super::{
    Capture, CaptureReport, Decoder, Device, DeviceTable, EvdevCode, RawEvent, RawKind, Reports,
    StopSignal,
};
use crate::{clock, engine::CaptureState};

/// The one device that rdev knows.
const DEVICE: u16 = 0;

/// The back end over the `rdev` crate.
pub struct Generic;

impl Capture for Generic {
    fn name(&self) -> &'static str {
        "rdev"
    }

    fn tells_injected(&self) -> bool {
        false
    }

    fn limits(&self) -> &'static str {
        "it cannot tell a program's typing from a person's, so every verdict is `unsure`"
    }

    fn run(&mut self, mut decoder: Decoder, reports: Reports, _stop: StopSignal) {
        let mut devices = DeviceTable::default();
        // rdev reports where the pointer is, not how far it moved.
        devices.insert(
            DEVICE,
            Device {
                tag: DeviceTag(DEVICE.into()),
                provenance: Provenance::Unknown,
                absolute: true,
            },
        );
        decoder.set_devices(devices);
        reports(CaptureReport::State(CaptureState::Running));
        let reports = std::sync::Arc::new(std::sync::Mutex::new(reports));
        let from_callback = std::sync::Arc::clone(&reports);
        let ended = ::rdev::listen(move |event| {
            let now = clock::monotonic().0;
            decoder.begin_batch(Micros::from_millis(now));
            raw_kinds(&event).into_iter().flatten().for_each(|kind| {
                #[allow(clippy::cast_possible_truncation)]
                // the decoder expects a counter that wraps
                decoder.push(RawEvent {
                    time_ms: now as u32,
                    device: DEVICE,
                    kind,
                });
            });
            if let Ok(reports) = from_callback.lock() {
                reports(CaptureReport::Events);
            }
        });
        let why = format!("the generic back end ended: {ended:?}");
        if let Ok(reports) = reports.lock() {
            reports(CaptureReport::State(CaptureState::Unavailable(why)));
        }
    }
}

/// A wheel event stands for a press; everything else for one event.
fn raw_kinds(event: &Event) -> [Option<RawKind>; 1] {
    #[allow(clippy::cast_possible_truncation)] // screens are far smaller than an f32 counts exactly
    let kind = match event.event_type {
        EventType::KeyPress(key) => code(key).map(RawKind::KeyPress),
        EventType::KeyRelease(key) => code(key).map(RawKind::KeyRelease),
        EventType::ButtonPress(button) => Some(RawKind::ButtonPress(number(button))),
        EventType::ButtonRelease(button) => Some(RawKind::ButtonRelease(number(button))),
        EventType::MouseMove { x, y } => Some(RawKind::Motion(Some(x as f32), Some(y as f32))),
        EventType::Wheel { delta_y, .. } => {
            Some(RawKind::ButtonPress(if delta_y > 0 { 4 } else { 5 }))
        }
    };
    [kind]
}

fn number(button: Button) -> u32 {
    match button {
        Button::Left => 1,
        Button::Middle => 2,
        Button::Right => 3,
        Button::Unknown(_) => 8,
    }
}

/// rdev names keys after a US keyboard; the codes are the kernel's.
fn code(key: Key) -> Option<EvdevCode> {
    let code = match key {
        Key::Escape => 1,
        Key::Num1 => 2,
        Key::Num2 => 3,
        Key::Num3 => 4,
        Key::Num4 => 5,
        Key::Num5 => 6,
        Key::Num6 => 7,
        Key::Num7 => 8,
        Key::Num8 => 9,
        Key::Num9 => 10,
        Key::Num0 => 11,
        Key::Minus => 12,
        Key::Equal => 13,
        Key::Backspace => 14,
        Key::Tab => 15,
        Key::KeyQ => 16,
        Key::KeyW => 17,
        Key::KeyE => 18,
        Key::KeyR => 19,
        Key::KeyT => 20,
        Key::KeyY => 21,
        Key::KeyU => 22,
        Key::KeyI => 23,
        Key::KeyO => 24,
        Key::KeyP => 25,
        Key::LeftBracket => 26,
        Key::RightBracket => 27,
        Key::Return => 28,
        Key::ControlLeft => 29,
        Key::KeyA => 30,
        Key::KeyS => 31,
        Key::KeyD => 32,
        Key::KeyF => 33,
        Key::KeyG => 34,
        Key::KeyH => 35,
        Key::KeyJ => 36,
        Key::KeyK => 37,
        Key::KeyL => 38,
        Key::SemiColon => 39,
        Key::Quote => 40,
        Key::BackQuote => 41,
        Key::ShiftLeft => 42,
        Key::BackSlash => 43,
        Key::KeyZ => 44,
        Key::KeyX => 45,
        Key::KeyC => 46,
        Key::KeyV => 47,
        Key::KeyB => 48,
        Key::KeyN => 49,
        Key::KeyM => 50,
        Key::Comma => 51,
        Key::Dot => 52,
        Key::Slash => 53,
        Key::ShiftRight => 54,
        Key::Alt => 56,
        Key::Space => 57,
        Key::CapsLock => 58,
        Key::IntlBackslash => 86,
        Key::ControlRight => 97,
        Key::AltGr => 100,
        Key::UpArrow => 103,
        Key::LeftArrow => 105,
        Key::RightArrow => 106,
        Key::DownArrow => 108,
        Key::Delete => 111,
        Key::MetaLeft => 125,
        Key::MetaRight => 126,
        #[cfg(target_os = "linux")]
        Key::Unknown(x11) => return EvdevCode::from_x11(x11),
        // The rest sits right of the typing block, where one code is as good as another.
        _ => 107,
    };
    Some(EvdevCode(code))
}
