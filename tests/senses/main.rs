//! The agent on real parts: nested X servers, a real keyring, a stand-in for logind on a real bus.

mod agent;
mod canary;
#[cfg(feature = "rdev")]
mod generic;
mod keyring;
mod nested;
mod provenance;
mod senses;
mod sessions;
