//! One packet of Raw Input, read onto the stack and wiped there.

#![allow(unsafe_code)] // the packet is a union, filled in by the system

use std::mem;

use windows_sys::Win32::{
    Foundation::HANDLE,
    UI::{
        Input::{
            GetCurrentInputMessageSource, GetRawInputData, IMO_INJECTED, INPUT_MESSAGE_SOURCE,
            RAWINPUT, RAWINPUTHEADER, RID_INPUT, RIM_TYPEKEYBOARD, RIM_TYPEMOUSE,
        },
        WindowsAndMessaging::MSG,
    },
};
use zeroize::Zeroize;

use crate::capture::raw_input::Pointed;

/// Where a packet came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// From this device.
    Device(HANDLE),
    /// From a program.
    Program,
}

/// What a packet says.
#[derive(Debug, Clone, Copy)]
pub enum Packet {
    /// A key, by its scan code.
    Key {
        source: Source,
        code: u16,
        flags: u16,
    },
    /// A pointing device.
    Pointed { source: Source, pointed: Pointed },
}

impl Packet {
    pub fn source(&self) -> Source {
        match self {
            Self::Key { source, .. } | Self::Pointed { source, .. } => *source,
        }
    }
}

/// Reads the packet that a message announces.
pub fn read(message: &MSG) -> Option<Packet> {
    let mut raw = RAWINPUT::default();
    let mut bytes = size_of::<RAWINPUT>() as u32;
    // SAFETY: `raw` has room for as many bytes as it says, and a message of this kind carries the
    // packet's handle.
    let got = unsafe {
        GetRawInputData(
            message.lParam as _,
            RID_INPUT,
            (&raw mut raw).cast(),
            &raw mut bytes,
            size_of::<RAWINPUTHEADER>() as u32,
        )
    };
    // A packet that did not fit is of another kind of device; an error is u32::MAX.
    let packet = (got as usize <= size_of::<RAWINPUT>())
        .then(|| packet(&raw))
        .flatten();
    wipe(&mut raw);
    packet
}

fn packet(raw: &RAWINPUT) -> Option<Packet> {
    let source = source(raw.header.hDevice);
    match raw.header.dwType {
        RIM_TYPEKEYBOARD => {
            // SAFETY: the header says which part of the union is filled in.
            let key = unsafe { raw.data.keyboard };
            Some(Packet::Key {
                source,
                code: key.MakeCode,
                flags: key.Flags,
            })
        }
        RIM_TYPEMOUSE => {
            // SAFETY: as above; the inner union has the same bytes under two names.
            let (mouse, buttons) = unsafe { (raw.data.mouse, raw.data.mouse.Anonymous.Anonymous) };
            Some(Packet::Pointed {
                source,
                pointed: Pointed {
                    flags: mouse.usFlags,
                    buttons: buttons.usButtonFlags,
                    wheel: buttons.usButtonData,
                    x: mouse.lLastX,
                    y: mouse.lLastY,
                },
            })
        }
        _ => None,
    }
}

/// Input that a program made has no device, or is marked by the system as injected.
fn source(device: HANDLE) -> Source {
    let mut origin = INPUT_MESSAGE_SOURCE::default();
    // SAFETY: `origin` may be written; it is about the message that was read last.
    let asked = unsafe { GetCurrentInputMessageSource(&raw mut origin) };
    if device.is_null() || asked != 0 && origin.originId == IMO_INJECTED {
        Source::Program
    } else {
        Source::Device(device)
    }
}

fn wipe(raw: &mut RAWINPUT) {
    // SAFETY: a packet is plain numbers and handles, so that it may be looked at as bytes.
    let bytes = unsafe {
        std::slice::from_raw_parts_mut((&raw mut *raw).cast::<u8>(), mem::size_of::<RAWINPUT>())
    };
    bytes.zeroize();
}
