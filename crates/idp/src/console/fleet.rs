//! All devices in five numbers.

use super::condition::Condition;
use crate::{
    App,
    store::{Device, Standing, StoreError},
};

/// How many devices are how.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Fleet {
    /// That may answer.
    pub usable: usize,
    /// Of these, connected now.
    pub online: usize,
    /// Of these, learning their person.
    pub learning: usize,
    /// Of these, believed to work and not working.
    pub broken: usize,
    /// That somebody must look at.
    pub suspended: usize,
}

impl Fleet {
    /// As it is now.
    pub async fn read(app: &App) -> Result<Self, StoreError> {
        let mut fleet = Self::default();
        for device in app.store.devices().await? {
            fleet.count(app, &device);
        }
        Ok(fleet)
    }

    fn count(&mut self, app: &App, device: &Device) {
        let linked = is_linked(app, device);
        let condition = Condition::of(device, linked, app.clock.wall());
        self.suspended += usize::from(condition == Condition::Suspended);
        if device.standing != Standing::Active {
            return;
        }
        self.usable += 1;
        self.online += usize::from(linked);
        self.learning += usize::from(condition == Condition::Learning);
        self.broken += usize::from(condition.is_broken());
    }
}

/// Whether a device is connected.
pub fn is_linked(app: &App, device: &Device) -> bool {
    app.hub.link_of(device.id).is_some()
}
