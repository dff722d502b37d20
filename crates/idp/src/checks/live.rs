//! One open check for all who have to do with it: its life behind a lock, and those who wait for it.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use selfsame_protocol::{
    CheckId, Millis, Nonce, UnixMillis,
    check::{Check, Step},
    message::{Presence, VerdictMessage},
};
use tokio::sync::watch;

use super::{
    life::{Ended, Life, Stage},
    request::SignInRequest,
};
use crate::{policy::Asked, secret::SecretHash};

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
    life: Mutex<Life>,
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
            life: Mutex::new(Life::new(check)),
            steps: watch::Sender::new(()),
        }
    }

    /// Whether a browser's cookie is the one that was given out.
    pub fn belongs_to(&self, cookie: &str) -> bool {
        self.cookie.is_of(cookie)
    }

    /// What the page has to show.
    pub fn stage(&self) -> Stage {
        self.life().stage()
    }

    /// When [`LiveCheck::time_passed`] is due.
    pub fn due(&self) -> Option<Millis> {
        self.life().due()
    }

    /// Whether the person clicked the loop away.
    pub fn is_cleared_of_looping(&self) -> bool {
        self.life().is_cleared_of_looping()
    }

    /// The person clicked "continue".
    pub fn clicked(&self, now: Millis) {
        self.step(|life| life.clicked(now));
    }

    /// The page asks by itself.
    pub fn asking(&self, now: Millis) {
        self.step(|life| life.asking(now));
    }

    /// The page asks the person for something first.
    pub fn person_asked(&self, now: Millis) {
        self.step(|life| life.person_asked(now));
    }

    /// A verified proof of presence came.
    pub fn presence(&self, now: Millis, wall: UnixMillis, proof: &Presence) -> Step {
        self.step(|life| life.presence(now, wall, proof))
    }

    /// The device cannot be asked.
    pub fn device_offline(&self) {
        self.step(Life::device_offline);
    }

    /// A verified verdict came.
    pub fn verdict(&self, now: Millis, verdict: VerdictMessage) {
        self.step(|life| life.verdict(now, verdict));
    }

    /// The person chose another method.
    pub fn other_method(&self) {
        self.step(Life::other_method);
    }

    /// A rule outside the machine ends the check in the other factor.
    pub fn end_by(&self, rule: &'static str) {
        self.step(|life| life.end_by(rule));
    }

    /// The page gave up: as if the time had run out.
    pub fn given_up(&self) {
        self.step(Life::given_up);
    }

    /// Time has passed.
    pub fn time_passed(&self, now: Millis) {
        self.step(|life| life.time_passed(now));
    }

    /// Waits for the end.
    pub async fn ended(&self) {
        self.until(Life::has_ended).await;
    }

    /// Waits until the answer has left.
    pub async fn answered(&self) {
        self.until(Life::is_answered).await;
    }

    async fn until(&self, reached: impl Fn(&Life) -> bool) {
        let mut steps = self.steps.subscribe();
        while !reached(&self.life()) {
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
        let ended = self.life().claim()?;
        Some(Claim {
            ended,
            live: Arc::clone(self),
        })
    }

    fn step(&self, input: impl FnOnce(&mut Life) -> Step) -> Step {
        let step = input(&mut self.life());
        self.steps.send_replace(());
        step
    }

    fn life(&self) -> MutexGuard<'_, Life> {
        // The machine's steps do not panic half-way.
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
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
        self.live.life().leave();
        self.live.steps.send_replace(());
    }

    /// Nothing but the other factor may be answered any more, by this rule.
    pub fn bar(self, rule: &'static str) {
        self.live.life().bar(rule);
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.live.life().give_back();
    }
}
