//! The life of one factor check at the identity provider, from the request to the decision.
//!
//! Pure: the page, the device and the clock are told to it; it says what to ask and when it ends.
//! An approval needs, in this order, a proof of presence and a verdict `same`, both about this
//! check and its nonce and both by one device.

use selfsame_behaviour::Verdict;

use crate::{
    CheckId, DeviceId, Millis, Nonce, Origin,
    message::{Channel, Presence, VerdictMessage},
};

/// From the page's first automatic question to the decision, in milliseconds, without the time in
/// which the person is asked to do something.
pub const DECIDE_WITHIN_MS: u64 = 3_000;
/// How long the person may take when asked to do something, in milliseconds.
pub const PERSON_WITHIN_MS: u64 = 60_000;
/// How long an untouched check waits for its page or its click, in milliseconds.
pub const UNTOUCHED_MS: u64 = 600_000;

/// How the sign-in request came, which decides whether the page may go on by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Posted from the service's own origin.
    FromService,
    /// A redirect, or a post that names no origin: the person must say that they started it.
    Unattributed,
}

/// How a check ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Presence and a verdict arrived in time; policy decides what they are worth.
    Judged {
        /// How presence was proved.
        channel: Channel,
        /// What the device said.
        verdict: Box<VerdictMessage>,
    },
    /// The other factor, and why.
    OtherFactor(Why),
}

/// Why a check ends in the other factor without a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The person chose another method.
    Chosen,
    /// No agent proved presence in time.
    NoPresence,
    /// The device proved presence and then did not answer in time.
    NoVerdict,
    /// The device is not connected.
    DeviceOffline,
    /// The person did not click in time.
    PersonTooSlow,
    /// Another device tried to take part.
    SecondDevice,
    /// The proof or verdict was about something else.
    Mismatch,
    /// The server restarted in the middle.
    ServerRestarted,
}

impl Why {
    /// A stable code for audit records.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Chosen => "another-method-chosen",
            Self::NoPresence => "no-presence",
            Self::NoVerdict => "no-verdict",
            Self::DeviceOffline => "device-offline",
            Self::PersonTooSlow => "person-too-slow",
            Self::SecondDevice => "second-device",
            Self::Mismatch => "mismatch",
            Self::ServerRestarted => "server-restarted",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// The page must be clicked before anything is asked.
    ExpectClick { until: Millis },
    /// The page has not asked yet.
    ExpectQuestion { until: Millis },
    /// The page is asking for presence; `spent` are automatic milliseconds used so far, `person_left` those that the
    /// person still has.
    ExpectPresence {
        since: Millis,
        spent: u64,
        person_left: u64,
    },
    /// The person is asked to do something, such as to allow the question.
    ExpectPerson { until: Millis, spent: u64 },
    /// The device was asked for its verdict.
    ExpectVerdict {
        device: DeviceId,
        channel: Channel,
        until: Millis,
    },
    /// Over. Nothing leads out of here.
    Ended(Ending),
}

/// What the caller must do after an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Nothing now.
    Wait,
    /// Ask this device for its verdict on its websocket.
    AskDevice(DeviceId),
    /// The check has just ended.
    End(Ending),
}

/// One check.
#[derive(Debug, Clone)]
pub struct Check {
    id: CheckId,
    nonce: Nonce,
    origin: Origin,
    state: State,
}

impl Check {
    /// A check that has just been created for a valid request.
    pub fn new(id: CheckId, nonce: Nonce, origin: Origin, arrival: Arrival, now: Millis) -> Self {
        let until = now.plus(UNTOUCHED_MS);
        let state = match arrival {
            Arrival::FromService => State::ExpectQuestion { until },
            Arrival::Unattributed => State::ExpectClick { until },
        };
        Self {
            id,
            nonce,
            origin,
            state,
        }
    }

    /// Its id.
    pub const fn id(&self) -> CheckId {
        self.id
    }

    /// Its nonce.
    pub const fn nonce(&self) -> Nonce {
        self.nonce
    }

    /// How it ended, once it has.
    pub const fn ending(&self) -> Option<&Ending> {
        match &self.state {
            State::Ended(ending) => Some(ending),
            _ => None,
        }
    }

    /// Whether the page must wait for a click.
    pub const fn awaits_click(&self) -> bool {
        matches!(self.state, State::ExpectClick { .. })
    }

    /// When [`Check::handle_timeout`] must be called at the latest.
    pub const fn poll_timeout(&self) -> Option<Millis> {
        match self.state {
            State::ExpectClick { until }
            | State::ExpectQuestion { until }
            | State::ExpectPerson { until, .. }
            | State::ExpectVerdict { until, .. } => Some(until),
            State::ExpectPresence { since, spent, .. } => {
                Some(since.plus(DECIDE_WITHIN_MS.saturating_sub(spent)))
            }
            State::Ended(_) => None,
        }
    }

    /// The person clicked: "I started this sign-in just now". The check's 60 s begin here.
    pub fn handle_click(&mut self, now: Millis) -> Step {
        if self.awaits_click() {
            self.state = State::ExpectQuestion {
                until: now.plus(PERSON_WITHIN_MS),
            };
        }
        Step::Wait
    }

    /// The page begins to ask by itself. Asking again (a reload) does not turn the clock back.
    pub fn handle_question(&mut self, now: Millis) -> Step {
        match self.state {
            State::ExpectQuestion { .. } => {
                self.state = State::ExpectPresence {
                    since: now,
                    spent: 0,
                    person_left: PERSON_WITHIN_MS,
                };
            }
            State::ExpectPerson { until, spent } => {
                self.state = State::ExpectPresence {
                    since: now,
                    spent,
                    person_left: until.since(now),
                };
            }
            _ => {}
        }
        Step::Wait
    }

    /// The page shows the person something to do first; this time is not counted, but limited, however often they are
    /// asked: a page that asked over and over would keep the check open for ever.
    pub fn handle_person_asked(&mut self, now: Millis) -> Step {
        let (spent, person_left) = match self.state {
            State::ExpectQuestion { .. } => (0, PERSON_WITHIN_MS),
            State::ExpectPresence {
                since,
                spent,
                person_left,
            } => (spent + now.since(since), person_left),
            _ => return Step::Wait,
        };
        self.state = State::ExpectPerson {
            until: now.plus(person_left),
            spent,
        };
        Step::Wait
    }

    /// A proof whose signature verified under the key of the enrolled device it names.
    pub fn handle_presence(&mut self, now: Millis, proof: &Presence) -> Step {
        let spent = match self.state {
            State::ExpectQuestion { .. } => 0,
            State::ExpectPresence { since, spent, .. } => spent + now.since(since),
            State::ExpectPerson { spent, .. } => spent,
            State::ExpectVerdict { device, .. } if device == proof.device => return Step::Wait,
            State::ExpectVerdict { .. } => return self.end(Ending::OtherFactor(Why::SecondDevice)),
            State::ExpectClick { .. } | State::Ended(_) => return Step::Wait,
        };
        if proof.check != self.id || proof.nonce != self.nonce || proof.origin != self.origin {
            return self.end(Ending::OtherFactor(Why::Mismatch));
        }
        self.state = State::ExpectVerdict {
            device: proof.device,
            channel: proof.channel,
            until: now.plus(DECIDE_WITHIN_MS.saturating_sub(spent)),
        };
        Step::AskDevice(proof.device)
    }

    /// The device that must answer is not connected.
    pub fn handle_device_offline(&mut self) -> Step {
        match self.state {
            State::ExpectVerdict { .. } => self.end(Ending::OtherFactor(Why::DeviceOffline)),
            _ => Step::Wait,
        }
    }

    /// A verdict whose signature verified under the key of the device it names.
    pub fn handle_verdict(&mut self, now: Millis, verdict: VerdictMessage) -> Step {
        let State::ExpectVerdict {
            device,
            channel,
            until,
        } = self.state
        else {
            return Step::Wait;
        };
        if verdict.device != device {
            return self.end(Ending::OtherFactor(Why::SecondDevice));
        }
        if verdict.check != self.id || verdict.nonce != self.nonce {
            return self.end(Ending::OtherFactor(Why::Mismatch));
        }
        if now >= until {
            return self.end(Ending::OtherFactor(Why::NoVerdict));
        }
        self.end(Ending::Judged {
            channel,
            verdict: Box::new(verdict),
        })
    }

    /// The person chose another method.
    pub fn handle_other_method(&mut self) -> Step {
        match self.state {
            State::Ended(_) => Step::Wait,
            _ => self.end(Ending::OtherFactor(Why::Chosen)),
        }
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Millis) -> Step {
        if self.poll_timeout().is_none_or(|due| now < due) {
            return Step::Wait;
        }
        let why = match self.state {
            State::ExpectPresence { .. } | State::ExpectQuestion { .. } => Why::NoPresence,
            State::ExpectVerdict { .. } => Why::NoVerdict,
            State::ExpectClick { .. } | State::ExpectPerson { .. } => Why::PersonTooSlow,
            State::Ended(_) => return Step::Wait,
        };
        self.end(Ending::OtherFactor(why))
    }

    fn end(&mut self, ending: Ending) -> Step {
        self.state = State::Ended(ending.clone());
        Step::End(ending)
    }
}

impl Ending {
    /// Whether the device said `same`; only then can policy approve.
    pub fn says_same(&self) -> bool {
        matches!(self, Self::Judged { verdict, .. } if verdict.verdict == Verdict::Same)
    }
}

#[cfg(test)]
mod tests;
