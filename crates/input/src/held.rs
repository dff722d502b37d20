//! Which keys are down now: pairs a release with its press, and swallows autorepeat.
//!
//! The one place that remembers a code, for as long as the key is held and not a moment longer.

use selfsame_behaviour::Slot;

use crate::keymap::EvdevCode;

/// As many keys as can be told apart at once.
const SLOTS: usize = 16;

/// A key of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    device: u16,
    code: EvdevCode,
}

/// The keys that are down.
#[derive(Debug, Default)]
pub struct Held {
    slots: [Option<Key>; SLOTS],
}

impl Held {
    /// A key went down. `None` when it is down already (autorepeat) or no slot is free.
    pub fn press(&mut self, device: u16, code: EvdevCode) -> Option<Slot> {
        let key = Key { device, code };
        if self.place_of(key).is_some() {
            return None;
        }
        let free = self.slots.iter().position(Option::is_none)?;
        self.slots[free] = Some(key);
        slot(free)
    }

    /// A key came up. `None` when its press was never seen.
    pub fn release(&mut self, device: u16, code: EvdevCode) -> Option<Slot> {
        let place = self.place_of(Key { device, code })?;
        self.slots[place] = None;
        slot(place)
    }

    /// Forgets keys of devices for which `stays` is false.
    pub fn retain(&mut self, stays: impl Fn(u16) -> bool) {
        for held in &mut self.slots {
            if held.is_some_and(|key| !stays(key.device)) {
                *held = None;
            }
        }
    }

    /// Forgets every key.
    pub fn forget(&mut self) {
        self.slots = [None; SLOTS];
    }

    fn place_of(&self, key: Key) -> Option<usize> {
        self.slots.iter().position(|held| *held == Some(key))
    }
}

fn slot(place: usize) -> Option<Slot> {
    u8::try_from(place).ok().map(Slot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_finds_the_slot_of_its_press() {
        let mut held = Held::default();
        let a = held.press(3, EvdevCode(30)).expect("a slot");
        let s = held.press(3, EvdevCode(31)).expect("another slot");
        assert_ne!(a, s);
        assert_eq!(held.release(3, EvdevCode(30)), Some(a));
        assert_eq!(held.release(3, EvdevCode(31)), Some(s));
    }

    #[test]
    fn autorepeat_is_swallowed() {
        let mut held = Held::default();
        assert!(held.press(3, EvdevCode(30)).is_some());
        assert_eq!(held.press(3, EvdevCode(30)), None);
        assert!(held.release(3, EvdevCode(30)).is_some());
        assert_eq!(held.release(3, EvdevCode(30)), None);
    }

    #[test]
    fn a_seventeenth_key_is_left_out_and_harms_no_other() {
        let mut held = Held::default();
        for code in 0..16 {
            assert!(held.press(3, EvdevCode(code)).is_some());
        }
        assert_eq!(held.press(3, EvdevCode(16)), None);
        assert_eq!(held.release(3, EvdevCode(16)), None);
        assert!(held.release(3, EvdevCode(15)).is_some());
    }

    #[test]
    fn an_unplugged_keyboard_leaves_no_key_behind() {
        let mut held = Held::default();
        held.press(3, EvdevCode(30));
        held.press(4, EvdevCode(31));
        held.retain(|device| device == 4);
        assert!(format!("{held:?}").contains("31"));
        assert!(!format!("{held:?}").contains("30"));
    }
}
