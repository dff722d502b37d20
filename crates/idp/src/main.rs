//! The identity provider.
fn main() {}
