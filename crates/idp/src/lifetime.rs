//! Spans as an administrator writes them: `30m`, `24h`, `7d`.

/// The longest a token may wait to be used.
const MOST_DAYS: i64 = 90;

/// A span in milliseconds, between a minute and ninety days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime(pub i64);

/// Reads `30m`, `24h` or `7d`.
///
/// # Errors
/// What was expected.
pub fn parse(text: &str) -> Result<Lifetime, String> {
    let expected = || format!("expected a span such as 30m, 24h or 7d, at most {MOST_DAYS}d");
    let (number, unit) = text
        .split_at_checked(text.len().saturating_sub(1))
        .ok_or_else(expected)?;
    let minutes = match unit {
        "m" => 1,
        "h" => 60,
        "d" => 24 * 60,
        _ => return Err(expected()),
    };
    let number: i64 = number.parse().map_err(|_| expected())?;
    let total = number.checked_mul(minutes).ok_or_else(expected)?;
    if !(1..=MOST_DAYS * 24 * 60).contains(&total) {
        return Err(expected());
    }
    Ok(Lifetime(total * 60_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_a_unit_within_bounds() {
        assert_eq!(parse("30m"), Ok(Lifetime(1_800_000)));
        assert_eq!(parse("24h"), Ok(Lifetime(86_400_000)));
        assert_eq!(parse("90d"), Ok(Lifetime(90 * 86_400_000)));
        for bad in [
            "",
            "h",
            "0h",
            "-1h",
            "91d",
            "24",
            "24 h",
            "9999999999999999d",
            "é",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
