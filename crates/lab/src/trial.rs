//! The protocols: who is tried against whose profile, and how.

pub mod attacks;
pub mod cohort;
pub mod continuous;
pub mod fusion;
pub mod password;
pub mod pointer;
pub mod pointer_attacks;
pub mod typing;
pub mod unknown_attacker;
