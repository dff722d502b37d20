//! Names of keys in the published collections, as recordings name them.

/// The key of a browser's `keyCode`, as browsers on Windows with a US layout send it; Firefox has codes of its own for
/// three keys. A code that is not known keeps its number.
pub fn of_key_code(code: u32) -> String {
    let letter = |from: u32, first: char| {
        let offset = u8::try_from(code - from).unwrap_or_default();
        char::from(u8::try_from(first).unwrap_or_default() + offset).to_string()
    };
    match code {
        48..=57 => return letter(48, '0'),
        65..=90 => return letter(65, 'a'),
        96..=105 => return format!("numpad_{}", code - 96),
        _ => {}
    }
    let name = match code {
        8 => "backspace",
        9 => "tab",
        13 => "enter",
        16 => "shift",
        17 => "ctrl",
        18 => "alt",
        20 => "capslock",
        27 => "escape",
        32 => "space",
        33 => "pageup",
        34 => "pagedown",
        35 => "end",
        36 => "home",
        37 => "left",
        38 => "up",
        39 => "right",
        40 => "down",
        45 => "insert",
        46 => "delete",
        59 | 186 => "semicolon",
        61 | 187 => "equals",
        91..=93 | 224 => "meta",
        144 => "num_lock",
        173 | 189 => "minus",
        188 => "comma",
        190 => "period",
        191 => "slash",
        192 => "grave",
        219 => "lbracket",
        220 => "backslash",
        221 => "rbracket",
        222 => "quote",
        _ => return format!("js{code}"),
    };
    name.to_owned()
}

/// The key of a name in the Pace collection.
pub fn of_pace_name(name: &str) -> &str {
    match name {
        "dash" => "minus",
        "back_slash" => "backslash",
        "open_bracket" => "lbracket",
        "close_bracket" => "rbracket",
        "back_quote" => "grave",
        "caps_lock" => "capslock",
        "page_up" => "pageup",
        "page_down" => "pagedown",
        "windows" | "command" => "meta",
        same => same,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_names::{OTHER, usage_of};
    use selfsame_behaviour::{HidUsage, KeyClass, class_of};

    #[test]
    fn every_key_of_the_typing_block_keeps_its_place() {
        for (code, usage) in [
            (65, 0x04),
            (90, 0x1D),
            (48, 0x27),
            (57, 0x26),
            (32, 0x2C),
            (190, 0x37),
        ] {
            assert_eq!(usage_of(&of_key_code(code)), HidUsage(usage), "{code}");
        }
        for code in [
            59, 61, 173, 186, 187, 188, 189, 191, 192, 219, 220, 221, 222,
        ] {
            assert_ne!(usage_of(&of_key_code(code)), OTHER, "{code}");
        }
    }

    #[test]
    fn a_code_nobody_knows_is_some_other_key() {
        assert_eq!(of_key_code(229), "js229");
        assert_eq!(class_of(usage_of("js229")), KeyClass::RightOuter);
    }

    #[test]
    fn the_names_of_pace_mean_the_same_keys() {
        for name in [
            "dash",
            "back_slash",
            "open_bracket",
            "close_bracket",
            "back_quote",
            "caps_lock",
        ] {
            assert_ne!(usage_of(of_pace_name(name)), OTHER, "{name}");
            assert_eq!(usage_of(of_pace_name(name)), usage_of(name), "{name}");
        }
    }
}
