//! Whether a device can do its work, from what it said and when it was heard. Pure: the moment is an argument.

use askama::Template;
use selfsame_protocol::UnixMillis;

use crate::store::{Device, Standing};

const DAY_MS: i64 = 24 * 60 * 60_000;
/// Longer than a weekend and a short leave; a computer that is used is heard each day.
const SILENT_MS: i64 = 7 * DAY_MS;
/// A profile of somebody who types at work is learnt within days.
const LEARNT_WITHIN_MS: i64 = 14 * DAY_MS;

/// What is to be said of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Template)]
#[template(path = "console/words/condition.txt")]
pub enum Condition {
    /// A copy of its key seems to be in use.
    Suspended,
    /// An administrator ended it.
    Revoked,
    /// Its person erased it.
    Erased,
    /// The system does not let it see input.
    NeedsPermission,
    /// It was enrolled, and that was all.
    NeverHeard,
    /// It has not been heard for long.
    Silent,
    /// It should know its person by now.
    SlowLearner,
    /// It does not know its person yet.
    Learning,
    /// Its person has paused it.
    Paused,
    /// It can answer.
    Ready,
    /// It has had no time to say anything.
    New,
}

impl Condition {
    /// What is to be said of this device now.
    pub fn of(device: &Device, linked: bool, now: UnixMillis) -> Self {
        match device.standing {
            Standing::Suspended => Self::Suspended,
            Standing::Revoked => Self::Revoked,
            Standing::Erased => Self::Erased,
            Standing::Active if linked => said(device, now),
            Standing::Active => match device.seen {
                None if is_past(device.enrolled, DAY_MS, now) => Self::NeverHeard,
                None => Self::New,
                Some(seen) if is_past(seen, SILENT_MS, now) => Self::Silent,
                Some(_) => said(device, now),
            },
        }
    }

    /// Whether its person thinks that it works, and it does not.
    pub const fn is_broken(self) -> bool {
        matches!(
            self,
            Self::NeedsPermission | Self::NeverHeard | Self::Silent | Self::SlowLearner
        )
    }

    /// Whether somebody should look.
    pub const fn is_alarming(self) -> bool {
        self.is_broken() || matches!(self, Self::Suspended)
    }
}

/// By its own words, which are those of `AgentState`.
fn said(device: &Device, now: UnixMillis) -> Condition {
    match device.agent_state.as_deref() {
        Some("needs-permission") => Condition::NeedsPermission,
        Some("learning") if is_past(device.enrolled, LEARNT_WITHIN_MS, now) => {
            Condition::SlowLearner
        }
        Some("learning") => Condition::Learning,
        Some("paused") => Condition::Paused,
        Some(_) => Condition::Ready,
        None => Condition::New,
    }
}

fn is_past(since: UnixMillis, span_ms: i64, now: UnixMillis) -> bool {
    since.plus(span_ms) <= now
}

#[cfg(test)]
mod tests {
    use selfsame_protocol::{DeviceId, Signer, message::KeyStorage};

    use super::*;
    use crate::{random, store::Login};

    const DAY: i64 = DAY_MS;

    fn device(enrolled_day: i64, seen_day: Option<i64>, state: Option<&str>) -> Device {
        Device {
            id: DeviceId::from_bytes([1; 16]),
            login: Login::parse("ada").unwrap(),
            key: random::p256_key().public_key(),
            key_storage: KeyStorage::Software,
            host_label: "desk".to_owned(),
            os: "linux".to_owned(),
            agent_version: "0.1.0".to_owned(),
            demo: false,
            standing: Standing::Active,
            last_counter: 0,
            enrolled: UnixMillis(enrolled_day * DAY),
            seen: seen_day.map(|day| UnixMillis(day * DAY)),
            agent_state: state.map(str::to_owned),
            generation: None,
        }
    }

    #[test]
    fn a_device_that_its_person_believes_in_and_that_cannot_answer_is_broken() {
        use Condition::*;
        let now = UnixMillis(100 * DAY);
        let cases = [
            ((90, Some(99), Some("active")), false, Ready),
            ((90, Some(99), Some("paused")), true, Paused),
            ((90, Some(99), Some("learning")), true, Learning),
            ((80, Some(99), Some("learning")), true, SlowLearner),
            (
                (90, Some(99), Some("needs-permission")),
                false,
                NeedsPermission,
            ),
            ((50, Some(92), Some("active")), false, Silent),
            // It has been linked all the time.
            ((50, Some(92), Some("active")), true, Ready),
            ((98, None, None), false, NeverHeard),
            ((100, None, None), false, New),
        ];
        for ((enrolled, seen, state), linked, expected) in cases {
            let device = device(enrolled, seen, state);
            let condition = Condition::of(&device, linked, now);
            assert_eq!(condition, expected);
            let is_broken = matches!(
                expected,
                SlowLearner | NeedsPermission | Silent | NeverHeard
            );
            assert_eq!(condition.is_broken(), is_broken, "{expected:?}");
        }
    }

    #[test]
    fn a_barred_device_is_never_called_broken() {
        let mut device = device(1, None, None);
        device.standing = Standing::Revoked;
        let condition = Condition::of(&device, false, UnixMillis(100 * DAY));
        assert!(!condition.is_alarming());
    }
}
