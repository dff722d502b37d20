//! Whose session is in front of the seat, as logind writes it down for whoever asks through libsystemd.
//!
//! Anything that is missing or unknown there means: nobody's.

use std::fs;

/// Where logind keeps seats and sessions.
pub const SEATS: &str = "/run/systemd/seats";
/// See [`SEATS`].
pub const SESSIONS: &str = "/run/systemd/sessions";

/// The seat whose devices are read: the one with the console. The devices of others are never opened.
pub const SEAT: &str = "seat0";

/// The user in front of the seat: active, local, and past the greeter.
pub fn user() -> Option<u32> {
    let seat = fs::read_to_string(format!("{SEATS}/{SEAT}")).ok()?;
    let session = value(&seat, "ACTIVE").filter(|id| is_session_id(id))?;
    user_of(&fs::read_to_string(format!("{SESSIONS}/{session}")).ok()?)
}

/// Ids name a file: letters and digits, nothing that leads elsewhere.
fn is_session_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn user_of(session: &str) -> Option<u32> {
    let says = |key, expected: &str| value(session, key) == Some(expected);
    let at_the_desk = says("ACTIVE", "1")
        && says("STATE", "active")
        && says("REMOTE", "0")
        && says("SEAT", SEAT)
        && (says("CLASS", "user") || says("CLASS", "user-early"));
    at_the_desk
        .then(|| value(session, "UID")?.parse().ok())
        .flatten()
}

/// The value of `key` in lines of `KEY=value`.
pub fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As systemd 252 writes it.
    const SESSION: &str = "# This is private data. Do not parse.\nUID=1000\nUSER=ada\nACTIVE=1\nIS_DISPLAY=1\n\
        STATE=active\nREMOTE=0\nTYPE=wayland\nORIGINAL_TYPE=wayland\nCLASS=user\nSCOPE=session-2.scope\n\
        FIFO=/run/systemd/sessions/2.ref\nSEAT=seat0\nTTY=tty2\nVTNR=2\n";

    #[test]
    fn the_person_of_the_active_session_is_in_front() {
        assert_eq!(user_of(SESSION), Some(1000));
    }

    #[test]
    fn nobody_is_in_front_at_a_greeter_from_afar_in_the_background_or_at_another_seat() {
        for (from, to) in [
            ("CLASS=user", "CLASS=greeter"),
            ("CLASS=user", "CLASS=lock-screen"),
            ("CLASS=user\n", ""),
            ("REMOTE=0", "REMOTE=1"),
            ("ACTIVE=1", "ACTIVE=0"),
            ("STATE=active", "STATE=online"),
            ("STATE=active", "STATE=closing"),
            ("SEAT=seat0", "SEAT=seat1"),
            ("UID=1000", "UID=ada"),
        ] {
            assert_eq!(user_of(&SESSION.replace(from, to)), None, "{to}");
        }
        assert_eq!(user_of(""), None);
    }

    #[test]
    fn a_session_id_leads_to_no_other_file() {
        assert!(is_session_id("2") && is_session_id("c1"));
        assert!(!is_session_id("../seats/seat0") && !is_session_id(""));
    }
}
