//! What Raw Input delivers, as plain numbers, and what it means; no system call here.

use selfsame_behaviour::Provenance;

use super::{
    decoder::RawKind,
    set1::{self, Prefix},
};

/// `RI_KEY_BREAK`, `RI_KEY_E0` and `RI_KEY_E1`.
const RELEASED: u16 = 1;
const E0: u16 = 2;
const E1: u16 = 4;
/// `KEYBOARD_OVERRUN_MAKE_CODE`: more keys are down than the keyboard can tell apart.
const OVERRUN: u16 = 0xFF;
/// `MOUSE_MOVE_ABSOLUTE`.
const ABSOLUTE: u16 = 1;
/// `RI_MOUSE_WHEEL` and `RI_MOUSE_HWHEEL`.
const WHEEL: u16 = 0x400;
const SIDE_WHEEL: u16 = 0x800;
/// `WHEEL_DELTA`: one notch.
const NOTCH: i32 = 120;
/// Absolute places run from 0 to this along each side of the screen.
const FULL_SIDE: f32 = 65_535.0;

/// Press and release flags of each button, with the numbers that X11 gives them.
const BUTTONS: [(u16, u16, u32); 5] = [
    (0x001, 0x002, 1),
    (0x004, 0x008, 3),
    (0x010, 0x020, 2),
    (0x040, 0x080, 8),
    (0x100, 0x200, 9),
];

/// The key behind a packet of a keyboard.
pub fn key(scan_code: u16, flags: u16) -> Option<RawKind> {
    let prefix = match flags {
        flags if flags & E0 != 0 => Prefix::E0,
        flags if flags & E1 != 0 => Prefix::E1,
        _ => Prefix::None,
    };
    if scan_code == OVERRUN {
        return None;
    }
    let code = set1::evdev_code(scan_code, prefix)?;
    Some(if flags & RELEASED == 0 {
        RawKind::KeyPress(code)
    } else {
        RawKind::KeyRelease(code)
    })
}

/// A packet of a pointing device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pointed {
    /// `usFlags`.
    pub flags: u16,
    /// `usButtonFlags`.
    pub buttons: u16,
    /// `usButtonData`: how far a wheel turned, signed.
    pub wheel: u16,
    /// `lLastX` and `lLastY`.
    pub x: i32,
    /// See `x`.
    pub y: i32,
}

/// What must be remembered between two packets.
#[derive(Debug, Clone, Copy)]
pub struct Pointer {
    /// Sides of the screen in pixels.
    screen: (f32, f32),
    /// Where an absolute device was last.
    place: Option<(f32, f32)>,
    /// What wheels turned since their last notch.
    turned: i32,
    turned_aside: i32,
}

impl Pointer {
    /// A pointer on a screen of so many pixels.
    pub fn on(screen: (f32, f32)) -> Self {
        Self {
            screen,
            place: None,
            turned: 0,
            turned_aside: 0,
        }
    }

    /// Hands out everything that a packet says: movement first, then buttons, then wheels.
    pub fn take(&mut self, pointed: Pointed, mut each: impl FnMut(RawKind)) {
        let (x, y) = self.movement(pointed);
        if (x, y) != (0.0, 0.0) {
            each(RawKind::Motion(Some(x), Some(y)));
        }
        for (press, release, number) in BUTTONS {
            if pointed.buttons & press != 0 {
                each(RawKind::ButtonPress(number));
            }
            if pointed.buttons & release != 0 {
                each(RawKind::ButtonRelease(number));
            }
        }
        let turn = i32::from(pointed.wheel.cast_signed());
        if pointed.buttons & WHEEL != 0 {
            notches(&mut self.turned, turn, 4, 5, &mut each);
        }
        if pointed.buttons & SIDE_WHEEL != 0 {
            notches(&mut self.turned_aside, turn, 7, 6, &mut each);
        }
    }

    /// How far it went, in counts of the device or, for an absolute one, in pixels.
    fn movement(&mut self, pointed: Pointed) -> (f32, f32) {
        let (x, y) = (pointed.x as f32, pointed.y as f32);
        if pointed.flags & ABSOLUTE == 0 {
            return (x, y);
        }
        let now = (x / FULL_SIDE * self.screen.0, y / FULL_SIDE * self.screen.1);
        let before = self.place.replace(now).unwrap_or(now);
        (now.0 - before.0, now.1 - before.1)
    }
}

/// One press for each full notch; fine wheels turn by parts of one.
fn notches(turned: &mut i32, turn: i32, up: u32, down: u32, each: &mut impl FnMut(RawKind)) {
    *turned += turn;
    while turned.abs() >= NOTCH {
        let number = if *turned > 0 { up } else { down };
        *turned -= turned.signum() * NOTCH;
        each(RawKind::ButtonPress(number));
    }
}

/// The time of an event, in wrapping milliseconds of the local clock `now`.
///
/// It is read as soon as it comes, and the stamp of its message counts in steps of 10 to 16 ms; so the
/// stamp is only used where the reader came later than such a step.
pub fn time_of(now: u32, tick: u32, stamp: u32) -> u32 {
    const LONGEST_STEP: u32 = 16;
    let late = tick.wrapping_sub(stamp);
    // A stamp from the future is one step of the counter, not 49 days.
    if late > LONGEST_STEP && late < u32::MAX / 2 {
        now.wrapping_sub(late)
    } else {
        now
    }
}

/// Whether the name of a device says that hardware is behind it: on the HID or the old keyboard and
/// mouse ports. What programs, remote desktops and the system itself make hangs elsewhere. A driver
/// that an administrator installs can make a device that looks like hardware.
pub fn provenance(name: &str) -> Provenance {
    let name = name.to_ascii_uppercase();
    let place = name.trim_start_matches(['\\', '?', '.']);
    let on_a_bus = ["HID#", "ACPI#"].iter().any(|bus| place.starts_with(bus));
    let made_up = place.starts_with(WINES_DEVICES) && !cfg!(feature = "demo");
    if on_a_bus && !made_up {
        Provenance::Physical
    } else {
        Provenance::Injected
    }
}

/// Wine makes up one keyboard and one mouse, whatever its display has. Only a demonstration build takes
/// them for hardware.
const WINES_DEVICES: &str = "HID#VID_845E&";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::EvdevCode;

    fn all(pointer: &mut Pointer, pointed: Pointed) -> Vec<RawKind> {
        let mut found = Vec::new();
        pointer.take(pointed, |kind| found.push(kind));
        found
    }

    #[test]
    fn a_press_and_its_release_name_the_same_key() {
        assert_eq!(key(0x1E, 0), Some(RawKind::KeyPress(EvdevCode(30))));
        assert_eq!(
            key(0x1E, RELEASED),
            Some(RawKind::KeyRelease(EvdevCode(30)))
        );
        assert_eq!(key(0x4B, E0), Some(RawKind::KeyPress(EvdevCode(105))));
        assert_eq!(key(OVERRUN, 0), None);
    }

    #[test]
    fn one_packet_can_say_several_things() {
        let both = Pointed {
            buttons: 0x001 | 0x008,
            x: 3,
            y: -2,
            ..Pointed::default()
        };
        assert_eq!(
            all(&mut Pointer::on((800.0, 600.0)), both),
            [
                RawKind::Motion(Some(3.0), Some(-2.0)),
                RawKind::ButtonPress(1),
                RawKind::ButtonRelease(3),
            ]
        );
    }

    #[test]
    fn a_fine_wheel_turns_a_notch_by_parts() {
        let mut pointer = Pointer::on((800.0, 600.0));
        let part = Pointed {
            buttons: WHEEL,
            wheel: (-40_i16).cast_unsigned(),
            ..Pointed::default()
        };
        assert_eq!(all(&mut pointer, part), []);
        assert_eq!(all(&mut pointer, part), []);
        assert_eq!(all(&mut pointer, part), [RawKind::ButtonPress(5)]);
    }

    #[test]
    fn an_absolute_device_moves_by_pixels_and_its_first_place_is_no_movement() {
        let mut pointer = Pointer::on((1000.0, 500.0));
        let at = |x, y| Pointed {
            flags: ABSOLUTE,
            x,
            y,
            ..Pointed::default()
        };
        assert_eq!(all(&mut pointer, at(0, 0)), []);
        assert_eq!(
            all(&mut pointer, at(65_535, 65_535)),
            [RawKind::Motion(Some(1000.0), Some(500.0))]
        );
    }

    #[test]
    fn the_messages_stamp_counts_only_where_the_reader_was_late() {
        assert_eq!(time_of(5_000, 100, 90), 5_000);
        assert_eq!(time_of(5_000, 190, 90), 4_900);
        assert_eq!(time_of(5_000, 40, u32::MAX - 59), 4_900, "over the wrap");
        assert_eq!(time_of(5_000, 90, 100), 5_000, "a stamp from the future");
    }

    #[test]
    fn devices_of_remote_desktops_and_programs_are_not_hardware() {
        for name in [
            r"\\?\ROOT#RDP_KBD#0000#{884b96c3-56ef-11d1-bc8c-00a0c91405dd}",
            r"\\?\TERMINPUT_BUS#UMB#2&1a52b7b2&0&SESSION1KEYBOARD0#{884b96c3}",
            r"\\?\ROOT#VIRTUALKEYBOARD#0000",
            "",
        ] {
            assert_eq!(provenance(name), Provenance::Injected, "{name}");
        }
        for name in [
            r"\\?\HID#VID_046D&PID_C31C&MI_00#7&2d9cbf8a&0&0000#{884b96c3}",
            r"\\?\ACPI#PNP0303#4&1d401fb5&0#{884b96c3}",
        ] {
            assert_eq!(provenance(name), Provenance::Physical, "{name}");
        }
    }

    #[test]
    fn only_a_demonstration_build_takes_wines_devices_for_hardware() {
        let expected = if cfg!(feature = "demo") {
            Provenance::Physical
        } else {
            Provenance::Injected
        };
        assert_eq!(
            provenance(r"\\?\HID#VID_845E&PID_0002#0&0000&0&0#{884b96c3}"),
            expected
        );
    }
}
