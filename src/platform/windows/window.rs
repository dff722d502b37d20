//! Windows that nobody sees: where the system puts what a program wants to hear.

#![allow(unsafe_code)] // windows and messages are the system's

use std::{cell::RefCell, io, mem, ptr};

use windows_sys::Win32::{
    Foundation::{ERROR_CLASS_ALREADY_EXISTS, HWND, LPARAM, LRESULT, WPARAM},
    System::{LibraryLoader::GetModuleHandleW, Threading::GetCurrentThreadId},
    UI::WindowsAndMessaging::{
        CreateWindowExW, DefWindowProcW, DestroyWindow, DispatchMessageW, GetMessageW,
        HWND_MESSAGE, MSG, PM_NOREMOVE, PeekMessageW, PostThreadMessageW, RegisterClassW,
        TranslateMessage, WM_APP, WNDCLASSW,
    },
};

use super::text;

/// Posted to a thread to wake it.
const WAKE: u32 = WM_APP + 1;
const CLASS: &str = "SelfsameHidden";

/// What a window does with a message; `None` leaves it to the system.
pub type Handler = dyn Fn(u32, WPARAM, LPARAM) -> Option<LRESULT>;

thread_local! {
    /// A thread has one window, and this is what it does.
    static HANDLER: RefCell<Option<Box<Handler>>> = const { RefCell::new(None) };
}

/// Which kind of unseen window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Gets only what is sent to it by name.
    MessageOnly,
    /// Gets also what the system tells every window: sleep, and the end of the session.
    Hidden,
}

/// A window of the thread that opened it, which must read its messages.
pub struct Window(HWND);

impl Window {
    /// Opens a window; a thread may have one at a time.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(
        kind: Kind,
        handler: impl Fn(u32, WPARAM, LPARAM) -> Option<LRESULT> + 'static,
    ) -> io::Result<Self> {
        register_class()?;
        HANDLER.set(Some(Box::new(handler)));
        let class = text::wide(CLASS.as_ref());
        let parent = match kind {
            Kind::MessageOnly => HWND_MESSAGE,
            Kind::Hidden => ptr::null_mut(),
        };
        // SAFETY: the class is registered, its name ends with a zero, and its procedure stays.
        let window = unsafe {
            CreateWindowExW(
                0,
                class.as_ptr(),
                class.as_ptr(),
                0,
                0,
                0,
                0,
                0,
                parent,
                ptr::null_mut(),
                GetModuleHandleW(ptr::null()),
                ptr::null(),
            )
        };
        if window.is_null() {
            return Err(io::Error::last_os_error());
        }
        Ok(Self(window))
    }

    /// Its handle, good for as long as it lives.
    pub fn handle(&self) -> HWND {
        self.0
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // SAFETY: the window belongs to this thread, as it is not `Send`.
        unsafe { DestroyWindow(self.0) };
        HANDLER.set(None);
    }
}

/// Wakes a thread that waits for messages.
#[derive(Debug, Clone, Copy)]
pub struct Waker(u32);

impl Waker {
    /// For the thread that calls this.
    pub fn of_this_thread() -> Self {
        let mut message = empty();
        // SAFETY: looks for a message, which also makes the thread's queue.
        unsafe {
            PeekMessageW(&raw mut message, ptr::null_mut(), 0, 0, PM_NOREMOVE);
            Self(GetCurrentThreadId())
        }
    }

    /// Wakes it; a thread that has ended hears nothing.
    pub fn wake(self) {
        // SAFETY: a number that is no thread's any more is refused.
        unsafe { PostThreadMessageW(self.0, WAKE, 0, 0) };
    }
}

/// Hands out this thread's messages, and calls `after` each, until that returns false. (After each, and
/// not only when somebody woke the thread: an open menu reads messages itself, and swallows that one.)
pub fn read_messages(mut after: impl FnMut() -> bool) {
    let mut message = empty();
    // SAFETY: `message` may be written.
    while unsafe { GetMessageW(&raw mut message, ptr::null_mut(), 0, 0) } > 0 {
        dispatch(&message);
        if !after() {
            return;
        }
    }
}

/// Whether a message only wakes its thread.
pub fn is_wake(message: &MSG) -> bool {
    message.hwnd.is_null() && message.message == WAKE
}

/// Hands a message to its window.
pub fn dispatch(message: &MSG) {
    // SAFETY: the message came from the system, on this thread.
    unsafe {
        TranslateMessage(message);
        DispatchMessageW(message);
    }
}

/// A message to be written.
pub fn empty() -> MSG {
    // SAFETY: a message is plain numbers and handles, for all of which zero is a value.
    unsafe { mem::zeroed() }
}

fn register_class() -> io::Result<()> {
    let name = text::wide(CLASS.as_ref());
    // SAFETY: as for `empty`.
    let mut class: WNDCLASSW = unsafe { mem::zeroed() };
    class.lpfnWndProc = Some(procedure);
    class.lpszClassName = name.as_ptr();
    // SAFETY: the class is filled in; the system copies the name.
    let registered = unsafe {
        class.hInstance = GetModuleHandleW(ptr::null());
        RegisterClassW(&raw const class)
    };
    let error = io::Error::last_os_error();
    let is_there = error.raw_os_error() == Some(ERROR_CLASS_ALREADY_EXISTS.cast_signed());
    if registered != 0 || is_there {
        Ok(())
    } else {
        Err(error)
    }
}

unsafe extern "system" fn procedure(
    window: HWND,
    message: u32,
    first: WPARAM,
    second: LPARAM,
) -> LRESULT {
    // A handler that makes the system call this again, or a thread that is ending, leaves it to the system.
    let handled = HANDLER.try_with(|handler| match handler.try_borrow() {
        Ok(handler) => handler
            .as_ref()
            .and_then(|handler| handler(message, first, second)),
        Err(_) => None,
    });
    // SAFETY: passes on what the system gave.
    handled
        .ok()
        .flatten()
        .unwrap_or_else(|| unsafe { DefWindowProcW(window, message, first, second) })
}
