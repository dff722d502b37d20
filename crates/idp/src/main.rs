//! The identity provider's program.

fn main() {}
