//! The keyboards and mice there are: what each is called, and whether hardware is behind it.

#![allow(unsafe_code)] // lists and names are handed over by address

use std::{ffi::OsString, os::windows::ffi::OsStringExt, ptr};

use selfsame_input::tag_of;
use windows_sys::Win32::{
    Foundation::HANDLE,
    UI::Input::{
        GetRawInputDeviceInfoW, GetRawInputDeviceList, RAWINPUTDEVICELIST, RIDI_DEVICENAME,
        RIM_TYPEKEYBOARD, RIM_TYPEMOUSE,
    },
};

use super::packet::Source;
use crate::capture::{Device, DeviceTable, raw_input::provenance};

/// The id of everything that is no known device: the table never has it, so it counts as injected.
const STRANGER: u16 = 0;
/// The list may grow between the question for its length and the one for itself.
const TRIES: usize = 4;

/// Which handle has which id in the table: its place, counted from one.
#[derive(Debug, Default)]
pub struct Devices {
    handles: Vec<HANDLE>,
}

impl Devices {
    pub fn id_of(&self, source: Source) -> u16 {
        let Source::Device(wanted) = source else {
            return STRANGER;
        };
        let place = self.handles.iter().position(|handle| *handle == wanted);
        place
            .and_then(|place| u16::try_from(place + 1).ok())
            .unwrap_or(STRANGER)
    }
}

/// Every keyboard and mouse that the system has now.
pub fn read() -> (Devices, DeviceTable) {
    let mut devices = Devices::default();
    let mut table = DeviceTable::default();
    for entry in list() {
        if ![RIM_TYPEKEYBOARD, RIM_TYPEMOUSE].contains(&entry.dwType) {
            continue;
        }
        let name = name(entry.hDevice);
        devices.handles.push(entry.hDevice);
        table.insert(
            devices.id_of(Source::Device(entry.hDevice)),
            Device {
                tag: tag_of(&[name.as_bytes()]),
                provenance: provenance(&name),
                // Each packet says for itself whether it is a place.
                absolute: false,
            },
        );
        tracing::debug!("input device {name}");
    }
    (devices, table)
}

fn list() -> Vec<RAWINPUTDEVICELIST> {
    let size = size_of::<RAWINPUTDEVICELIST>() as u32;
    for _ in 0..TRIES {
        let mut count = 0;
        // SAFETY: without a list the system only counts.
        unsafe { GetRawInputDeviceList(ptr::null_mut(), &raw mut count, size) };
        let mut found = vec![RAWINPUTDEVICELIST::default(); count as usize];
        // SAFETY: there is room for as many entries as `count` says.
        let got = unsafe { GetRawInputDeviceList(found.as_mut_ptr(), &raw mut count, size) };
        if got as usize <= found.len() {
            found.truncate(got as usize);
            return found;
        }
    }
    Vec::new()
}

/// Its path, such as `\\?\HID#VID_046D&PID_C31C...`: stable over restarts on the same port.
fn name(device: HANDLE) -> String {
    let mut length = 0;
    // SAFETY: without a place for it the system only says the length.
    unsafe { GetRawInputDeviceInfoW(device, RIDI_DEVICENAME, ptr::null_mut(), &raw mut length) };
    let mut name = vec![0_u16; length as usize];
    // SAFETY: there is room for as many units as `length` says.
    let got = unsafe {
        GetRawInputDeviceInfoW(
            device,
            RIDI_DEVICENAME,
            name.as_mut_ptr().cast(),
            &raw mut length,
        )
    };
    if got as usize > name.len() {
        return String::new();
    }
    let end = name
        .iter()
        .position(|&unit| unit == 0)
        .unwrap_or(name.len());
    OsString::from_wide(&name[..end])
        .to_string_lossy()
        .into_owned()
}
