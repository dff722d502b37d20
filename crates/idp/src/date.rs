//! Moments as people and protocols write them. Pure: the moment is an argument.

use selfsame_protocol::UnixMillis;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// `2026-11-25T08:15:30Z`, in UTC, to the second.
pub fn rfc3339(at: UnixMillis) -> String {
    let moment = moment(at)
        .replace_nanosecond(0)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    moment.format(&Rfc3339).unwrap_or_default()
}

/// `2026-11-25`, the day in UTC.
pub fn day(at: UnixMillis) -> String {
    moment(at).date().to_string()
}

/// Reads RFC 3339; `None` for anything else.
pub fn parse_rfc3339(text: &str) -> Option<UnixMillis> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(moment.unix_timestamp_nanos() / 1_000_000)
        .ok()
        .map(UnixMillis)
}

fn moment(at: UnixMillis) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.0) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_survives_being_written_and_read() {
        let at = UnixMillis(1_795_594_530_000);
        assert_eq!(parse_rfc3339(&rfc3339(at)), Some(at));
        assert_eq!(rfc3339(at), "2026-11-25T08:15:30Z");
        assert_eq!(day(at), "2026-11-25");
    }

    #[test]
    fn fractions_and_offsets_are_understood() {
        assert_eq!(
            parse_rfc3339("1970-01-01T01:00:00.250+01:00"),
            Some(UnixMillis(250))
        );
        assert_eq!(parse_rfc3339("yesterday"), None);
    }
}
