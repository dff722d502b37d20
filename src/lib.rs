//! The agent: senses how a person types and moves the pointer, and answers checks about them.
//!
//! What the programs share lives here. `capture` is the only part that ever sees a key; nothing that
//! leaves it says which key it was.

pub mod agent;
pub mod answer;
pub mod capture;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod control;
pub mod dial;
pub mod durable;
pub mod engine;
pub mod enrolment;
pub mod exit;
pub mod export;
pub mod gateway;
pub mod history;
pub mod link;
pub mod managed;
pub mod native_host;
pub mod outcome;
mod owner;
pub mod platform;
pub mod presence;
pub mod report;
pub mod run;
pub mod session;
pub mod single;
#[cfg(test)]
#[path = "../tests/shared/small_disk.rs"]
mod small_disk;
pub mod status;
pub mod tls;
pub mod traces;
pub mod tray;
pub mod vault;

/// Whether this is a demonstration build, which takes a nested display for hardware. Everything it
/// says is marked so.
pub const DEMO: bool = cfg!(feature = "demo");

/// The agent's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
