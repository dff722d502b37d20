//! The console window that Windows opens for a program of the command line.

#![allow(unsafe_code)] // two calls without arguments of ours

use windows_sys::Win32::System::Console::{FreeConsole, GetConsoleProcessList};

/// Lets go of a console that was opened for this program alone, as at sign-in; one that a shell
/// shares with it stays.
pub fn let_go_of_own() {
    let mut others = [0; 2];
    // SAFETY: the list holds two ids, and says so.
    unsafe {
        if GetConsoleProcessList(others.as_mut_ptr(), 2) == 1 {
            // It is gone either way.
            FreeConsole();
        }
    }
}
