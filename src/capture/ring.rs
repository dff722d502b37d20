//! A bounded ring between the capture callback and the engine: one writer, one reader, no lock.
//!
//! Each event is three atomic words, so that there is no `unsafe` and a slot is wiped by storing
//! zeros as soon as it was read.

use std::sync::{
    Arc,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

use selfsame_behaviour::{Button, DeviceTag, Event, EventKind, KeyClass, Micros, Provenance, Slot};

/// Slots in a ring: four seconds of a 1000 Hz pointer.
const CAPACITY: usize = 4096;

type Words = [u64; 3];

struct Shared {
    slots: Box<[[AtomicU64; 3]]>,
    written: AtomicUsize,
    read: AtomicUsize,
    dropped: AtomicU64,
}

/// The end of the capture callback.
pub struct Producer(Arc<Shared>);

/// The engine's end.
pub struct Consumer(Arc<Shared>);

/// An empty ring.
pub fn ring() -> (Producer, Consumer) {
    let shared = Arc::new(Shared {
        slots: (0..CAPACITY).map(|_| Default::default()).collect(),
        written: AtomicUsize::new(0),
        read: AtomicUsize::new(0),
        dropped: AtomicU64::new(0),
    });
    (Producer(Arc::clone(&shared)), Consumer(shared))
}

impl Producer {
    /// Puts an event in; a full ring drops it and counts that.
    pub fn push(&mut self, event: &Event) {
        let written = self.0.written.load(Ordering::Relaxed);
        let read = self.0.read.load(Ordering::Acquire);
        if written.wrapping_sub(read) >= CAPACITY {
            self.0.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let slot = &self.0.slots[written % CAPACITY];
        for (place, word) in slot.iter().zip(encode(event)) {
            place.store(word, Ordering::Relaxed);
        }
        self.0
            .written
            .store(written.wrapping_add(1), Ordering::Release);
    }

    /// Counts events that were lost before they came here.
    pub fn count_lost(&mut self, times: u32) {
        self.0.dropped.fetch_add(times.into(), Ordering::Relaxed);
    }
}

impl Consumer {
    /// Takes the oldest event out and wipes its slot.
    pub fn pop(&mut self) -> Option<Event> {
        loop {
            let read = self.0.read.load(Ordering::Relaxed);
            if read == self.0.written.load(Ordering::Acquire) {
                return None;
            }
            let words = take(&self.0.slots[read % CAPACITY]);
            self.0.read.store(read.wrapping_add(1), Ordering::Release);
            // Only this file writes slots, so every one decodes; if not, it is skipped.
            if let Some(event) = decode(words) {
                return Some(event);
            }
        }
    }

    /// How many events were dropped since the ring was made, here or before they came here.
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }
}

fn take(slot: &[AtomicU64; 3]) -> Words {
    slot.each_ref().map(|word| {
        let value = word.load(Ordering::Relaxed);
        word.store(0, Ordering::Relaxed);
        value
    })
}

/// Word 0: time. Word 1: device, provenance, kind and its two small arguments. Word 2: movement.
fn encode(event: &Event) -> Words {
    let (kind, a, b, motion) = match event.kind {
        EventKind::KeyDown { class, slot } => (1, index(class), slot.0, 0),
        EventKind::KeyUp { slot } => (2, slot.0, 0, 0),
        EventKind::PointerMove { dx, dy } => (3, 0, 0, pair(dx, dy)),
        EventKind::ButtonDown(button) => (4, button.number(), 0, 0),
        EventKind::ButtonUp(button) => (5, button.number(), 0, 0),
        EventKind::Wheel { steps } => (6, steps.cast_unsigned(), 0, 0),
    };
    let provenance = match event.provenance {
        Provenance::Physical => 1,
        Provenance::Injected => 2,
        Provenance::Unknown => 3,
    };
    let small = u64::from(u32::from_be_bytes([provenance, kind, a, b]));
    [event.at.0, u64::from(event.device.0) << 32 | small, motion]
}

fn decode([at, packed, motion]: Words) -> Option<Event> {
    let [d3, d2, d1, d0, provenance, kind, a, b] = packed.to_be_bytes();
    let kind = match kind {
        1 => EventKind::KeyDown {
            class: KeyClass::from_index(a.into())?,
            slot: Slot(b),
        },
        2 => EventKind::KeyUp { slot: Slot(a) },
        3 => unpair(motion),
        4 => EventKind::ButtonDown(Button::from_number(a.into())),
        5 => EventKind::ButtonUp(Button::from_number(a.into())),
        6 => EventKind::Wheel {
            steps: a.cast_signed(),
        },
        _ => return None,
    };
    let provenance = match provenance {
        1 => Provenance::Physical,
        3 => Provenance::Unknown,
        _ => Provenance::Injected,
    };
    let device = DeviceTag(u32::from_be_bytes([d3, d2, d1, d0]));
    Some(Event {
        at: Micros(at),
        device,
        provenance,
        kind,
    })
}

fn index(class: KeyClass) -> u8 {
    u8::try_from(class.index()).unwrap_or(u8::MAX)
}

fn pair(dx: f32, dy: f32) -> u64 {
    u64::from(dx.to_bits()) << 32 | u64::from(dy.to_bits())
}

fn unpair(motion: u64) -> EventKind {
    let [x3, x2, x1, x0, y3, y2, y1, y0] = motion.to_be_bytes();
    EventKind::PointerMove {
        dx: f32::from_be_bytes([x3, x2, x1, x0]),
        dy: f32::from_be_bytes([y3, y2, y1, y0]),
    }
}

#[cfg(test)]
mod tests;
