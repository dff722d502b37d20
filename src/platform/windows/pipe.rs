//! Named pipes that only one person's programs may open.

#![allow(unsafe_code)] // tokio takes security attributes by address

use std::{ffi::c_void, io, os::windows::io::AsRawHandle};

use tokio::net::windows::named_pipe::{NamedPipeClient, NamedPipeServer, ServerOptions};
use windows_sys::Win32::{
    Security::SECURITY_ATTRIBUTES, System::Pipes::GetNamedPipeServerProcessId,
};

use super::{access::Descriptor, process};

/// Makes one end of a pipe for this user's programs on this computer alone. The `first` one fails
/// where somebody else made a pipe of that name before.
///
/// # Errors
/// What the system says.
pub fn for_owner_alone(name: &str, first: bool) -> io::Result<NamedPipeServer> {
    let descriptor = Descriptor::owner_alone()?;
    let mut attributes = SECURITY_ATTRIBUTES {
        nLength: size_of::<SECURITY_ATTRIBUTES>() as u32,
        lpSecurityDescriptor: descriptor.as_ptr(),
        bInheritHandle: 0,
    };
    let attributes: *mut c_void = (&raw mut attributes).cast();
    // SAFETY: the attributes are valid, and live until the pipe is made.
    unsafe {
        ServerOptions::new()
            .first_pipe_instance(first)
            .reject_remote_clients(true)
            .create_with_security_attributes_raw(name, attributes)
    }
}

/// Whether the program at the other end runs for the same user.
pub fn is_served_by_own_user(pipe: &NamedPipeClient) -> bool {
    let mut id = 0;
    // SAFETY: the handle is open, `id` may be written.
    let asked = unsafe { GetNamedPipeServerProcessId(pipe.as_raw_handle(), &raw mut id) };
    asked != 0
        && process::describe(id)
            .and_then(|server| Ok(server.user == process::own_user()?))
            .unwrap_or(false)
}
