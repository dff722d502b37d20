//! The pointer features and their aggregates.

use serde::{Deserialize, Serialize};

use crate::{Error, moments::Moments};

/// What is measured of the pointer. Speeds are in the device's own units per millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feature {
    /// ln of path over duration.
    Speed,
    /// ln of peak over mean speed.
    Peak,
    /// Share of the duration before the peak.
    TimeToPeak,
    /// Root of how much longer than straight the path was.
    Detour,
    /// ln of the mean turn per step.
    Turn,
    /// ln of the turn per unit of path.
    Curvature,
    /// ln of the root mean square change of velocity, over the speed.
    Acceleration,
    /// ln of the root mean square change of that change, over the speed.
    Jerk,
    /// asinh(ms/50).
    PauseBeforeClick,
    /// ln(ms).
    ClickHold,
    /// ln(ms).
    WheelGap,
}

pub(crate) const FEATURES: usize = 11;

/// The features of one action; not every action has every feature.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Features([Option<f32>; FEATURES]);

impl Features {
    pub fn set(&mut self, feature: Feature, value: f32) {
        self.0[feature as usize] = Some(value);
    }

    #[cfg(test)]
    pub fn get(&self, feature: Feature) -> Option<f32> {
        self.0[feature as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = (usize, f32)> {
        self.0
            .iter()
            .enumerate()
            .filter_map(|(index, value)| Some((index, (*value)?)))
    }

    pub fn is_stroke(&self) -> bool {
        self.0[Feature::Speed as usize].is_some()
    }
}

/// Aggregates of a person's pointer, or of a stretch of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PointerTable {
    pub cells: [Moments; FEATURES],
    /// Weight of the strokes in it.
    pub strokes: f32,
}

impl PointerTable {
    pub fn add(&mut self, features: &Features) {
        features
            .iter()
            .for_each(|(index, value)| self.cells[index].add(value));
        if features.is_stroke() {
            self.strokes += 1.0;
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.cells
            .iter_mut()
            .zip(&other.cells)
            .for_each(|(to, from)| to.merge(*from));
        self.strokes += other.strokes;
    }

    pub fn fade(&mut self, factor: f32) {
        self.cells
            .iter_mut()
            .for_each(|cell| *cell = cell.faded(factor));
        self.strokes *= factor;
    }

    /// Limits the weight of the past, so that the table keeps following the person.
    pub fn cap(&mut self, most: f32) {
        self.cells
            .iter_mut()
            .for_each(|cell| *cell = cell.capped(most));
    }

    /// Keeps every mean within `bound` of where enrolment left it.
    pub fn stay_near(&mut self, anchor: &Self, bound: f32) {
        for (cell, anchor) in self
            .cells
            .iter_mut()
            .zip(&anchor.cells)
            .filter(|(_, anchor)| anchor.n > 0.0)
        {
            cell.mean = cell.mean.clamp(anchor.mean - bound, anchor.mean + bound);
        }
    }

    pub fn validate(&self) -> Result<(), Error> {
        let counted = (0.0..=1e7).contains(&self.strokes);
        let possible = counted && self.cells.iter().all(Moments::is_possible);
        possible
            .then_some(())
            .ok_or(Error::Number("pointer strokes"))
    }
}
