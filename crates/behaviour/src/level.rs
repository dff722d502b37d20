//! How strict a `same` must be, in false-match rates.

use serde::{Deserialize, Serialize};

/// A level `1e-3` means: at most one impostor in a thousand gets `same` at that level.
///
/// Ordered by strictness: `Fmr1e2 < Fmr1e3 < Fmr1e4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// One in a hundred.
    #[serde(rename = "1e-2")]
    Fmr1e2,
    /// One in a thousand.
    #[serde(rename = "1e-3")]
    Fmr1e3,
    /// One in ten thousand.
    #[serde(rename = "1e-4")]
    Fmr1e4,
}

impl Level {
    /// Every level, strictest first.
    pub const STRICTEST_FIRST: [Self; 3] = [Self::Fmr1e4, Self::Fmr1e3, Self::Fmr1e2];

    /// The false-match rate α.
    #[must_use]
    pub const fn false_match_rate(self) -> f64 {
        match self {
            Self::Fmr1e2 => 1e-2,
            Self::Fmr1e3 => 1e-3,
            Self::Fmr1e4 => 1e-4,
        }
    }

    /// ln(1/α): by Markov's inequality a true likelihood ratio exceeds 1/α for at most a share α of impostors.
    pub(crate) fn threshold(self) -> f64 {
        -self.false_match_rate().ln()
    }
}
