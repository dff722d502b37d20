//! From the recordings' names of physical keys to the key codes of a display, by way of its own keyboard map.

use std::collections::HashMap;

use anyhow::Result;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::ConnectionExt;

/// Names that are not the key's own character, with the X11 key symbol that the key carries unshifted.
const NAMED: [(&str, u32); 37] = [
    ("backslash", '\\' as u32),
    ("backspace", 0xff08),
    ("comma", ',' as u32),
    ("delete", 0xffff),
    ("down", 0xff54),
    ("end", 0xff57),
    ("enter", 0xff0d),
    ("equals", '=' as u32),
    ("grave", '`' as u32),
    ("home", 0xff50),
    ("insert", 0xff63),
    ("lbracket", '[' as u32),
    ("left", 0xff51),
    ("minus", '-' as u32),
    ("numpad_0", 0xff9e),
    ("numpad_1", 0xff9c),
    ("numpad_2", 0xff99),
    ("numpad_3", 0xff9b),
    ("numpad_4", 0xff96),
    ("numpad_5", 0xff9d),
    ("numpad_6", 0xff98),
    ("numpad_7", 0xff95),
    ("numpad_8", 0xff97),
    ("numpad_9", 0xff9a),
    ("pagedown", 0xff56),
    ("pageup", 0xff55),
    ("period", '.' as u32),
    ("quote", '\'' as u32),
    ("rbracket", ']' as u32),
    ("right", 0xff53),
    ("semicolon", ';' as u32),
    ("shift", 0xffe1),
    ("slash", '/' as u32),
    ("space", ' ' as u32),
    ("tab", 0xff09),
    ("up", 0xff52),
    ("escape", 0xff1b),
];

/// The key codes of one display.
pub struct Keyboard {
    by_symbol: HashMap<u32, u8>,
}

impl Keyboard {
    /// Asks the display for its keyboard map.
    pub fn of(connection: &impl Connection) -> Result<Self> {
        let setup = connection.setup();
        let count = setup.max_keycode - setup.min_keycode + 1;
        let map = connection
            .get_keyboard_mapping(setup.min_keycode, count)?
            .reply()?;
        let width = usize::from(map.keysyms_per_keycode);
        let mut by_symbol = HashMap::new();
        for (code, symbols) in
            (setup.min_keycode..=setup.max_keycode).zip(map.keysyms.chunks(width))
        {
            // Only the unshifted symbol names the key; the first key that carries it is the usual one.
            by_symbol.entry(symbols[0]).or_insert(code);
        }
        Ok(Self { by_symbol })
    }

    /// The key code of a named key, if the display has that key.
    pub fn code(&self, name: &str) -> Option<u8> {
        self.by_symbol.get(&symbol(name)?).copied()
    }
}

fn symbol(name: &str) -> Option<u32> {
    let mut characters = name.chars();
    if let (Some(character), None) = (characters.next(), characters.next()) {
        return Some(u32::from(character));
    }
    NAMED
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, symbol)| *symbol)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_its_own_symbol_and_an_unknown_name_has_none() {
        assert_eq!(symbol("q"), Some(0x71));
        assert_eq!(symbol("space"), Some(0x20));
        assert_eq!(symbol("js126"), None);
    }
}
