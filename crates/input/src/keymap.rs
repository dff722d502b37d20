//! From the kernel's key codes to the physical positions of the USB HID usage tables.

use selfsame_behaviour::{HidUsage, KeyClass, class_of};

/// A key code of Linux' input layer. X11 key codes are these plus eight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EvdevCode(pub u16);

impl EvdevCode {
    /// The code behind an X11 key code; X11 reserves those below eight.
    pub fn from_x11(code: u32) -> Option<Self> {
        u16::try_from(code.checked_sub(8)?).ok().map(Self)
    }

    /// Hand and finger column of the key. The code can be dropped after this.
    pub fn class(self) -> KeyClass {
        class_of(self.usage())
    }

    /// The position on USB HID page 7; zero where the page has none.
    fn usage(self) -> HidUsage {
        let usage = USAGE_OF_CODE.get(usize::from(self.0)).copied();
        HidUsage(u16::from(usage.unwrap_or(0)))
    }
}

/// Codes by usage, as the kernel maps them (`usb_kbd_keycode` in drivers/hid/usbhid/usbkbd.c and
/// `hid_keyboard` in drivers/hid/hid-input.c); zero where a usage has no code.
#[rustfmt::skip]
const CODE_OF_USAGE: [u8; 0x95] = [
      0,   0,   0,   0,  30,  48,  46,  32,  18,  33,  34,  35,  23,  36,  37,  38,
     50,  49,  24,  25,  16,  19,  31,  20,  22,  47,  17,  45,  21,  44,   2,   3,
      4,   5,   6,   7,   8,   9,  10,  11,  28,   1,  14,  15,  57,  12,  13,  26,
     27,  43,  43,  39,  40,  41,  51,  52,  53,  58,  59,  60,  61,  62,  63,  64,
     65,  66,  67,  68,  87,  88,  99,  70, 119, 110, 102, 104, 111, 107, 109, 106,
    105, 108, 103,  69,  98,  55,  74,  78,  96,  79,  80,  81,  75,  76,  77,  71,
     72,  73,  82,  83,  86, 127, 116, 117, 183, 184, 185, 186, 187, 188, 189, 190,
    191, 192, 193, 194, 134, 138, 130, 132, 128, 129, 131, 137, 133, 135, 136, 113,
    115, 114,   0,   0,   0, 121,   0,  89,  93, 124,  92,  94,  95,   0,   0,   0,
    122, 123,  90,  91,  85,
];

/// Usage 0xE0 and the seven after it: the modifiers of the left hand, then of the right.
const CODE_OF_MODIFIER: [u8; 8] = [29, 42, 56, 125, 97, 54, 100, 126];

static USAGE_OF_CODE: [u8; 256] = inverted();

const fn inverted() -> [u8; 256] {
    let mut usages = [0; 256];
    let mut at = 0;
    while at < CODE_OF_MODIFIER.len() {
        usages[CODE_OF_MODIFIER[at] as usize] = 0xE0 + at as u8;
        at += 1;
    }
    at = CODE_OF_USAGE.len();
    // From the end, so that of two usages with one code the first stays.
    while at > 0 {
        at -= 1;
        usages[CODE_OF_USAGE[at] as usize] = at as u8;
    }
    usages[0] = 0;
    usages
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes as `linux/input-event-codes.h` names them, and where the keys sit.
    const SAMPLE: [(u16, u16, KeyClass); 14] = [
        (1, 0x29, KeyClass::LeftOuter),    // ESC
        (16, 0x14, KeyClass::LeftLittle),  // Q
        (17, 0x1A, KeyClass::LeftRing),    // W
        (18, 0x08, KeyClass::LeftMiddle),  // E
        (33, 0x09, KeyClass::LeftIndex),   // F
        (34, 0x0A, KeyClass::LeftReach),   // G
        (57, 0x2C, KeyClass::Thumb),       // SPACE
        (35, 0x0B, KeyClass::RightReach),  // H
        (50, 0x10, KeyClass::RightIndex),  // M
        (51, 0x36, KeyClass::RightMiddle), // COMMA
        (24, 0x12, KeyClass::RightRing),   // O
        (43, 0x31, KeyClass::RightLittle), // BACKSLASH
        (54, 0xE5, KeyClass::RightOuter),  // RIGHTSHIFT
        (14, 0x2A, KeyClass::RightOuter),  // BACKSPACE
    ];

    #[test]
    fn codes_lead_to_the_positions_the_standards_name() {
        for (code, usage, class) in SAMPLE {
            assert_eq!(EvdevCode(code).usage(), HidUsage(usage), "code {code}");
            assert_eq!(EvdevCode(code).class(), class, "code {code}");
        }
    }

    #[test]
    fn the_three_letter_rows_have_a_position_each() {
        let mut usages: Vec<u16> = (16..=25)
            .chain(30..=38)
            .chain(44..=50)
            .map(|code| EvdevCode(code).usage().0)
            .collect();
        usages.sort_unstable();
        assert_eq!(usages, (0x04..=0x1D).collect::<Vec<_>>());
    }

    #[test]
    fn an_unknown_code_has_a_class_and_no_position() {
        assert_eq!(EvdevCode(0).usage(), HidUsage(0));
        assert_eq!(EvdevCode(700).class(), KeyClass::RightOuter);
        assert_eq!(EvdevCode::from_x11(7), None);
        assert_eq!(EvdevCode::from_x11(38), Some(EvdevCode(30)));
    }
}
