//! One thing a person did, as capture hands it over: small, `Copy`, and without key identity.

use crate::KeyClass;

/// A time, or a length of time, in microseconds on the source's own clock.
///
/// All events fed to one observer and the `now` of an assessment share one clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Micros(pub u64);

impl Micros {
    /// A length of time given in seconds.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// A time given in milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1000))
    }

    /// How long after `earlier` this is; zero if it is not after it.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }

    #[allow(clippy::cast_precision_loss)] // lengths of time that matter here are far below 2^24 ms
    pub(crate) fn millis(self) -> f32 {
        (self.0 as f64 / 1000.0) as f32
    }
}

/// Which input device, and for a keyboard which layout, an event came from.
///
/// The tag is the caller's and must be stable over restarts (for example a hash of vendor, product and
/// layout): the profile keeps the statistics of each tag apart.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct DeviceTag(pub u32);

/// Whether an event comes from hardware in somebody's hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Provenance {
    /// From a physical device of this computer.
    Physical,
    /// Made by a program, a virtual device or a remote control: never trains, never raises trust.
    Injected,
    /// The source cannot tell: never trains, and the verdict is at most `unsure`.
    Unknown,
}

/// Which of up to 16 keys held down at once: pairs a press with its release without saying which key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slot(pub u8);

/// A pointer button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Button {
    /// The main button.
    Left,
    /// The wheel's button.
    Middle,
    /// The context-menu button.
    Right,
    /// Any further button.
    Other,
}

impl Button {
    /// Its number as X counts buttons, from 1.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Left => 1,
            Self::Middle => 2,
            Self::Right => 3,
            Self::Other => 4,
        }
    }

    /// The button of a number; whatever is none of the first three is [`Button::Other`].
    #[must_use]
    pub const fn from_number(number: u32) -> Self {
        match number {
            1 => Self::Left,
            2 => Self::Middle,
            3 => Self::Right,
            _ => Self::Other,
        }
    }
}

/// What happened. Autorepeat never becomes an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum EventKind {
    /// A key went down.
    KeyDown {
        /// The class of the key; its identity is already gone.
        class: KeyClass,
        /// Pairs this press with its release.
        slot: Slot,
    },
    /// The key held in `slot` came up.
    KeyUp {
        /// The slot of the press.
        slot: Slot,
    },
    /// The pointer moved by this much, in the device's own units.
    PointerMove {
        /// To the right.
        dx: f32,
        /// Downwards.
        dy: f32,
    },
    /// A button went down.
    ButtonDown(Button),
    /// A button came up.
    ButtonUp(Button),
    /// The wheel turned.
    Wheel {
        /// Notches, down is positive.
        steps: i8,
    },
}

/// One event of one device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event {
    /// When, on the source's clock (not when it was read).
    pub at: Micros,
    /// From which device.
    pub device: DeviceTag,
    /// Whether from hardware in somebody's hands.
    pub provenance: Provenance,
    /// What happened.
    pub kind: EventKind,
}
