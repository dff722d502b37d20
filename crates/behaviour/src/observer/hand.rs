//! Pointer events of one device, turned into features.

use crate::{
    EventKind, Micros,
    pointer::{click::Clicks, stroke::Stroke, table::Features},
};

/// The hand on the pointer: the stroke under way and the click waited on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Hand {
    stroke: Stroke,
    clicks: Clicks,
    rested: Option<Micros>,
}

impl Hand {
    /// Takes one event; returns what it completes.
    pub fn take(&mut self, at: Micros, kind: EventKind) -> Option<Features> {
        let mut features = Features::default();
        match kind {
            EventKind::PointerMove { dx, dy } => {
                let ended = self.stroke.moved(at, dx, dy);
                self.rested = Some(at);
                return ended;
            }
            EventKind::ButtonDown(_) => {
                features = self.stroke.end().unwrap_or_default();
                self.clicks.press(at, self.rested.take(), &mut features);
            }
            EventKind::ButtonUp(_) => {
                features = self.stroke.end().unwrap_or_default();
                self.clicks.release(at, &mut features);
            }
            EventKind::Wheel { .. } => self.clicks.wheel(at, &mut features),
            EventKind::KeyDown { .. } | EventKind::KeyUp { .. } => {}
        }
        (features.iter().next().is_some()).then_some(features)
    }
}
