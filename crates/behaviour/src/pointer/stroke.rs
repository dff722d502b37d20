//! One movement of the pointer, measured as it happens: running sums, no path.

use super::table::{Feature, Features};
use crate::Micros;

/// A pause longer than this ends a stroke. Shorter than the 1 s usual with offline work: a person who has
/// stopped for half a second aims anew.
const PAUSE: Micros = Micros::from_millis(500);
/// Motion is measured in steps of at least this, so that a 1000 Hz mouse and a 125 Hz one look alike.
const STEP: Micros = Micros::from_millis(8);
const FEWEST_STEPS: u32 = 4;
const SHORTEST_PATH: f32 = 5.0;
/// More than any screen is wide in one event; keeps sums finite whatever comes in.
const FARTHEST_DELTA: f32 = 1e5;

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Velocity {
    x: f32,
    y: f32,
}

impl Velocity {
    fn speed(self) -> f32 {
        self.x.hypot(self.y)
    }

    fn minus(self, other: Self) -> Self {
        Self {
            x: self.x - other.x,
            y: self.y - other.y,
        }
    }

    /// The angle between two directions, from 0 to π.
    fn turn(self, next: Self) -> f32 {
        let cross = self.x * next.y - self.y * next.x;
        let dot = self.x * next.x + self.y * next.y;
        cross.atan2(dot).abs()
    }
}

/// The stroke under way.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stroke {
    began: Micros,
    last_event: Micros,
    last_step: Micros,
    /// Motion since the last step.
    since: Velocity,
    moved: Velocity,
    path: f32,
    steps: u32,
    velocity: Velocity,
    acceleration: Velocity,
    peak: f32,
    peak_at: Micros,
    turned: f32,
    squared_acceleration: f32,
    squared_jerk: f32,
}

impl Stroke {
    /// Takes one movement; returns the features of the stroke that a pause before it has ended.
    pub fn moved(&mut self, at: Micros, dx: f32, dy: f32) -> Option<Features> {
        let pause = at < self.last_event || at.since(self.last_event) > PAUSE;
        let ended = if pause { self.end() } else { None };
        if pause {
            *self = Self {
                began: at,
                last_step: at,
                ..Self::default()
            };
        }
        self.last_event = at;
        let limit = |delta: f32| {
            if delta.is_finite() {
                delta.clamp(-FARTHEST_DELTA, FARTHEST_DELTA)
            } else {
                0.0
            }
        };
        self.since.x += limit(dx);
        self.since.y += limit(dy);
        if at.since(self.last_step) >= STEP {
            self.step(at);
        }
        ended
    }

    /// Ends the stroke and returns its features, if it was long enough to have any.
    pub fn end(&mut self) -> Option<Features> {
        let features = self.features();
        *self = Self::default();
        features
    }

    fn step(&mut self, at: Micros) {
        let ms = at.since(self.last_step).millis();
        let velocity = Velocity {
            x: self.since.x / ms,
            y: self.since.y / ms,
        };
        self.path += self.since.speed();
        self.moved.x += self.since.x;
        self.moved.y += self.since.y;
        if self.steps > 0 {
            let acceleration = velocity.minus(self.velocity);
            self.turned += self.velocity.turn(velocity);
            self.squared_acceleration += acceleration.speed().powi(2);
            self.squared_jerk += acceleration.minus(self.acceleration).speed().powi(2);
            self.acceleration = acceleration;
        }
        if velocity.speed() > self.peak {
            (self.peak, self.peak_at) = (velocity.speed(), at);
        }
        (self.velocity, self.since, self.last_step) = (velocity, Velocity::default(), at);
        self.steps += 1;
    }

    #[allow(clippy::cast_precision_loss)] // steps of one stroke are few
    fn features(&self) -> Option<Features> {
        if self.steps < FEWEST_STEPS || self.path < SHORTEST_PATH {
            return None;
        }
        let duration = self.last_step.since(self.began).millis();
        let steps = self.steps as f32;
        let speed = self.path / duration;
        let chord = self.moved.speed().max(1.0);
        let mut features = Features::default();
        features.set(Feature::Speed, speed.ln());
        features.set(Feature::Peak, (self.peak / speed).ln());
        features.set(
            Feature::TimeToPeak,
            self.peak_at.since(self.began).millis() / duration,
        );
        features.set(
            Feature::Detour,
            (self.path / chord - 1.0).max(0.0).sqrt().min(3.0),
        );
        features.set(Feature::Turn, (self.turned / steps + 0.02).ln());
        features.set(Feature::Curvature, (self.turned / self.path + 1e-4).ln());
        features.set(
            Feature::Acceleration,
            ((self.squared_acceleration / steps).sqrt() / speed + 0.01).ln(),
        );
        features.set(
            Feature::Jerk,
            ((self.squared_jerk / steps).sqrt() / speed + 0.01).ln(),
        );
        Some(features)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(stroke: &mut Stroke, points: impl Iterator<Item = (f32, f32)>) -> Option<Features> {
        for (i, (dx, dy)) in points.enumerate() {
            let at = Micros::from_millis(1000 + 8 * i as u64);
            assert_eq!(stroke.moved(at, dx, dy), None);
        }
        stroke.end()
    }

    #[test]
    fn a_straight_stroke_has_no_detour() {
        let straight =
            draw(&mut Stroke::default(), (0..20).map(|_| (3.0, 0.0))).expect("long enough");
        assert_eq!(straight.get(Feature::Detour), Some(0.0));
        let bent = draw(
            &mut Stroke::default(),
            (0..20).map(|i| if i < 10 { (3.0, 0.0) } else { (0.0, 3.0) }),
        );
        assert!(bent.expect("long enough").get(Feature::Detour) > Some(0.3));
    }

    #[test]
    fn a_twitch_is_no_stroke() {
        assert_eq!(
            draw(&mut Stroke::default(), (0..3).map(|_| (1.0, 0.0))),
            None
        );
    }

    #[test]
    fn absurd_deltas_leave_the_features_finite() {
        let wild = [
            (f32::NAN, 1.0),
            (f32::INFINITY, f32::MIN),
            (f32::MAX, f32::MAX),
            (1e30, -1e30),
        ];
        let features =
            draw(&mut Stroke::default(), wild.into_iter().cycle().take(40)).expect("long enough");
        assert!(features.iter().all(|(_, value)| value.is_finite()));
    }
}
