//! Turns what a back end delivers into events without a code, and puts them into the ring.

use std::sync::Arc;

use selfsame_behaviour::{Button, Event, EventKind, Micros};
use selfsame_input::{EvdevCode, Held};

use super::{
    clock::SourceClock,
    device::{Device, DeviceTable},
    gate::Gate,
    ring::Producer,
};

/// What a back end read, still with the code of the key. It never leaves `capture`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RawEvent {
    /// When, in the source's milliseconds, which wrap.
    pub time_ms: u32,
    /// Id of the device.
    pub device: u16,
    /// What happened.
    pub kind: RawKind,
}

/// What happened, as the system says it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RawKind {
    /// A key went down.
    KeyPress(EvdevCode),
    /// A key came up.
    KeyRelease(EvdevCode),
    /// A button went down: 1 to 3, 4 to 7 for the wheel, above for others (X11's numbers).
    ButtonPress(u32),
    /// A button came up.
    ButtonRelease(u32),
    /// The pointer moved by this much or, on an absolute device, to this place; an axis may be
    /// missing.
    Motion(Option<f32>, Option<f32>),
}

/// Decodes the events of one back end.
pub struct Decoder {
    devices: DeviceTable,
    held: Held,
    clock: SourceClock,
    place: Place,
    read_at: Micros,
    gate: Arc<Gate>,
    ring: Producer,
}

/// Where an absolute pointer was last.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    device: u16,
    x: Option<f32>,
    y: Option<f32>,
}

impl Decoder {
    /// A decoder that writes into `ring` while `gate` is open.
    pub fn new(ring: Producer, gate: Arc<Gate>) -> Self {
        Self {
            devices: DeviceTable::default(),
            held: Held::default(),
            clock: SourceClock::default(),
            place: Place::default(),
            read_at: Micros::default(),
            gate,
            ring,
        }
    }

    /// Says when the events that follow were read, on this process's monotonic clock.
    pub fn begin_batch(&mut self, read_at: Micros) {
        self.read_at = read_at;
        if !self.gate.is_open() {
            self.held.forget();
        }
    }

    /// Takes over what is known about devices; keys of devices that are gone are let go.
    pub fn set_devices(&mut self, devices: DeviceTable) {
        self.held.retain(|id| devices.knows(id));
        self.devices = devices;
    }

    /// Forgets the source: the next events come from another connection.
    pub fn reset(&mut self) {
        self.held.forget();
        self.clock = SourceClock::default();
        self.place = Place::default();
        self.devices = DeviceTable::default();
    }

    /// The callback: one decoded event goes into the ring. No allocation, no lock, no system call.
    pub fn push(&mut self, raw: RawEvent) {
        if !self.gate.is_open() {
            return;
        }
        let at = self.clock.place(raw.time_ms, self.read_at);
        let device = self.devices.get(raw.device);
        if let Some(kind) = self.kind_of(raw, device) {
            self.put(at, device, kind);
        }
    }

    /// The same for an event whose code never came to this process: its class and slot are the source's.
    pub fn push_classed(&mut self, time_ms: u32, device: u16, kind: EventKind) {
        if self.gate.is_open() {
            let at = self.clock.place(time_ms, self.read_at);
            self.put(at, self.devices.get(device), kind);
        }
    }

    /// Counts events that the source lost.
    pub fn count_lost(&mut self, times: u32) {
        self.ring.count_lost(times);
    }

    /// Whether events are wanted, for a back end that can ask for none.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    fn put(&mut self, at: Micros, device: Device, kind: EventKind) {
        self.ring.push(&Event {
            at,
            device: device.tag,
            provenance: device.provenance,
            kind,
        });
    }

    fn kind_of(&mut self, raw: RawEvent, device: Device) -> Option<EventKind> {
        match raw.kind {
            RawKind::KeyPress(code) => {
                let slot = self.held.press(raw.device, code)?;
                Some(EventKind::KeyDown {
                    class: code.class(),
                    slot,
                })
            }
            RawKind::KeyRelease(code) => {
                let slot = self.held.release(raw.device, code)?;
                Some(EventKind::KeyUp { slot })
            }
            RawKind::ButtonPress(number @ 4..=7) => Some(EventKind::Wheel {
                steps: notch(number),
            }),
            RawKind::ButtonRelease(4..=7) => None,
            RawKind::ButtonPress(number) => {
                Some(EventKind::ButtonDown(Button::from_number(number)))
            }
            RawKind::ButtonRelease(number) => {
                Some(EventKind::ButtonUp(Button::from_number(number)))
            }
            RawKind::Motion(x, y) if device.absolute => self.place.movement(raw.device, x, y),
            RawKind::Motion(x, y) => movement(x.unwrap_or(0.0), y.unwrap_or(0.0)),
        }
    }
}

impl Place {
    /// The way from the last place of the same device to this one.
    fn movement(&mut self, device: u16, x: Option<f32>, y: Option<f32>) -> Option<EventKind> {
        let before = if self.device == device {
            *self
        } else {
            Self::default()
        };
        let way =
            |from: Option<f32>, to: Option<f32>| from.zip(to).map_or(0.0, |(from, to)| to - from);
        let (dx, dy) = (way(before.x, x), way(before.y, y));
        *self = Self {
            device,
            x: x.or(before.x),
            y: y.or(before.y),
        };
        movement(dx, dy)
    }
}

fn movement(dx: f32, dy: f32) -> Option<EventKind> {
    let moved = dx.is_finite() && dy.is_finite() && (dx != 0.0 || dy != 0.0);
    moved.then_some(EventKind::PointerMove { dx, dy })
}

/// X11 gives the wheel buttons: 4 and 6 turn up and left, 5 and 7 down and right.
const fn notch(number: u32) -> i8 {
    match number {
        4 | 6 => -1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests;
