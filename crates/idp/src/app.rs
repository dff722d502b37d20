//! What every handler is given.

use std::sync::Arc;

use crate::{
    checks::Checks, clock::Clock, hub::Hub, keys::Keys, radius::Radius, rate::Rates,
    settings::Settings, sign_in::SignIn, signing::Signing, store::Store, strangers::Strangers,
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
    /// What answers to services are made from.
    pub sign_in: Arc<SignIn>,
    /// The devices that are connected now.
    pub hub: Arc<Hub>,
    /// The gateways that ask by RADIUS, and what is open with them.
    pub radius: Arc<Radius>,
    /// How often everybody asked lately.
    pub rates: Arc<Rates>,
    /// How often strangers were refused lately.
    pub strangers: Arc<Strangers>,
    /// The time.
    pub clock: Clock,
}

impl App {
    /// Puts the parts together.
    pub fn new(
        settings: Settings,
        store: Store,
        keys: Keys,
        signing: Signing,
        clock: Clock,
    ) -> Self {
        let rates = Rates::new(settings.limits);
        let keys = Arc::new(keys);
        let checks = Arc::new(Checks::new(clock));
        let sign_in = SignIn::new(&settings, signing, &store, clock);
        let hub = Arc::new(Hub::new(Arc::clone(&keys), Arc::clone(&checks) as _));
        let radius = Radius::new(store.clone(), settings.data.clone(), clock);
        Self {
            settings: Arc::new(settings),
            store,
            keys,
            checks,
            sign_in: Arc::new(sign_in),
            hub,
            radius: Arc::new(radius),
            rates: Arc::new(rates),
            strangers: Arc::default(),
            clock,
        }
    }
}
