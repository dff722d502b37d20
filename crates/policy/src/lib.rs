//! Managed policy: what IT may set for the agent on a computer, once for all systems.
//!
//! [`KEYS`] is the one table. [`Policy::parse`] reads a policy file against it, and `templates` makes
//! the Windows, macOS and Linux templates and the documentation from it. No key can make the agent
//! record more, hide that it runs, take back what it says about itself, or end a person's own pause.

mod key;
mod policy;
pub mod templates;

pub use key::{KEYS, Key, Kind};
pub use policy::{Policy, PolicyError, Value};
