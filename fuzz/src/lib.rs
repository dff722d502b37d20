//! What a stranger can reach, one function for each fuzz target.

pub mod surfaces;
