//! One open check: the pure state machine behind a lock, and those who wait for it.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use selfsame_protocol::{
    CheckId, DeviceId, Millis, Nonce, UnixMillis,
    check::{Check, Ending, Step},
    message::{Presence, VerdictMessage},
};
use tokio::sync::watch;

use super::request::SignInRequest;
use crate::{policy::Asked, secret::SecretHash};

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

#[derive(Debug)]
struct State {
    check: Check,
    rule: Option<&'static str>,
    presence: Option<(DeviceId, UnixMillis)>,
    answer: Answer,
    cleared_of_looping: bool,
}

/// One open check.
#[derive(Debug)]
pub struct LiveCheck {
    /// Its id.
    pub id: CheckId,
    /// Its nonce.
    pub nonce: Nonce,
    /// What is asked, and by whom.
    pub request: SignInRequest,
    /// When the request arrived.
    pub arrived: Millis,
    /// What the answer must be worth: said once, before the device is asked.
    pub asked: OnceLock<Asked>,
    cookie: SecretHash,
    state: Mutex<State>,
    steps: watch::Sender<()>,
}

impl LiveCheck {
    /// Puts a fresh check behind its lock.
    pub fn new(check: Check, request: SignInRequest, cookie: SecretHash, arrived: Millis) -> Self {
        Self {
            id: check.id(),
            nonce: check.nonce(),
            request,
            arrived,
            asked: OnceLock::new(),
            cookie,
            state: Mutex::new(State {
                check,
                rule: None,
                presence: None,
                answer: Answer::Due,
                cleared_of_looping: false,
            }),
            steps: watch::Sender::new(()),
        }
    }

    /// Whether a browser's cookie is the one that was given out.
    pub fn belongs_to(&self, cookie: &str) -> bool {
        self.cookie.is_of(cookie)
    }

    /// What the page has to show.
    pub fn stage(&self) -> Stage {
        let state = self.state();
        match (state.answer, state.check.ending()) {
            (Answer::Left, _) => Stage::Answered,
            (_, Some(_)) => Stage::Over,
            _ if state.check.awaits_click() => Stage::Click,
            _ => Stage::Ask,
        }
    }

    /// When [`LiveCheck::time_passed`] is due.
    pub fn due(&self) -> Option<Millis> {
        self.state().check.poll_timeout()
    }

    /// Whether the person clicked the loop away.
    pub fn is_cleared_of_looping(&self) -> bool {
        self.state().cleared_of_looping
    }

    /// The person clicked "continue".
    pub fn clicked(&self, now: Millis) {
        self.step(|state| {
            state.cleared_of_looping = true;
            state.check.handle_click(now)
        });
    }

    /// The page asks by itself.
    pub fn asking(&self, now: Millis) {
        self.step(|state| state.check.handle_question(now));
    }

    /// The page asks the person for something first.
    pub fn person_asked(&self, now: Millis) {
        self.step(|state| state.check.handle_person_asked(now));
    }

    /// A verified proof of presence came.
    pub fn presence(&self, now: Millis, wall: UnixMillis, proof: &Presence) -> Step {
        self.step(|state| {
            let step = state.check.handle_presence(now, proof);
            if matches!(step, Step::AskDevice(_)) {
                state.presence = Some((proof.device, wall));
            }
            step
        })
    }

    /// The device cannot be asked.
    pub fn device_offline(&self) {
        self.step(|state| state.check.handle_device_offline());
    }

    /// A verified verdict came.
    pub fn verdict(&self, now: Millis, verdict: VerdictMessage) {
        self.step(|state| state.check.handle_verdict(now, verdict));
    }

    /// The person chose another method.
    pub fn other_method(&self) {
        self.step(|state| state.check.handle_other_method());
    }

    /// A rule outside the machine ends the check in the other factor.
    pub fn end_by(&self, rule: &'static str) {
        self.step(|state| {
            if state.check.ending().is_none() {
                state.rule = Some(rule);
            }
            state.check.handle_other_method()
        });
    }

    /// The page gave up: as if the time had run out.
    pub fn given_up(&self) {
        self.step(|state| match state.check.poll_timeout() {
            Some(due) => state.check.handle_timeout(due),
            None => Step::Wait,
        });
    }

    /// Time has passed.
    pub fn time_passed(&self, now: Millis) {
        self.step(|state| state.check.handle_timeout(now));
    }

    /// Waits for the end.
    pub async fn ended(&self) {
        self.until(|state| state.check.ending().is_some()).await;
    }

    /// Waits until the answer has left.
    pub async fn answered(&self) {
        self.until(|state| state.answer == Answer::Left).await;
    }

    async fn until(&self, reached: impl Fn(&State) -> bool) {
        let mut steps = self.steps.subscribe();
        while !reached(&self.state()) {
            // The sender is in `self`, so it outlives this wait.
            let _ = steps.changed().await;
        }
    }

    /// Waits for the next step of any kind.
    pub async fn stepped(&self, seen: &mut watch::Receiver<()>) {
        let _ = seen.changed().await;
    }

    /// To be given to [`LiveCheck::stepped`].
    pub fn watch(&self) -> watch::Receiver<()> {
        self.steps.subscribe()
    }

    /// Takes the right to answer, once the check has ended: `None` while somebody else has it, or
    /// when the answer has left.
    pub fn claim(self: &Arc<Self>) -> Option<Claim> {
        let mut state = self.state();
        let ending = state.check.ending().cloned()?;
        if state.answer != Answer::Due {
            return None;
        }
        state.answer = Answer::Leaving;
        let ended = Ended {
            ending,
            rule: state.rule,
            presence: state.presence,
        };
        drop(state);
        Some(Claim {
            ended,
            live: Arc::clone(self),
        })
    }

    fn step(&self, input: impl FnOnce(&mut State) -> Step) -> Step {
        let step = input(&mut self.state());
        self.steps.send_replace(());
        step
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The machine's steps do not panic half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to answer a check; given back when dropped, so that a browser that went away in the
/// middle strands nobody.
#[derive(Debug)]
pub struct Claim {
    /// How the check ended.
    pub ended: Ended,
    live: Arc<LiveCheck>,
}

impl Claim {
    /// The answer leaves now.
    pub fn leave(self) {
        self.live.state().answer = Answer::Left;
        self.live.steps.send_replace(());
    }

    /// Nothing but the other factor may be answered any more, by this rule.
    pub fn bar(self, rule: &'static str) {
        let mut state = self.live.state();
        state.rule = Some(rule);
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut state = self.live.state();
        if state.answer == Answer::Leaving {
            state.answer = Answer::Due;
        }
    }
}
