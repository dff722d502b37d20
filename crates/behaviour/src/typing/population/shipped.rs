//! Worked out of published summaries by `make prior`, which also says from which; not to be edited by hand.

/// ln(110 ms), the median hold.
pub(super) const HOLD: f32 = 4.70;
/// ln(200 ms), asinh(90/50), asinh(200/50): the median interval, from press to press, from release
/// to press and from release to release.
pub(super) const FLIGHT: [f32; 3] = [5.30, 1.35, 2.09];
/// Sigma of ln(hold) between people.
pub(super) const HOLD_BETWEEN: f64 = 0.20;
/// Sigma of ln(interval) between people.
pub(super) const INTERVAL_BETWEEN: f64 = 0.44;
