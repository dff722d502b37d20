//! Days and hours in a zone of a fixed offset. A zone with daylight saving would need its history; an administrator who
//! wants one writes the wider hours.

use std::str::FromStr;

use selfsame_protocol::UnixMillis;
use serde::{Serialize, Serializer};

use crate::service_settings::word;

const MINUTE_MS: i64 = 60_000;
const DAY_MINUTES: i64 = 24 * 60;
/// No place on Earth is further from UTC.
const FURTHEST_MINUTES: i64 = 14 * 60;

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Day {
    /// The week. 1970-01-01 was the fourth of them.
    const WEEK: [Self; 7] = [
        Self::Mon,
        Self::Tue,
        Self::Wed,
        Self::Thu,
        Self::Fri,
        Self::Sat,
        Self::Sun,
    ];
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let day = Self::WEEK.into_iter().find(|day| word(day) == text);
        day.ok_or_else(|| format!("`{text}` is no day; write mon, tue, wed, thu, fri, sat or sun"))
    }
}

/// A moment as a clock on the wall there shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Local {
    /// The day.
    pub day: Day,
    minute: i64,
}

/// A zone by its offset from UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Zone {
    minutes_ahead: i64,
}

impl Zone {
    /// What a clock there shows.
    pub fn local(self, at: UnixMillis) -> Local {
        let minutes = at.0.div_euclid(MINUTE_MS) + self.minutes_ahead;
        let since_monday = minutes.div_euclid(DAY_MINUTES) + 3;
        let day = usize::try_from(since_monday.rem_euclid(7)).unwrap_or(0);
        Local {
            day: Day::WEEK[day],
            minute: minutes.rem_euclid(DAY_MINUTES),
        }
    }
}

impl FromStr for Zone {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || format!("`{text}` is no zone; write UTC, or an offset such as +01:00");
        if text == "UTC" {
            return Ok(Self::default());
        }
        let (sign, time) = match text.split_at_checked(1) {
            Some(("+", time)) => (1, time),
            Some(("-", time)) => (-1, time),
            _ => return Err(expected()),
        };
        let minutes = minutes_of(time).ok_or_else(expected)?;
        if minutes > FURTHEST_MINUTES {
            return Err(expected());
        }
        Ok(Self {
            minutes_ahead: sign * minutes,
        })
    }
}

/// From one time of the day until just before another, over midnight where the second is the earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    from: i64,
    until: i64,
}

impl Hours {
    /// Whether a moment lies in them.
    pub const fn contain(self, at: Local) -> bool {
        if self.from < self.until {
            self.from <= at.minute && at.minute < self.until
        } else {
            self.from <= at.minute || at.minute < self.until
        }
    }
}

impl FromStr for Hours {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || format!("`{text}` are no hours; write them as 08:00-18:00");
        let (from, until) = text.split_once('-').ok_or_else(expected)?;
        let hours = Self {
            from: minutes_of(from).ok_or_else(expected)?,
            until: minutes_of(until).ok_or_else(expected)?,
        };
        let is_some = hours.from != hours.until && hours.from < DAY_MINUTES;
        is_some.then_some(hours).ok_or_else(expected)
    }
}

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let time = |minutes: i64| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let text = format!("{}-{}", time(self.from), time(self.until));
        serializer.serialize_str(&text)
    }
}

/// `HH:MM` up to 24:00, in minutes.
fn minutes_of(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| {
        let is_two_digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_two_digits.then(|| text.parse::<i64>().ok()).flatten()
    };
    let minutes = number(minutes).filter(|minutes| *minutes < 60)?;
    let total = number(hours)? * 60 + minutes;
    (total <= DAY_MINUTES).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_rfc3339;

    fn local(zone: &str, at: &str) -> Local {
        let zone: Zone = zone.parse().unwrap();
        zone.local(parse_rfc3339(at).unwrap())
    }

    #[test]
    fn a_moment_has_the_day_of_its_zone() {
        // 2026-11-25 is a Wednesday.
        assert_eq!(local("UTC", "2026-11-25T23:30:00Z").day, Day::Wed);
        assert_eq!(local("+01:00", "2026-11-25T23:30:00Z").day, Day::Thu);
        assert_eq!(local("-05:30", "2026-11-25T05:00:00Z").day, Day::Tue);
        assert_eq!(local("UTC", "1969-12-31T23:59:00Z").day, Day::Wed);
    }

    #[test]
    fn hours_hold_their_beginning_and_not_their_end() {
        let within = |hours: &str, at: &str| {
            let hours: Hours = hours.parse().unwrap();
            hours.contain(local("UTC", &format!("2026-11-25T{at}:00Z")))
        };
        assert!(within("08:00-18:00", "08:00") && within("08:00-18:00", "17:59"));
        assert!(!within("08:00-18:00", "18:00") && !within("08:00-18:00", "07:59"));
        assert!(within("22:00-06:00", "23:00") && within("22:00-06:00", "05:59"));
        assert!(!within("22:00-06:00", "06:00"));
        assert!(within("18:00-24:00", "23:59"));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for hours in [
            "",
            "8-18",
            "08:00",
            "08:00-25:00",
            "08:60-09:00",
            "08:00-08:00",
            "24:00-06:00",
        ] {
            assert!(hours.parse::<Hours>().is_err(), "{hours}");
        }
        for zone in ["", "Europe/Berlin", "01:00", "+1:00", "+15:00", "é"] {
            assert!(zone.parse::<Zone>().is_err(), "{zone}");
        }
    }
}
