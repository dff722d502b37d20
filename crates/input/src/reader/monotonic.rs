//! Has the kernel stamp a device's events on the clock that nobody sets. The one `unsafe` call of the
//! program.
#![allow(unsafe_code)]

use std::{io, os::fd::AsFd};

use rustix::ioctl::{Setter, ioctl, opcode};

/// `EVIOCSCLOCKID` of `linux/input.h`.
const SET_CLOCK: rustix::ioctl::Opcode = opcode::write::<libc::c_int>(b'E', 0xA0);

/// Changes the clock of an open input device; fails on any other file.
pub fn stamp_monotonic(device: impl AsFd) -> io::Result<()> {
    // SAFETY: the kernel reads one `int` from the address, which `Setter` keeps valid for the call.
    unsafe {
        ioctl(
            device,
            Setter::<SET_CLOCK, libc::c_int>::new(libc::CLOCK_MONOTONIC),
        )
    }
    .map_err(io::Error::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_input_device_is_not_taken_for_one() {
        let null = std::fs::File::open("/dev/null").expect("there is one");
        assert!(stamp_monotonic(&null).is_err());
    }
}
