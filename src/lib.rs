//! The agent: senses how a person types and moves the pointer, and answers checks about them.
//!
//! What the programs share lives here. `capture` is the only part that ever sees a key; nothing that
//! leaves it says which key it was.

pub mod capture;
pub mod config;
pub mod engine;
pub mod platform;
pub mod session;
pub mod vault;
