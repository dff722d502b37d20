//! One open check beside its machine: what its page shows, what ended it from outside, and whether it was answered.
//!
//! Pure: told what happened and what time it is. The lock around it, and those who wait, are in [`super::live`].

use selfsame_protocol::{
    DeviceId, Millis, UnixMillis,
    check::{Check, Ending, Step},
    message::{Presence, VerdictMessage},
};

/// What the page of a check has to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The person must say that they started this sign-in.
    Click,
    /// The page asks, or may begin to.
    Ask,
    /// It ended, and the answer has not left yet.
    Over,
    /// The answer has left.
    Answered,
}

/// How a check ended, and what is known beside it.
#[derive(Debug, Clone)]
pub struct Ended {
    /// The machine's ending.
    pub ending: Ending,
    /// The rule that ended it from outside the machine.
    pub rule: Option<&'static str>,
    /// The device that proved presence, and when.
    pub presence: Option<(DeviceId, UnixMillis)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Due,
    Leaving,
    Left,
}

/// An open check from its request to its answer.
#[derive(Debug)]
pub struct Life {
    check: Check,
    rule: Option<&'static str>,
    presence: Option<(DeviceId, UnixMillis)>,
    answer: Answer,
    cleared_of_looping: bool,
}

impl Life {
    /// A check that was just begun.
    pub const fn new(check: Check) -> Self {
        Self {
            check,
            rule: None,
            presence: None,
            answer: Answer::Due,
            cleared_of_looping: false,
        }
    }

    /// What the page has to show.
    pub const fn stage(&self) -> Stage {
        match (self.answer, self.check.ending()) {
            (Answer::Left, _) => Stage::Answered,
            (_, Some(_)) => Stage::Over,
            _ if self.check.awaits_click() => Stage::Click,
            _ => Stage::Ask,
        }
    }

    /// When [`Life::time_passed`] is due.
    pub const fn due(&self) -> Option<Millis> {
        self.check.poll_timeout()
    }

    /// Whether the person clicked the loop away.
    pub const fn is_cleared_of_looping(&self) -> bool {
        self.cleared_of_looping
    }

    /// Whether the machine has ended.
    pub const fn has_ended(&self) -> bool {
        self.check.ending().is_some()
    }

    /// Whether the answer has left.
    pub fn is_answered(&self) -> bool {
        self.answer == Answer::Left
    }

    /// The person clicked "continue".
    pub fn clicked(&mut self, now: Millis) -> Step {
        self.cleared_of_looping = true;
        self.check.handle_click(now)
    }

    /// The page asks by itself.
    pub fn asking(&mut self, now: Millis) -> Step {
        self.check.handle_question(now)
    }

    /// The page asks the person for something first.
    pub fn person_asked(&mut self, now: Millis) -> Step {
        self.check.handle_person_asked(now)
    }

    /// A verified proof of presence came.
    pub fn presence(&mut self, now: Millis, wall: UnixMillis, proof: &Presence) -> Step {
        let step = self.check.handle_presence(now, proof);
        if matches!(step, Step::AskDevice(_)) {
            self.presence = Some((proof.device, wall));
        }
        step
    }

    /// The device cannot be asked.
    pub fn device_offline(&mut self) -> Step {
        self.check.handle_device_offline()
    }

    /// A verified verdict came.
    pub fn verdict(&mut self, now: Millis, verdict: VerdictMessage) -> Step {
        self.check.handle_verdict(now, verdict)
    }

    /// The person chose another method.
    pub fn other_method(&mut self) -> Step {
        self.check.handle_other_method()
    }

    /// A rule outside the machine ends the check in the other factor.
    pub fn end_by(&mut self, rule: &'static str) -> Step {
        if !self.has_ended() {
            self.rule = Some(rule);
        }
        self.check.handle_other_method()
    }

    /// The page gave up: as if the time had run out.
    pub fn given_up(&mut self) -> Step {
        match self.check.poll_timeout() {
            Some(due) => self.check.handle_timeout(due),
            None => Step::Wait,
        }
    }

    /// Time has passed.
    pub fn time_passed(&mut self, now: Millis) -> Step {
        self.check.handle_timeout(now)
    }

    /// Takes the right to answer, once the check has ended: `None` while somebody else has it, or when the answer has
    /// left.
    pub fn claim(&mut self) -> Option<Ended> {
        let ending = self.check.ending().cloned()?;
        if self.answer != Answer::Due {
            return None;
        }
        self.answer = Answer::Leaving;
        Some(Ended {
            ending,
            rule: self.rule,
            presence: self.presence,
        })
    }

    /// The answer leaves now.
    pub const fn leave(&mut self) {
        self.answer = Answer::Left;
    }

    /// Nothing but the other factor may be answered any more, by this rule.
    pub const fn bar(&mut self, rule: &'static str) {
        self.rule = Some(rule);
    }

    /// The right to answer is given back, unless the answer has left.
    pub fn give_back(&mut self) {
        if self.answer == Answer::Leaving {
            self.answer = Answer::Due;
        }
    }
}
