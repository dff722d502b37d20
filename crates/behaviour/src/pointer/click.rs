//! The rhythm of clicks and of the wheel.

use super::table::{Feature, Features};
use crate::Micros;

const LONGEST_PAUSE_MS: f32 = 2000.0;
const LONGEST_HOLD_MS: f32 = 1000.0;
const LONGEST_WHEEL_GAP_MS: f32 = 500.0;

/// The press and the notch still waited on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Clicks {
    down: Option<Micros>,
    wheel: Option<Micros>,
}

impl Clicks {
    /// A press, and when the pointer came to rest before it.
    pub fn press(&mut self, at: Micros, rested: Option<Micros>, features: &mut Features) {
        self.down = Some(at);
        let Some(rested) = rested else { return };
        let pause = at.since(rested).millis();
        if pause <= LONGEST_PAUSE_MS {
            features.set(Feature::PauseBeforeClick, (pause / 50.0).asinh());
        }
    }

    pub fn release(&mut self, at: Micros, features: &mut Features) {
        let Some(down) = self.down.take() else { return };
        let hold = at.since(down).millis();
        if hold > 0.0 && hold <= LONGEST_HOLD_MS {
            features.set(Feature::ClickHold, hold.ln());
        }
    }

    pub fn wheel(&mut self, at: Micros, features: &mut Features) {
        let Some(last) = self.wheel.replace(at) else {
            return;
        };
        let gap = at.since(last).millis();
        if gap > 0.0 && gap <= LONGEST_WHEEL_GAP_MS {
            features.set(Feature::WheelGap, gap.ln());
        }
    }
}
