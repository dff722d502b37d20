//! What can be wrong with a profile that was read back.

/// Why a profile is refused. It should be set aside, never overwritten or repaired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The profile was written by another version of the model.
    #[error("the profile has version {found}, this program reads version {expected}")]
    Version {
        /// What the profile says.
        found: u32,
        /// What this program writes.
        expected: u32,
    },
    /// A number is not finite, negative where it counts, or outside every possible range.
    #[error("the profile is damaged: an impossible number in its {0}")]
    Number(&'static str),
    /// More entries than the model can have, or entries out of order.
    #[error("the profile is damaged: impossible entries in its {0}")]
    Shape(&'static str),
    /// A generation id that is not 32 hexadecimal digits.
    #[error("a profile generation is 32 hexadecimal digits")]
    Generation,
}
