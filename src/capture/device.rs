//! What is known about each input device: its stable tag and whether it is hardware.

use selfsame_behaviour::{DeviceTag, Provenance};

/// How many devices a table holds; X servers give ids below this.
const CAPACITY: usize = 256;

/// One input device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Device {
    /// Stable over restarts.
    pub tag: DeviceTag,
    /// Whether it is hardware in somebody's hands.
    pub provenance: Provenance,
    /// Whether its pointer reports places and not movements.
    pub absolute: bool,
}

impl Device {
    /// What an unknown device is taken for: something that never raises trust.
    const STRANGER: Self = Self {
        tag: DeviceTag(0),
        provenance: Provenance::Injected,
        absolute: false,
    };
}

/// All devices of a display by their id.
#[derive(Clone)]
pub struct DeviceTable {
    known: Box<[Option<Device>; CAPACITY]>,
}

impl Default for DeviceTable {
    fn default() -> Self {
        Self {
            known: Box::new([None; CAPACITY]),
        }
    }
}

impl DeviceTable {
    /// Enters a device; an id that cannot be held stays a stranger.
    pub fn insert(&mut self, id: u16, device: Device) {
        if let Some(place) = self.known.get_mut(usize::from(id)) {
            *place = Some(device);
        }
    }

    /// Takes a device out.
    pub fn remove(&mut self, id: u16) {
        if let Some(place) = self.known.get_mut(usize::from(id)) {
            *place = None;
        }
    }

    /// The device with this id.
    pub fn get(&self, id: u16) -> Device {
        self.known
            .get(usize::from(id))
            .copied()
            .flatten()
            .unwrap_or(Device::STRANGER)
    }

    /// Whether the id was entered.
    pub fn knows(&self, id: u16) -> bool {
        self.known.get(usize::from(id)).is_some_and(Option::is_some)
    }

    /// How many devices are hardware, and how many are not.
    pub fn count(&self) -> (u16, u16) {
        self.known
            .iter()
            .flatten()
            .fold((0, 0), |(physical, other), device| {
                match device.provenance {
                    Provenance::Physical => (physical + 1, other),
                    _ => (physical, other + 1),
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_was_never_entered_counts_as_injected() {
        let table = DeviceTable::default();
        assert_eq!(table.get(9).provenance, Provenance::Injected);
        assert_eq!(table.get(60_000).provenance, Provenance::Injected);
    }
}
