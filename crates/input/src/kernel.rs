//! The kernel's `struct input_event`, as 64-bit systems lay it out.

use zeroize::Zeroize;

/// Bytes of one event: two 64-bit numbers for the time, type, code and value.
pub const EVENT_BYTES: usize = 24;

/// Types of events (`linux/input-event-codes.h`).
const EV_SYN: u16 = 0;
const EV_KEY: u16 = 1;
const EV_REL: u16 = 2;
const SYN_REPORT: u16 = 0;
const SYN_DROPPED: u16 = 3;
const REL_X: u16 = 0;
const REL_Y: u16 = 1;
const REL_HWHEEL: u16 = 6;
const REL_WHEEL: u16 = 8;
/// Keys of keyboards lie below the first button.
const FIRST_BUTTON: u16 = 0x100;
const BTN_LEFT: u16 = 0x110;
const LAST_MOUSE_BUTTON: u16 = 0x117;

/// One event of a device, still with its code.
#[derive(Clone, Copy, PartialEq, Eq, Zeroize)]
pub struct InputEvent {
    /// The kernel's own time, in microseconds of the monotonic clock.
    pub time_us: u64,
    kind: u16,
    code: u16,
    value: i32,
}

/// What an event says, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// A key went down (`true`) or came up; repeats say nothing.
    Key(u16, bool),
    /// A mouse's button, counted from the left one, went down or came up.
    Button(u16, bool),
    /// The pointer went right by this much.
    X(i32),
    /// The pointer went down by this much.
    Y(i32),
    /// A wheel turned by so many notches; down and right are positive.
    Wheel(i32),
    /// The packet is complete.
    Report,
    /// The reader was too slow: what comes up to the next report is incomplete.
    Dropped,
    /// Anything else: lights, switches, places on a touchpad.
    Nothing,
}

impl InputEvent {
    /// The event in `bytes`.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; EVENT_BYTES]) -> Self {
        let [
            s0,
            s1,
            s2,
            s3,
            s4,
            s5,
            s6,
            s7,
            u0,
            u1,
            u2,
            u3,
            u4,
            u5,
            u6,
            u7,
            k0,
            k1,
            c0,
            c1,
            v @ ..,
        ] = *bytes;
        let seconds = u64::from_ne_bytes([s0, s1, s2, s3, s4, s5, s6, s7]);
        let micros = u64::from_ne_bytes([u0, u1, u2, u3, u4, u5, u6, u7]);
        Self {
            time_us: seconds.wrapping_mul(1_000_000).wrapping_add(micros),
            kind: u16::from_ne_bytes([k0, k1]),
            code: u16::from_ne_bytes([c0, c1]),
            value: i32::from_ne_bytes(v),
        }
    }

    /// What it says.
    #[must_use]
    pub fn said(self) -> Said {
        match (self.kind, self.code, self.value) {
            (EV_KEY, 1..FIRST_BUTTON, down @ (0 | 1)) => Said::Key(self.code, down == 1),
            (EV_KEY, BTN_LEFT..=LAST_MOUSE_BUTTON, down @ (0 | 1)) => {
                Said::Button(self.code - BTN_LEFT, down == 1)
            }
            (EV_REL, REL_X, way) => Said::X(way),
            (EV_REL, REL_Y, way) => Said::Y(way),
            (EV_REL, REL_WHEEL, turn) => Said::Wheel(turn.saturating_neg()),
            (EV_REL, REL_HWHEEL, turn) => Said::Wheel(turn),
            (EV_SYN, SYN_REPORT, _) => Said::Report,
            (EV_SYN, SYN_DROPPED, _) => Said::Dropped,
            _ => Said::Nothing,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An event as a device file delivers it.
    pub fn bytes(time_us: u64, kind: u16, code: u16, value: i32) -> [u8; EVENT_BYTES] {
        let mut bytes = [0; EVENT_BYTES];
        bytes[..8].copy_from_slice(&(time_us / 1_000_000).to_ne_bytes());
        bytes[8..16].copy_from_slice(&(time_us % 1_000_000).to_ne_bytes());
        bytes[16..18].copy_from_slice(&kind.to_ne_bytes());
        bytes[18..20].copy_from_slice(&code.to_ne_bytes());
        bytes[20..].copy_from_slice(&value.to_ne_bytes());
        bytes
    }

    fn said(kind: u16, code: u16, value: i32) -> Said {
        InputEvent::from_bytes(&bytes(5, kind, code, value)).said()
    }

    /// What `/dev/input/event0` handed out when QEMU's monitor pressed A on an emulated keyboard (Linux 6.1, x86-64).
    #[cfg(target_endian = "little")]
    #[test]
    fn a_recorded_key_is_read_as_it_was_pressed() {
        let time = [
            0x2b, 0x0e, 0x07, 0x6b, 0, 0, 0, 0, 0x20, 0xc2, 0x06, 0, 0, 0, 0, 0,
        ];
        let scan_code = [0x04, 0, 0x04, 0, 0x1e, 0, 0, 0];
        let press = [0x01, 0, 0x1e, 0, 0x01, 0, 0, 0];
        let report = [0; 8];
        let recorded = [scan_code, press, report].map(|rest| {
            let mut bytes = [0; EVENT_BYTES];
            bytes[..16].copy_from_slice(&time);
            bytes[16..].copy_from_slice(&rest);
            InputEvent::from_bytes(&bytes)
        });
        let said = recorded.map(InputEvent::said);
        assert!(said == [Said::Nothing, Said::Key(30, true), Said::Report]);
        assert_eq!(recorded[1].time_us, 1_795_624_491_442_912);
    }

    #[test]
    fn only_presses_and_releases_of_keys_and_mouse_buttons_say_something() {
        assert!(said(EV_KEY, 30, 0) == Said::Key(30, false));
        assert!(said(EV_KEY, 30, 2) == Said::Nothing, "a repeat");
        assert!(said(EV_KEY, 0x111, 1) == Said::Button(1, true));
        assert!(said(EV_KEY, 0x14A, 1) == Said::Nothing, "a touch");
        assert!(said(EV_KEY, 0x130, 1) == Said::Nothing, "a gamepad");
        assert!(said(3, 0, 400) == Said::Nothing, "a place on a touchpad");
    }

    #[test]
    fn a_wheel_counts_down_and_right_as_forward() {
        assert!(said(EV_REL, REL_WHEEL, 1) == Said::Wheel(-1));
        assert!(said(EV_REL, REL_HWHEEL, 1) == Said::Wheel(1));
        assert!(said(EV_REL, REL_WHEEL, i32::MIN) == Said::Wheel(i32::MAX));
    }
}
