//! What the end-to-end tests and the demo need in Rust: a player that types and moves as a recording says.

pub mod keyboard;
pub mod pad;
pub mod player;
pub mod recording;
pub mod schedule;
pub mod timing;
