//! Whether events are wanted: not while the person has paused, and not while nobody is to be judged.

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, Ordering},
};

/// Set by the engine, asked by the decoder and by back ends that can leave devices alone.
pub struct Gate {
    open: AtomicBool,
    attended: AtomicBool,
    follower: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            open: AtomicBool::new(true),
            attended: AtomicBool::new(true),
            follower: OnceLock::new(),
        }
    }
}

impl Gate {
    /// Lets events through or, during a pause, keeps them out.
    pub fn set_open(&self, open: bool) {
        self.open.store(open, Ordering::Release);
        self.tell();
    }

    /// Says whether the screen is unlocked and the session in front.
    pub fn set_attended(&self, attended: bool) {
        self.attended.store(attended, Ordering::Release);
        self.tell();
    }

    /// Whether the person lets the agent record.
    pub fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// Whether an event could come to anything now.
    pub fn wants_events(&self) -> bool {
        self.is_open() && self.attended.load(Ordering::Acquire)
    }

    /// Has `follower` called after each change, on the engine's thread. The first one stays.
    pub fn follow(&self, follower: impl Fn() + Send + Sync + 'static) {
        // A second back end of one gate does not exist.
        let _ = self.follower.set(Box::new(follower));
    }

    fn tell(&self) {
        if let Some(follower) = self.follower.get() {
            follower();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, atomic::AtomicUsize};

    use super::*;

    #[test]
    fn events_are_wanted_only_while_nothing_is_paused_and_somebody_may_be_judged() {
        let gate = Gate::default();
        assert!(gate.wants_events());
        gate.set_attended(false);
        assert!(!gate.wants_events() && gate.is_open());
        gate.set_attended(true);
        gate.set_open(false);
        assert!(!gate.wants_events());
    }

    #[test]
    fn whoever_follows_the_gate_hears_of_each_change() {
        let (gate, heard) = (Gate::default(), Arc::new(AtomicUsize::new(0)));
        let counter = Arc::clone(&heard);
        gate.follow(move || {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        gate.set_open(false);
        gate.set_attended(false);
        assert_eq!(heard.load(Ordering::Relaxed), 2);
    }
}
