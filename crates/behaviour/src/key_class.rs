//! The one table from physical key to key class: hand and finger column of touch typing.
//!
//! Each class but the thumb's merges at least four keys, and 13 classes cost at most about two points
//! of error against key identity. Nothing finer may be stored or sent.

/// A physical key: usage on HID page 7 (keyboard), which names positions and not the letters on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HidUsage(pub u16);

/// Hand and finger column of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum KeyClass {
    /// Left of the typing columns: Escape, Tab, Caps Lock, left Shift and Control.
    LeftOuter,
    /// Column of the left little finger.
    LeftLittle,
    /// Column of the left ring finger.
    LeftRing,
    /// Column of the left middle finger.
    LeftMiddle,
    /// Home column of the left index finger.
    LeftIndex,
    /// Inner column of the left index finger.
    LeftReach,
    /// The bottom row's thumb keys.
    Thumb,
    /// Inner column of the right index finger.
    RightReach,
    /// Home column of the right index finger.
    RightIndex,
    /// Column of the right middle finger.
    RightMiddle,
    /// Column of the right ring finger.
    RightRing,
    /// Columns of the right little finger.
    RightLittle,
    /// Right of the typing columns: Backspace, Enter, right Shift, arrows, keypad; and any other key.
    RightOuter,
}

impl KeyClass {
    /// How many classes there are.
    pub const COUNT: usize = 13;

    const ALL: [Self; Self::COUNT] = [
        Self::LeftOuter,
        Self::LeftLittle,
        Self::LeftRing,
        Self::LeftMiddle,
        Self::LeftIndex,
        Self::LeftReach,
        Self::Thumb,
        Self::RightReach,
        Self::RightIndex,
        Self::RightMiddle,
        Self::RightRing,
        Self::RightLittle,
        Self::RightOuter,
    ];

    /// Position among the classes, below [`KeyClass::COUNT`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The class at a position.
    #[must_use]
    pub fn from_index(index: usize) -> Option<Self> {
        Self::ALL.get(index).copied()
    }
}

/// The class of a physical key. Every usage has one; what is not on the typing block is [`KeyClass::RightOuter`].
#[must_use]
pub fn class_of(usage: HidUsage) -> KeyClass {
    match usage.0 {
        // Escape, Tab, Caps Lock, grave, F1-F3, left Control, left Shift
        0x29 | 0x2B | 0x39 | 0x35 | 0x3A..=0x3C | 0xE0 | 0xE1 => KeyClass::LeftOuter,
        // 1 Q A Z and the extra key of ISO boards
        0x1E | 0x14 | 0x04 | 0x1D | 0x64 => KeyClass::LeftLittle,
        // 2 W S X
        0x1F | 0x1A | 0x16 | 0x1B => KeyClass::LeftRing,
        // 3 E D C
        0x20 | 0x08 | 0x07 | 0x06 => KeyClass::LeftMiddle,
        // 4 R F V
        0x21 | 0x15 | 0x09 | 0x19 => KeyClass::LeftIndex,
        // 5 T G B
        0x22 | 0x17 | 0x0A | 0x05 => KeyClass::LeftReach,
        // space, both Alt, both GUI, and the thumb keys of Japanese boards
        0x2C | 0xE2 | 0xE3 | 0xE6 | 0xE7 | 0x88 | 0x8A | 0x8B => KeyClass::Thumb,
        // 6 Y H N
        0x23 | 0x1C | 0x0B | 0x11 => KeyClass::RightReach,
        // 7 U J M
        0x24 | 0x18 | 0x0D | 0x10 => KeyClass::RightIndex,
        // 8 I K comma
        0x25 | 0x0C | 0x0E | 0x36 => KeyClass::RightMiddle,
        // 9 O L period
        0x26 | 0x12 | 0x0F | 0x37 => KeyClass::RightRing,
        // 0 P - = [ ] \ # ; ' / and the extra keys of Japanese boards
        0x27 | 0x13 | 0x2D..=0x34 | 0x38 | 0x87 | 0x89 => KeyClass::RightLittle,
        _ => KeyClass::RightOuter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_leads_back_to_its_class() {
        for index in 0..KeyClass::COUNT {
            assert_eq!(
                KeyClass::from_index(index).map(KeyClass::index),
                Some(index)
            );
        }
        assert_eq!(KeyClass::from_index(KeyClass::COUNT), None);
    }

    #[test]
    fn every_class_merges_at_least_four_keys() {
        let mut members = [0; KeyClass::COUNT];
        (0..=0xFF).for_each(|usage| members[class_of(HidUsage(usage)).index()] += 1);
        assert!(members.iter().all(|count| *count >= 4), "{members:?}");
    }

    #[test]
    fn letters_fall_into_ten_classes_of_at_most_three() {
        let mut members = [0; KeyClass::COUNT];
        (0x04..=0x1D).for_each(|usage| members[class_of(HidUsage(usage)).index()] += 1);
        assert_eq!(members.iter().filter(|count| **count > 0).count(), 10);
        assert!(members.iter().all(|count| *count <= 3), "{members:?}");
    }
}
