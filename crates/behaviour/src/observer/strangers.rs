//! Keyboards that the profile was not learnt on.

use crate::{DeviceTag, Micros};

/// Power buttons and media keys are devices too; only somebody who types counts.
const KEYS_OF_TYPING: u32 = 10;
const SHADOW: Micros = Micros::from_secs(60);

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Strangers {
    tag: Option<DeviceTag>,
    keys: u32,
    last: Micros,
}

impl Strangers {
    pub fn key(&mut self, at: Micros, tag: DeviceTag) {
        if self.tag != Some(tag) || at.since(self.last) > SHADOW {
            *self = Self {
                tag: Some(tag),
                ..Self::default()
            };
        }
        self.keys = self.keys.saturating_add(1);
        self.last = at;
    }

    pub fn are_typing(&self, now: Micros) -> bool {
        self.typing_on(now).is_some()
    }

    /// The strange keyboard that somebody has typed on within the last minute.
    pub fn typing_on(&self, now: Micros) -> Option<DeviceTag> {
        self.tag
            .filter(|_| self.keys >= KEYS_OF_TYPING && now.since(self.last) < SHADOW)
    }
}
