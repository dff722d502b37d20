//! From key events to evidence: keystrokes, their timings by class, and how people in general type.

pub(crate) mod cells;
pub(crate) mod keystrokes;
pub(crate) mod pair;
pub(crate) mod population;
pub(crate) mod score;
pub(crate) mod summary;
pub(crate) mod table;
