//! Turns the events of input devices into what the agent may know: times, key classes and movements.

use selfsame_behaviour::{Button, EventKind};

use crate::{
    Held,
    kernel::{InputEvent, Said},
    keymap::EvdevCode,
};

/// How many devices are read at once.
pub const DEVICES: usize = 64;

/// Something that happened, without a code.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sensed {
    /// The kernel's time, in microseconds.
    pub time_us: u64,
    /// The device's number, below [`DEVICES`].
    pub device: u8,
    /// What happened.
    pub kind: EventKind,
}

/// Follows all devices; the one place of the program that remembers a code, while its key is down.
#[derive(Default)]
pub struct Translator {
    held: Held,
    packets: Packets,
    lost: u32,
}

struct Packets([Packet; DEVICES]);

impl Default for Packets {
    fn default() -> Self {
        Self([Packet::default(); DEVICES])
    }
}

/// What a device has said since its last report.
#[derive(Clone, Copy, Default)]
struct Packet {
    x: i32,
    y: i32,
    incomplete: bool,
}

impl Translator {
    /// Takes in one event and hands out what it means. A device's number beyond the last means nothing.
    pub fn take(&mut self, device: u8, event: InputEvent, mut each: impl FnMut(Sensed)) {
        let Some(packet) = self.packets.0.get_mut(usize::from(device)) else {
            return;
        };
        if packet.incomplete {
            packet.incomplete = event.said() != Said::Report;
            return;
        }
        let id = u16::from(device);
        let kind = match event.said() {
            Said::Key(code, true) => {
                let code = EvdevCode(code);
                self.held.press(id, code).map(|slot| EventKind::KeyDown {
                    class: code.class(),
                    slot,
                })
            }
            Said::Key(code, false) => self
                .held
                .release(id, EvdevCode(code))
                .map(|slot| EventKind::KeyUp { slot }),
            Said::Button(number, true) => Some(EventKind::ButtonDown(button(number))),
            Said::Button(number, false) => Some(EventKind::ButtonUp(button(number))),
            Said::Wheel(notches) => Some(EventKind::Wheel {
                steps: clamped(notches),
            }),
            Said::X(way) => packet.go(way, 0),
            Said::Y(way) => packet.go(0, way),
            Said::Report => packet.report(),
            Said::Dropped => {
                self.lost = self.lost.saturating_add(1);
                self.forget(device);
                self.packets.0[usize::from(device)].incomplete = true;
                None
            }
            Said::Nothing => None,
        };
        if let Some(kind) = kind {
            each(Sensed {
                time_us: event.time_us,
                device,
                kind,
            });
        }
    }

    /// Forgets a device: its keys are let go, and its half packet is dropped.
    pub fn forget(&mut self, device: u8) {
        self.held.retain(|id| id != u16::from(device));
        if let Some(packet) = self.packets.0.get_mut(usize::from(device)) {
            *packet = Packet::default();
        }
    }

    /// How often the kernel dropped events since this was last asked.
    pub fn take_lost(&mut self) -> u32 {
        std::mem::take(&mut self.lost)
    }
}

impl Packet {
    fn go(&mut self, x: i32, y: i32) -> Option<EventKind> {
        self.x = self.x.saturating_add(x);
        self.y = self.y.saturating_add(y);
        None
    }

    fn report(&mut self) -> Option<EventKind> {
        let Self { x, y, .. } = std::mem::take(self);
        #[allow(clippy::cast_precision_loss)] // no mouse moves by 2²⁴ counts at once
        ((x, y) != (0, 0)).then_some(EventKind::PointerMove {
            dx: x as f32,
            dy: y as f32,
        })
    }
}

fn button(number: u16) -> Button {
    match number {
        0 => Button::Left,
        1 => Button::Right,
        2 => Button::Middle,
        _ => Button::Other,
    }
}

fn clamped(notches: i32) -> i8 {
    i8::try_from(notches).unwrap_or(if notches < 0 { i8::MIN } else { i8::MAX })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use selfsame_behaviour::{KeyClass, Slot};

    use super::*;
    use crate::kernel::{EVENT_BYTES, tests::bytes};

    fn all(translator: &mut Translator, events: &[(u16, u16, i32)]) -> Vec<EventKind> {
        let mut found = Vec::new();
        for (kind, code, value) in events {
            let event = InputEvent::from_bytes(&bytes(7_000_000, *kind, *code, *value));
            translator.take(3, event, |sensed| found.push(sensed.kind));
        }
        found
    }

    const REPORT: (u16, u16, i32) = (0, 0, 0);
    const DROPPED: (u16, u16, i32) = (0, 3, 0);

    #[test]
    fn a_key_becomes_its_class_and_a_slot() {
        let seen = all(
            &mut Translator::default(),
            &[(1, 30, 1), REPORT, (1, 30, 2), REPORT, (1, 30, 0), REPORT],
        );
        let class = KeyClass::LeftLittle;
        let slot = Slot(0);
        assert_eq!(
            seen,
            [
                EventKind::KeyDown { class, slot },
                EventKind::KeyUp { slot }
            ]
        );
    }

    #[test]
    fn two_keys_of_one_column_leave_the_same_bytes() {
        let seen = |code| all(&mut Translator::default(), &[(1, code, 1), (1, code, 0)]);
        assert_eq!(seen(30), seen(16));
    }

    #[test]
    fn one_packet_is_one_movement() {
        let seen = all(
            &mut Translator::default(),
            &[(2, 0, 3), (2, 1, -2), REPORT, REPORT],
        );
        assert_eq!(seen, [EventKind::PointerMove { dx: 3.0, dy: -2.0 }]);
    }

    #[test]
    fn after_dropped_events_nothing_counts_before_the_next_report_and_no_key_is_down() {
        let mut translator = Translator::default();
        let before = all(&mut translator, &[(1, 30, 1), REPORT, (2, 0, 50)]);
        assert_eq!(before.len(), 1);
        let seen = all(
            &mut translator,
            &[DROPPED, (1, 31, 1), (2, 0, 9), REPORT, (1, 30, 0), REPORT],
        );
        assert_eq!(
            seen,
            [],
            "the release of a key whose press may be any other"
        );
        assert_eq!(translator.take_lost(), 1);
        assert_eq!(translator.take_lost(), 0);
        assert_eq!(all(&mut translator, &[(1, 30, 1), REPORT]).len(), 1);
    }

    #[test]
    fn an_unplugged_device_takes_its_keys_with_it() {
        let mut translator = Translator::default();
        all(&mut translator, &[(1, 30, 1), (2, 0, 5)]);
        translator.forget(3);
        assert_eq!(all(&mut translator, &[(1, 30, 0), REPORT]), []);
    }

    proptest! {
        #[test]
        fn whatever_a_device_file_holds_is_read_without_a_panic_and_in_pairs(
            junk in prop::collection::vec(any::<[u8; EVENT_BYTES]>(), 0..200),
            device in any::<u8>(),
        ) {
            let mut translator = Translator::default();
            let mut down = [false; 16];
            for bytes in &junk {
                translator.take(device, InputEvent::from_bytes(bytes), |sensed| match sensed.kind {
                    EventKind::KeyDown { slot, .. } => down[usize::from(slot.0)] = true,
                    EventKind::KeyUp { slot } => assert!(std::mem::take(&mut down[usize::from(slot.0)])),
                    _ => {}
                });
            }
        }

        #[test]
        fn no_order_of_keys_and_drops_leaves_a_release_without_its_press(
            events in prop::collection::vec(
                prop_oneof![(Just(1_u16), 1_u16..60, 0..3_i32), Just(REPORT), Just(DROPPED)], 0..300),
        ) {
            let mut down = [false; 16];
            for kind in all(&mut Translator::default(), &events) {
                match kind {
                    EventKind::KeyDown { slot, .. } => down[usize::from(slot.0)] = true,
                    EventKind::KeyUp { slot } => prop_assert!(std::mem::take(&mut down[usize::from(slot.0)])),
                    _ => {}
                }
            }
        }
    }
}
