//! Text as Windows wants it and gives it: UTF-16 with a zero at its end.

#![allow(unsafe_code)] // reads and frees what the system allocated

use std::{ffi::OsString, os::windows::ffi::OsStringExt};

use windows_sys::Win32::Foundation::LocalFree;

/// `text` with a zero at its end.
pub fn wide(text: &std::ffi::OsStr) -> Vec<u16> {
    use std::os::windows::ffi::OsStrExt;
    text.encode_wide().chain(Some(0)).collect()
}

/// Takes over a zero-terminated string that must be freed by `LocalFree`.
///
/// # Safety
/// `text` came from such a call of the system, and nobody else uses it.
pub unsafe fn take_local(text: *mut u16) -> OsString {
    // SAFETY: the caller's promise; the string ends with a zero.
    unsafe {
        let found = copy(text);
        LocalFree(text.cast());
        found
    }
}

/// Copies a zero-terminated string.
///
/// # Safety
/// `text` points to one.
pub unsafe fn copy(text: *const u16) -> OsString {
    // SAFETY: the caller's promise: every place up to the zero may be read.
    unsafe {
        let length = (0..).take_while(|&at| *text.add(at) != 0).count();
        OsString::from_wide(std::slice::from_raw_parts(text, length))
    }
}
