//! What every handler is given.

use std::sync::Arc;

use crate::{
    checks::Checks, clock::Clock, hub::Hub, keys::Keys, settings::Settings, store::Store,
    strangers::Strangers,
};

/// The running server; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// What it was told.
    pub settings: Arc<Settings>,
    /// What it remembers.
    pub store: Store,
    /// Its own keys.
    pub keys: Arc<Keys>,
    /// The checks that are open now.
    pub checks: Arc<Checks>,
    /// The devices that are connected now.
    pub hub: Arc<Hub>,
    /// How often strangers were refused lately.
    pub strangers: Arc<Strangers>,
    /// The time.
    pub clock: Clock,
}

impl App {
    /// Puts the parts together.
    pub fn new(settings: Settings, store: Store, keys: Keys, clock: Clock) -> anyhow::Result<Self> {
        let keys = Arc::new(keys);
        let checks = Arc::new(Checks::default());
        let hub = Arc::new(Hub::new(Arc::clone(&keys), Arc::clone(&checks) as _));
        Ok(Self {
            settings: Arc::new(settings),
            store,
            keys,
            checks,
            hub,
            strangers: Arc::default(),
            clock,
        })
    }
}
