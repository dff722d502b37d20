//! Two keys in a row, by class and by the coarser group that stands in while the pair is rare.

use crate::KeyClass;

/// The flight features of a pair: down to down, up to down, up to up.
pub(crate) const FLIGHTS: usize = 3;

/// The classes of two keys in a row, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pair(u8);

impl Pair {
    pub const COUNT: usize = KeyClass::COUNT * KeyClass::COUNT;
    pub const GROUPS: usize = Zone::COUNT * Zone::COUNT;

    #[allow(clippy::cast_possible_truncation)] // COUNT is 169
    pub const fn new(first: KeyClass, second: KeyClass) -> Self {
        Self((first.index() * KeyClass::COUNT + second.index()) as u8)
    }

    pub const fn index(self) -> usize {
        self.0 as usize
    }

    #[allow(clippy::cast_possible_truncation)]
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT as u8).map(Self)
    }

    /// Hand to hand: the group a rare pair backs off to.
    pub fn group(self) -> usize {
        let (first, second) = self.zones();
        first as usize * Zone::COUNT + second as usize
    }

    /// The classes of the first and the second key, as indices.
    pub const fn classes(self) -> (usize, usize) {
        (
            self.index() / KeyClass::COUNT,
            self.index() % KeyClass::COUNT,
        )
    }

    pub fn zones(self) -> (Zone, Zone) {
        let (first, second) = self.classes();
        (Zone::of_class(first), Zone::of_class(second))
    }

    pub const fn is_one_column(self) -> bool {
        let (first, second) = self.classes();
        first == second
    }
}

/// Which part of the body a class belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    Left,
    Right,
    Thumb,
    Outer,
}

impl Zone {
    pub const COUNT: usize = 4;

    fn of_class(index: usize) -> Self {
        match KeyClass::from_index(index) {
            None | Some(KeyClass::LeftOuter | KeyClass::RightOuter) => Self::Outer,
            Some(KeyClass::Thumb) => Self::Thumb,
            Some(class) if class < KeyClass::Thumb => Self::Left,
            Some(_) => Self::Right,
        }
    }
}
