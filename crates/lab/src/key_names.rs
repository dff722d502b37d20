//! Names of physical keys in recordings, as USB HID usages.

use selfsame_behaviour::HidUsage;

const NAMED: &[(&str, u16)] = &[
    ("enter", 0x28),
    ("escape", 0x29),
    ("esc", 0x29),
    ("backspace", 0x2A),
    ("tab", 0x2B),
    ("space", 0x2C),
    ("minus", 0x2D),
    ("equal", 0x2E),
    ("equals", 0x2E),
    ("bracketleft", 0x2F),
    ("bracketright", 0x30),
    ("lbracket", 0x2F),
    ("rbracket", 0x30),
    ("open_bracket", 0x2F),
    ("close_bracket", 0x30),
    ("backslash", 0x31),
    ("back_slash", 0x31),
    ("semicolon", 0x33),
    ("quote", 0x34),
    ("apostrophe", 0x34),
    ("backquote", 0x35),
    ("grave", 0x35),
    ("back_quote", 0x35),
    ("comma", 0x36),
    ("period", 0x37),
    ("slash", 0x38),
    ("dash", 0x2D),
    ("capslock", 0x39),
    ("caps", 0x39),
    ("caps_lock", 0x39),
    ("insert", 0x49),
    ("home", 0x4A),
    ("pageup", 0x4B),
    ("page_up", 0x4B),
    ("delete", 0x4C),
    ("end", 0x4D),
    ("pagedown", 0x4E),
    ("page_down", 0x4E),
    ("right", 0x4F),
    ("left", 0x50),
    ("down", 0x51),
    ("up", 0x52),
    ("ctrl", 0xE0),
    ("control", 0xE0),
    ("shift", 0xE1),
    ("alt", 0xE2),
    ("meta", 0xE3),
    ("win", 0xE3),
    ("windows", 0xE3),
    ("command", 0xE3),
    ("rshift", 0xE5),
];

/// A usage that stands for "some other key".
pub const OTHER: HidUsage = HidUsage(0x46);

/// The usage of a named key; a name that is not known is some other key.
pub fn usage_of(name: &str) -> HidUsage {
    if let [letter] = name.as_bytes() {
        return match letter {
            b'a'..=b'z' => HidUsage(0x04 + u16::from(letter - b'a')),
            b'1'..=b'9' => HidUsage(0x1E + u16::from(letter - b'1')),
            b'0' => HidUsage(0x27),
            _ => OTHER,
        };
    }
    NAMED
        .iter()
        .find(|(known, _)| *known == name)
        .map_or(OTHER, |(_, usage)| HidUsage(*usage))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_follow_the_order_of_the_keyboard() {
        assert_eq!(usage_of("1"), HidUsage(0x1E));
        assert_eq!(usage_of("0"), HidUsage(0x27));
        assert_eq!(usage_of("z"), HidUsage(0x1D));
        assert_eq!(usage_of("no such key"), OTHER);
    }
}
