//! What is believed about people in general, as one value that profiles and observers share.

use std::sync::{Arc, LazyLock};

use crate::{pointer::directions::Directions, typing::population::TypingPopulation};

/// Everything that the model believes about people in general.
///
/// A profile keeps deviations from its population, so that a profile learnt with one is meaningless with another.
/// The agent knows only the shipped one; accuracy work may fit another on background recordings.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    pub(crate) typing: TypingPopulation,
    /// Other people to compare the pointer with; nobody in the shipped one.
    pub(crate) pointing: Vec<Directions>,
}

static SHIPPED: LazyLock<Arc<Population>> = LazyLock::new(|| Arc::new(Population::shipped()));

impl Population {
    /// The one set by hand from published constants; no number in it is fitted on recordings.
    #[must_use]
    pub fn shipped() -> Self {
        Self {
            typing: TypingPopulation::shipped(),
            pointing: Vec::new(),
        }
    }

    pub(crate) fn shared() -> Arc<Self> {
        Arc::clone(&SHIPPED)
    }
}
