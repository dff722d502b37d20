//! Where Windows keeps programs that were installed for everybody.

#![allow(unsafe_code)] // the system writes paths to an address

use std::{path::PathBuf, ptr};

use windows_sys::Win32::{
    Foundation::MAX_PATH,
    UI::Shell::{CSIDL_PROGRAM_FILES, CSIDL_PROGRAM_FILESX86, SHGetFolderPathW},
};

use super::text;

/// The folders for programs, those that there are. The system is asked, as a person can set
/// environment variables to anything.
pub fn of_programs() -> Vec<PathBuf> {
    [CSIDL_PROGRAM_FILES, CSIDL_PROGRAM_FILESX86]
        .into_iter()
        .filter_map(known)
        .collect()
}

fn known(folder: u32) -> Option<PathBuf> {
    let mut path = [0_u16; MAX_PATH as usize];
    // SAFETY: the system writes at most MAX_PATH units, the closing zero among them.
    unsafe {
        let asked = SHGetFolderPathW(
            ptr::null_mut(),
            folder.cast_signed(),
            ptr::null_mut(),
            0,
            path.as_mut_ptr(),
        );
        (asked == 0).then(|| text::copy(path.as_ptr()).into())
    }
}
