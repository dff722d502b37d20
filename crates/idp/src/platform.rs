//! Files that only the server's own user may read, and the system's wish that the program end;
//! one file for each family of systems.

#[cfg_attr(unix, path = "platform/unix.rs")]
#[cfg_attr(not(unix), path = "platform/windows.rs")]
mod imp;

pub use imp::{asked_to_end, check_private, create_private, create_private_dir};
