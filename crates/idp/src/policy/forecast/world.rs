//! What a replay knows beside the decisions, as it is today: services, people, groups and hard factors.

use std::collections::HashMap;

use selfsame_protocol::{DeviceId, UnixMillis};

use crate::{
    decide::{DemoBuilds, Policy},
    store::{Login, PersonId, Store, StoreError},
};

/// Everything beside the decisions.
#[derive(Debug, Default)]
pub struct World {
    /// What is set for each service, before any rule.
    pub services: HashMap<String, Policy>,
    /// Who is behind a number.
    pub people: HashMap<PersonId, Login>,
    /// Who is in which groups today; who was in them then is not kept.
    pub groups: HashMap<PersonId, Vec<String>>,
    /// When a person's other factor was seen beside a device.
    pub hard_factors: HashMap<DeviceId, Vec<UnixMillis>>,
}

impl World {
    /// Reads it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn read(store: &Store, demo: DemoBuilds) -> Result<Self, StoreError> {
        let people = store.people().await?.into_iter();
        Ok(Self {
            services: services(store, demo).await?,
            people: people.map(|person| (person.id, person.login)).collect(),
            groups: store.all_groups().await?,
            hard_factors: store.hard_factor_times().await?,
        })
    }
}

async fn services(store: &Store, demo: DemoBuilds) -> Result<HashMap<String, Policy>, StoreError> {
    let services = store.services().await?.into_iter().map(|service| {
        let settings = &service.settings;
        let own = settings.asks.policy(settings.mode, demo);
        (service.entity_id, own)
    });
    let clients = store.radius_clients().await?.into_iter().map(|client| {
        let settings = &client.settings;
        let own = settings.asks.policy(settings.answers, demo);
        (client.service(), own)
    });
    Ok(services.chain(clients).collect())
}
