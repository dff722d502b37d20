//! What was learnt about one person: aggregates only, never a sequence.

use serde::{Deserialize, Serialize};

use crate::{Error, GenerationId};

/// Version of the profile's form; another version is refused by [`Profile::validate`].
pub const PROFILE_VERSION: u32 = 1;

/// What was learnt about one person on one computer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    version: u32,
    generation: GenerationId,
}

impl Profile {
    /// An empty profile. `generation` must be drawn at random.
    #[must_use]
    pub fn new(generation: GenerationId) -> Self {
        Self {
            version: PROFILE_VERSION,
            generation,
        }
    }

    /// The generation of this profile.
    #[must_use]
    pub fn generation(&self) -> GenerationId {
        self.generation
    }

    /// Checks a profile that was read back.
    ///
    /// # Errors
    /// If it has another version or impossible numbers.
    pub fn validate(&self) -> Result<(), Error> {
        if self.version != PROFILE_VERSION {
            return Err(Error::Version {
                found: self.version,
                expected: PROFILE_VERSION,
            });
        }
        Ok(())
    }
}
