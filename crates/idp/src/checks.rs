//! The checks that are open now, each driven by its own timer.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use selfsame_protocol::{CheckId, DeviceId, Millis, check::Check, message::VerdictMessage};

use crate::{clock::Clock, hub::VerdictSink, secret::SecretHash};

pub mod begin;
pub mod life;
pub mod live;
pub mod loop_guard;
pub mod proof;
pub mod repeats;
pub mod request;
pub mod show;
pub mod steps;

use live::LiveCheck;
use loop_guard::LoopGuard;
use repeats::Repeats;
use request::SignInRequest;

/// More checks than this are not kept open: further ones end in the other factor at once.
const CAPACITY: usize = 20_000;
/// How long an ended check waits for its page to fetch the answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(600);

/// Every open check.
#[derive(Debug)]
pub struct Checks {
    clock: Clock,
    open: Arc<Mutex<HashMap<CheckId, Arc<LiveCheck>>>>,
    /// Who was sent here too often.
    pub loop_guard: LoopGuard,
    /// Requests that came a second time.
    pub repeats: Repeats,
}

impl Checks {
    /// None is open yet.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            open: Arc::default(),
            loop_guard: LoopGuard::default(),
            repeats: Repeats::default(),
        }
    }

    /// Opens a check and starts its timer; `None` when there are too many.
    pub fn open(
        &self,
        check: Check,
        request: SignInRequest,
        cookie: SecretHash,
        arrived: Millis,
    ) -> Option<Arc<LiveCheck>> {
        let live = Arc::new(LiveCheck::new(check, request, cookie, arrived));
        let mut open = lock(&self.open);
        if open.len() >= CAPACITY {
            return None;
        }
        open.insert(live.id, Arc::clone(&live));
        drop(open);
        tokio::spawn(drive(Arc::clone(&live), self.clock, Arc::clone(&self.open)));
        Some(live)
    }

    /// The open check with this id.
    pub fn find(&self, id: CheckId) -> Option<Arc<LiveCheck>> {
        lock(&self.open).get(&id).cloned()
    }
}

type Open = Mutex<HashMap<CheckId, Arc<LiveCheck>>>;

fn lock(open: &Open) -> std::sync::MutexGuard<'_, HashMap<CheckId, Arc<LiveCheck>>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells a check when its time has passed, and forgets it once it is answered or a while after its
/// end. The database knows it even then.
async fn drive(live: Arc<LiveCheck>, clock: Clock, open: Arc<Open>) {
    let mut steps = live.watch();
    while let Some(due) = live.due() {
        tokio::select! {
            () = tokio::time::sleep_until(clock.instant(due)) => live.time_passed(clock.now()),
            () = live.stepped(&mut steps) => {}
        }
    }
    let _ = tokio::time::timeout(ANSWER_WITHIN, live.answered()).await;
    lock(&open).remove(&live.id);
}

impl VerdictSink for Checks {
    fn on_verdict(&self, device: DeviceId, verdict: VerdictMessage) {
        match self.find(verdict.check) {
            Some(live) => live.verdict(self.clock.now(), verdict),
            None => tracing::warn!(%device, "a verdict about no open check"),
        }
    }
}
