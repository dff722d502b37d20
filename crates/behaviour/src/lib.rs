//! Typing and pointer behaviour.
