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

    /// The same, with other people whose pointers stretches are compared with. Nobody who is tried may be among them.
    #[cfg(feature = "lab")]
    #[must_use]
    pub fn comparing<'a>(mut self, others: impl IntoIterator<Item = &'a crate::Profile>) -> Self {
        let known = |profile: &'a crate::Profile| profile.directions().cloned();
        self.pointing = others.into_iter().filter_map(known).collect();
        self
    }

    pub(crate) fn shared() -> Arc<Self> {
        Arc::clone(&SHIPPED)
    }
}
