//! What is measured of one stroke. Never where on the screen it was: that would tell the desktop, not the person.

/// What a stroke is measured by once. Logarithms are taken above a [floor](Feature::floor).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feature {
    /// ln(ms).
    Duration,
    /// ln(px).
    Path,
    /// From the first place to the last: ln(px).
    Chord,
    /// Chord over path.
    Straightness,
    /// Path over duration: ln(px/ms).
    Speed,
    /// Share of the duration before the peak of the speed.
    TimeToPeak,
    /// Area between path and chord over the reach: ln(px).
    Bulge,
    /// Root of that area over the reach.
    Roundness,
    /// Sum of all turns: ln(rad).
    Turn,
    /// Turn per step: ln(rad).
    TurnPerStep,
    /// Speed of the first step over its time: ln(px/ms²).
    InitialAcceleration,
    /// Peak over mean of the speed: ln.
    Peak,
    /// Share of movements by a single pixel.
    Fine,
    /// Share of steps at least twice as wide as high.
    Level,
    /// Share of steps at least twice as high as wide.
    Upright,
    /// ln(ms); of strokes with a click.
    ClickHold,
    /// asinh(ms/50); of strokes with a click.
    PauseBeforeClick,
    /// 1 where no button came up and the wheel stood still.
    Move,
    /// 1 where a button was held while the pointer moved.
    Drag,
    /// 1 where the wheel turned.
    Wheel,
    /// Cosine and sine of the chord's direction, and of twice it.
    Right,
    /// See [`Feature::Right`].
    Down,
    /// See [`Feature::Right`].
    Axis,
    /// See [`Feature::Right`].
    Diagonal,
}

impl Feature {
    /// Added before the logarithm to those that are one.
    pub const fn floor(self) -> f32 {
        match self {
            Self::Duration => 10.0,
            Self::Path => 5.0,
            Self::Chord => 3.0,
            Self::Speed => 0.005,
            Self::Bulge => 1.0,
            Self::Turn => 0.3,
            Self::TurnPerStep => 0.03,
            Self::InitialAcceleration => 1e-4,
            Self::Peak => 0.5,
            _ => 0.0,
        }
    }
}

/// What is measured step by step. Of each, a stroke keeps the four [`Statistic`]s, all logarithms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantity {
    /// px/ms.
    Speed,
    /// px/ms.
    Sideways,
    /// px/ms.
    Upright,
    /// Change of the speed: px/ms².
    Acceleration,
    /// Change of that: px/ms³.
    Jerk,
    /// rad/ms.
    TurnRate,
    /// rad/px.
    Curvature,
}

/// What is kept of a quantity's steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statistic {
    Mean,
    Spread,
    Least,
    Most,
}

impl Quantity {
    pub const ALL: [Self; 7] = [
        Self::Speed,
        Self::Sideways,
        Self::Upright,
        Self::Acceleration,
        Self::Jerk,
        Self::TurnRate,
        Self::Curvature,
    ];

    /// Added before the logarithm: about the least that a clock of 15 ms and whole pixels can show.
    pub fn floor(self) -> f32 {
        match self {
            Self::Speed | Self::Sideways | Self::Upright => 1e-2,
            Self::Acceleration | Self::TurnRate => 1e-4,
            Self::Jerk => 1e-6,
            Self::Curvature => 1e-3,
        }
    }
}

impl Statistic {
    pub const ALL: [Self; 4] = [Self::Mean, Self::Spread, Self::Least, Self::Most];
}

const SINGLE: usize = Feature::Diagonal as usize + 1;
/// How many numbers describe a stroke.
pub(crate) const FEATURES: usize = SINGLE + Quantity::ALL.len() * Statistic::ALL.len();

/// Where in a list of features a feature stands.
pub(crate) fn index_of(quantity: Quantity, statistic: Statistic) -> usize {
    SINGLE + quantity as usize * Statistic::ALL.len() + statistic as usize
}

/// The features of one stroke; only strokes with a click have all of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Features([Option<f32>; FEATURES]);

impl Default for Features {
    fn default() -> Self {
        Self([None; FEATURES])
    }
}

impl Features {
    pub fn set(&mut self, feature: Feature, value: f32) {
        self.0[feature as usize] = Some(value);
    }

    /// Sets the logarithm of a value, its feature's floor added.
    pub fn set_ln(&mut self, feature: Feature, value: f32) {
        self.set(feature, (value + feature.floor()).ln());
    }

    pub fn set_series(&mut self, quantity: Quantity, statistic: Statistic, value: f32) {
        self.0[index_of(quantity, statistic)] = Some((value + quantity.floor()).ln());
    }

    pub fn at(&self, index: usize) -> Option<f32> {
        self.0[index]
    }

    #[cfg(test)]
    pub fn put(&mut self, index: usize, value: f32) {
        self.0[index] = Some(value);
    }

    #[cfg(test)]
    pub fn get(&self, feature: Feature) -> Option<f32> {
        self.0[feature as usize]
    }
}
