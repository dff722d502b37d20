//! When the engine is woken while events come.

use super::CaptureReport;

/// Once in ten batches, and before waiting. A question empties the ring anyway, and the ring holds
/// far more than ten batches.
#[derive(Default)]
pub struct Telling {
    untold: u8,
}

impl Telling {
    /// Takes in whether a batch brought events.
    pub fn after(&mut self, events: bool, reports: &dyn Fn(CaptureReport)) {
        self.untold += u8::from(events);
        if self.untold >= 10 || !events && self.untold > 0 {
            reports(CaptureReport::Events);
            self.untold = 0;
        }
    }
}
