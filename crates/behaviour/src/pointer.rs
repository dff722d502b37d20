//! From pointer events to evidence: strokes as compact features, judged all together.

pub(crate) mod directions;
pub(crate) mod feature;
pub(crate) mod score;
pub(crate) mod stretch;
pub(crate) mod stroke;
pub(crate) mod table;
