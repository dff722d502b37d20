//! Codes that a device shows and its person types: six digits, no two alike among those that are open, and three for a
//! device in ten minutes.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use selfsame_protocol::{DeviceId, Millis, message::CODE_DIGITS};
use subtle::ConstantTimeEq;

use crate::random;

const TRIES: usize = 3;
const SPAN_MS: u64 = 600_000;
const CODES: u32 = 10_u32.pow(CODE_DIGITS as u32);

/// How often each device was given a code lately.
#[derive(Debug, Default)]
pub struct Codes(Mutex<HashMap<DeviceId, Vec<Millis>>>);

impl Codes {
    /// One more code for a device; `false` when it had its three.
    pub fn may_show(&self, device: DeviceId, now: Millis) -> bool {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shown.retain(|_, times| times.iter().any(|at| now.since(*at) < SPAN_MS));
        let times = shown.entry(device).or_default();
        times.retain(|at| now.since(*at) < SPAN_MS);
        let may = times.len() < TRIES;
        if may {
            times.push(now);
        }
        may
    }

    /// The last code of a device was typed by its person: it does not count against them.
    pub fn was_right(&self, device: DeviceId) {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(times) = shown.get_mut(&device) {
            times.pop();
        }
    }
}

/// A code that is none of those which are open.
pub fn draw(is_open: impl Fn(&str) -> bool) -> String {
    loop {
        let number = u32::from_be_bytes(random::bytes());
        // The last, incomplete round of numbers would make small codes likelier.
        if number < u32::MAX - u32::MAX % CODES {
            let code = format!("{:0width$}", number % CODES, width = CODE_DIGITS);
            if !is_open(&code) {
                return code;
            }
        }
    }
}

/// Whether what was typed is the code, in time that does not depend on where they differ. Blanks are for the eye.
pub fn is_typed(code: &str, typed: &[u8]) -> bool {
    let digits: Vec<u8> = typed
        .iter()
        .copied()
        .filter(|octet| *octet != b' ')
        .collect();
    code.as_bytes().ct_eq(&digits).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: DeviceId = DeviceId::from_bytes([1; 16]);

    #[test]
    fn a_device_shows_three_codes_in_ten_minutes() {
        let codes = Codes::default();
        let may = |at| codes.may_show(DEVICE, Millis(at));
        assert!(may(0) && may(1) && may(2) && !may(3));
        assert!(!may(SPAN_MS - 1) && may(SPAN_MS));
    }

    #[test]
    fn a_code_that_was_typed_rightly_does_not_count() {
        let codes = Codes::default();
        for at in 0..10 {
            assert!(codes.may_show(DEVICE, Millis(at)));
            codes.was_right(DEVICE);
        }
    }

    #[test]
    fn a_code_is_six_digits_and_none_that_is_open() {
        for _ in 0..100 {
            let code = draw(|code| code.starts_with('0'));
            assert!(code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit()));
            assert!(!code.starts_with('0'));
        }
    }

    #[test]
    fn a_code_may_be_typed_with_blanks_and_no_otherwise() {
        assert!(is_typed("012345", b"012345") && is_typed("012345", b"012 345"));
        assert!(!is_typed("012345", b"012346"));
        assert!(!is_typed("012345", b"12345") && !is_typed("012345", b""));
    }
}
