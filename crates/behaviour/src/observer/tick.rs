//! The smallest step a device's clock makes.

use crate::Micros;

/// Learnt from the events themselves: browsers, X servers and remote desktops differ by a factor of 100.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tick {
    last: Option<Micros>,
    smallest: Option<Micros>,
}

impl Tick {
    pub fn see(&mut self, at: Micros) {
        let step = self
            .last
            .map(|last| at.since(last))
            .filter(|step| step.0 > 0);
        self.smallest = step.into_iter().chain(self.smallest).min();
        self.last = Some(at);
    }

    pub fn smallest(&self) -> Micros {
        self.smallest.unwrap_or_default()
    }
}
