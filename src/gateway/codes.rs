//! Codes on the screen.

use selfsame_protocol::{
    CheckId, Millis, UnixMillis,
    message::{CODE_DIGITS, CODE_LIFE_MS, GatewayCode},
};

use crate::history::plain;

/// How far the two clocks may differ after the offset was learnt, in milliseconds.
const CLOCK_TOLERANCE_MS: i64 = 5_000;
/// More codes than this are not on the screen.
const MOST: usize = 3;

/// A code on the screen.
#[derive(Clone, PartialEq, Eq)]
pub struct ShownCode {
    /// The check that it is for.
    pub check: CheckId,
    /// The gateway's name.
    pub service: String,
    /// Until when it is shown.
    pub until: Millis,
    digits: String,
}

impl ShownCode {
    /// Takes a code that the server gave; `None` when it is not one, or not fresh at `wall` (the server's clock).
    pub fn of(code: &GatewayCode, wall: UnixMillis, now: Millis) -> Option<Self> {
        let is_code =
            code.code.len() == CODE_DIGITS && code.code.bytes().all(|digit| digit.is_ascii_digit());
        let is_fresh = code.exp.0.saturating_sub(code.iat.0) <= CODE_LIFE_MS
            && wall.within(code.iat.plus(-CLOCK_TOLERANCE_MS), code.exp);
        let left = u64::try_from(code.exp.0.saturating_sub(wall.0)).ok()?;
        (is_code && is_fresh).then(|| Self {
            check: code.check,
            service: plain(&code.service),
            until: now.plus(left.min(CODE_LIFE_MS.unsigned_abs())),
            digits: code.code.clone(),
        })
    }

    /// The digits as people read them.
    pub fn spaced(&self) -> String {
        let (first, second) = self.digits.split_at(CODE_DIGITS / 2);
        format!("{first} {second}")
    }

    /// The digits as programs read them.
    pub fn digits(&self) -> &str {
        &self.digits
    }
}

/// Adds a code to those on the screen; a newer one for the same gateway takes an older one's place.
pub fn add(codes: &mut Vec<ShownCode>, code: ShownCode) {
    codes.retain(|other| other.service != code.service);
    codes.insert(0, code);
    codes.truncate(MOST);
}

impl std::fmt::Debug for ShownCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ShownCode")
            .field("service", &self.service)
            .field("digits", &"[redacted]")
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use selfsame_protocol::{DeviceId, Origin, VERSION};

    use super::*;

    fn code(digits: &str) -> GatewayCode {
        GatewayCode {
            v: VERSION,
            iss: Origin::parse("https://idp.example.com").expect("an origin"),
            device: DeviceId::from_bytes([1; 16]),
            check: CheckId::from_bytes([2; 16]),
            service: "Office VPN".to_owned(),
            code: digits.to_owned(),
            iat: UnixMillis(1_000_000),
            exp: UnixMillis(1_060_000),
        }
    }

    fn at(wall: i64, digits: &str) -> Option<ShownCode> {
        ShownCode::of(&code(digits), UnixMillis(wall), Millis(0))
    }

    #[test]
    fn a_code_is_shown_for_as_long_as_it_may_be_typed() {
        let shown = at(1_010_000, "012345").expect("a code");
        assert_eq!(
            (shown.spaced().as_str(), shown.until),
            ("012 345", Millis(50_000))
        );
        assert_eq!(at(1_060_000, "012345"), None);
        assert_eq!(at(990_000, "012345"), None);
    }

    #[test]
    fn nothing_but_six_digits_is_shown_as_a_code() {
        for digits in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert_eq!(at(1_010_000, digits), None, "{digits}");
        }
    }

    #[test]
    fn a_newer_code_for_a_gateway_takes_the_olders_place() {
        let mut codes = Vec::new();
        add(&mut codes, at(1_010_000, "111111").expect("a code"));
        add(&mut codes, at(1_010_000, "222222").expect("a code"));
        assert_eq!(codes.len(), 1);
        assert_eq!(codes[0].digits(), "222222");
    }
}
