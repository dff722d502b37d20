//! Milliseconds that may be negative or nought on a scale that is nearly even around nought, and far from it a logarithm.

/// Where the one becomes the other.
const SCALE_MS: f32 = 50.0;

/// asinh(ms/50).
pub(crate) fn soft(ms: f32) -> f32 {
    (ms / SCALE_MS).asinh()
}

/// The milliseconds behind a value of [`soft`].
pub(crate) fn ms_of(soft: f32) -> f32 {
    SCALE_MS * soft.sinh()
}
