//! The window that hears of lock, switch, sleep and the end of the session.

#![allow(unsafe_code)] // sessions are asked by number, answers come by address

use std::{io, ptr};

use windows_sys::Win32::{
    Foundation::{FALSE, LRESULT, WPARAM},
    System::RemoteDesktop::{
        NOTIFY_FOR_THIS_SESSION, WTS_CONNECTSTATE_CLASS, WTS_CURRENT_SERVER_HANDLE,
        WTS_CURRENT_SESSION, WTS_INFO_CLASS, WTSActive, WTSConnectState, WTSFreeMemory, WTSINFOEXW,
        WTSQuerySessionInformationW, WTSRegisterSessionNotification, WTSSessionInfoEx,
    },
    UI::WindowsAndMessaging::{
        GetSystemMetrics, PBT_APMRESUMEAUTOMATIC, PBT_APMRESUMESUSPEND, PBT_APMSUSPEND,
        SM_REMOTESESSION, WM_ENDSESSION, WM_POWERBROADCAST, WM_WTSSESSION_CHANGE,
        WTS_CONSOLE_CONNECT, WTS_CONSOLE_DISCONNECT, WTS_REMOTE_CONNECT, WTS_REMOTE_DISCONNECT,
        WTS_SESSION_LOCK, WTS_SESSION_UNLOCK,
    },
};

use super::window::{self, Kind, Window};
use crate::session::wts::{Asked, Change};

/// `WTS_SESSIONSTATE_LOCK` and `WTS_SESSIONSTATE_UNLOCK` of `WTSINFOEX_LEVEL1_W`.
const STATE_LOCKED: i32 = 0;
const STATE_UNLOCKED: i32 = 1;

/// What the window hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Something happened to the session.
    Changed(Change),
    /// It ends, and this process with it.
    SessionEnds,
}

/// Opens the window on this thread, and hears for ever.
///
/// # Errors
/// When the system opens no window, or would tell it nothing.
pub fn keep_open(hear: impl Fn(Heard) + 'static) -> io::Result<()> {
    let _window = open(hear)?;
    window::read_messages(|| true);
    Ok(())
}

fn open(hear: impl Fn(Heard) + 'static) -> io::Result<Window> {
    let window = Window::open(Kind::Hidden, move |message, first, _| {
        if let Some(heard) = heard(message, first) {
            hear(heard);
        }
        answer(message)
    })?;
    // SAFETY: the window lives.
    match unsafe { WTSRegisterSessionNotification(window.handle(), NOTIFY_FOR_THIS_SESSION) } {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(window),
    }
}

fn heard(message: u32, first: WPARAM) -> Option<Heard> {
    let code = u32::try_from(first).ok()?;
    match message {
        WM_WTSSESSION_CHANGE => change(code).map(Heard::Changed),
        WM_POWERBROADCAST => sleep(code).map(Heard::Changed),
        WM_ENDSESSION if code != 0 => Some(Heard::SessionEnds),
        _ => None,
    }
}

fn answer(message: u32) -> Option<LRESULT> {
    (message == WM_ENDSESSION).then_some(FALSE as LRESULT)
}

fn change(code: u32) -> Option<Change> {
    match code {
        WTS_SESSION_LOCK => Some(Change::Locked),
        WTS_SESSION_UNLOCK => Some(Change::Unlocked),
        WTS_CONSOLE_CONNECT | WTS_REMOTE_CONNECT => Some(Change::Connected),
        WTS_CONSOLE_DISCONNECT | WTS_REMOTE_DISCONNECT => Some(Change::Disconnected),
        _ => None,
    }
}

fn sleep(code: u32) -> Option<Change> {
    matches!(
        code,
        PBT_APMSUSPEND | PBT_APMRESUMEAUTOMATIC | PBT_APMRESUMESUSPEND
    )
    .then_some(Change::Slept)
}

/// Asks the system about this session.
pub fn ask() -> Asked {
    // SAFETY: asks for a number.
    let remote = unsafe { GetSystemMetrics(SM_REMOTESESSION) } != 0;
    Asked {
        remote,
        locked: query(WTSSessionInfoEx, |found: &WTSINFOEXW| {
            // SAFETY: level 1 is the only one there is.
            match unsafe { found.Data.WTSInfoExLevel1.SessionFlags } {
                STATE_LOCKED => Some(true),
                STATE_UNLOCKED => Some(false),
                _ => None,
            }
        }),
        connected: query(WTSConnectState, |&state: &WTS_CONNECTSTATE_CLASS| {
            Some(state == WTSActive)
        }),
    }
}

/// One question about this session; `None` where the system does not answer it, or not with a `T`.
fn query<T>(what: WTS_INFO_CLASS, read: impl FnOnce(&T) -> Option<bool>) -> Option<bool> {
    let (mut answer, mut bytes) = (ptr::null_mut(), 0);
    // SAFETY: both places may be written.
    let asked = unsafe {
        WTSQuerySessionInformationW(
            WTS_CURRENT_SERVER_HANDLE,
            WTS_CURRENT_SESSION,
            what,
            &raw mut answer,
            &raw mut bytes,
        )
    };
    if asked == 0 || answer.is_null() {
        return None;
    }
    // SAFETY: the answer is as long as `bytes` says and aligned for any structure; it is freed once,
    // after it was read.
    unsafe {
        let found = if bytes as usize >= size_of::<T>() {
            read(&*answer.cast::<T>())
        } else {
            None
        };
        WTSFreeMemory(answer.cast());
        found
    }
}
