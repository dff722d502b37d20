//! Which program a process runs, for whom, and in which session.

#![allow(unsafe_code)] // processes and tokens are asked by handle

use std::{
    ffi::OsString,
    io,
    os::windows::{
        ffi::OsStringExt,
        io::{AsRawHandle, FromRawHandle, OwnedHandle},
    },
    path::PathBuf,
    ptr,
};

use windows_sys::Win32::{
    Foundation::HANDLE,
    Security::{GetTokenInformation, TOKEN_QUERY, TOKEN_USER, TokenUser},
    System::{
        RemoteDesktop::ProcessIdToSessionId,
        Threading::{
            GetCurrentProcess, GetCurrentProcessId, OpenProcess, OpenProcessToken,
            PROCESS_NAME_WIN32, PROCESS_QUERY_LIMITED_INFORMATION, QueryFullProcessImageNameW,
        },
    },
};

use super::access;

/// The longest path that Windows gives out, in 16-bit units.
const LONGEST_PATH: usize = 32 * 1024;
/// More than a user's id takes, in 64-bit units.
const TOKEN_USER_UNITS: usize = 16;

/// What the system says of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its program.
    pub program: PathBuf,
    /// The security id of its user.
    pub user: String,
    /// The session it runs in.
    pub session: u32,
}

/// Describes a process.
///
/// # Errors
/// When it is gone, or may not be looked at.
pub fn describe(id: u32) -> io::Result<Process> {
    // SAFETY: asks for a handle, which becomes ours.
    let process = unsafe { owned(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, id))? };
    Ok(Process {
        program: program(process.as_raw_handle())?,
        user: user(process.as_raw_handle())?,
        session: session(id)?,
    })
}

/// The security id of the user this process runs for.
///
/// # Errors
/// What the system says.
pub fn own_user() -> io::Result<String> {
    // SAFETY: always succeeds, and its handle needs no closing.
    user(unsafe { GetCurrentProcess() })
}

/// The session this process runs in.
///
/// # Errors
/// What the system says.
pub fn own_session() -> io::Result<u32> {
    // SAFETY: always succeeds.
    session(unsafe { GetCurrentProcessId() })
}

fn session(id: u32) -> io::Result<u32> {
    let mut session = 0;
    // SAFETY: `session` may be written.
    match unsafe { ProcessIdToSessionId(id, &raw mut session) } {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(session),
    }
}

fn program(process: HANDLE) -> io::Result<PathBuf> {
    let mut path = vec![0; LONGEST_PATH];
    let mut length = LONGEST_PATH as u32;
    // SAFETY: `path` holds as many units as `length` says.
    let asked = unsafe {
        QueryFullProcessImageNameW(
            process,
            PROCESS_NAME_WIN32,
            path.as_mut_ptr(),
            &raw mut length,
        )
    };
    if asked == 0 {
        return Err(io::Error::last_os_error());
    }
    path.truncate(length as usize);
    Ok(OsString::from_wide(&path).into())
}

fn user(process: HANDLE) -> io::Result<String> {
    let mut token = ptr::null_mut();
    // SAFETY: `token` may be written; the handle becomes ours.
    let token = unsafe {
        if OpenProcessToken(process, TOKEN_QUERY, &raw mut token) == 0 {
            return Err(io::Error::last_os_error());
        }
        owned(token)?
    };
    // In 64-bit units, so that the structure at its start is aligned.
    let mut found = [0_u64; TOKEN_USER_UNITS];
    let mut used = 0;
    // SAFETY: `found` is as large as it says; on success it begins with a TOKEN_USER that points
    // into it.
    unsafe {
        let asked = GetTokenInformation(
            token.as_raw_handle(),
            TokenUser,
            found.as_mut_ptr().cast(),
            size_of_val(&found) as u32,
            &raw mut used,
        );
        if asked == 0 {
            return Err(io::Error::last_os_error());
        }
        access::sid_text((*found.as_ptr().cast::<TOKEN_USER>()).User.Sid)
    }
}

/// Takes over a handle; null means the system refused.
///
/// # Safety
/// The handle is open or null, and nobody else closes it.
unsafe fn owned(handle: HANDLE) -> io::Result<OwnedHandle> {
    if handle.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the caller's promise.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}
