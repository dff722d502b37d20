//! Where providers report what they saw; one module for each provider.

pub mod okta;
