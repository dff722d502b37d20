//! From pointer events to evidence: strokes, clicks and the wheel, as compact features.

pub(crate) mod click;
pub(crate) mod score;
pub(crate) mod stroke;
pub(crate) mod table;
