//! How the pointer moves within a stroke, step by step: running sums, no path.

use super::series::Series;
use crate::{
    Micros,
    pointer::feature::{Feature, Features, Quantity},
};

/// A chord shorter than its reach makes the bulge of a closed loop large; beyond this it says no more.
const ROUNDEST: f32 = 5.0;

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Vector {
    pub x: f32,
    pub y: f32,
}

impl Vector {
    pub fn length(self) -> f32 {
        self.x.hypot(self.y)
    }

    pub fn plus(self, other: Self) -> Self {
        Self {
            x: self.x + other.x,
            y: self.y + other.y,
        }
    }

    fn cross(self, other: Self) -> f32 {
        self.x * other.y - self.y * other.x
    }

    /// The angle between two directions, from 0 to π.
    fn turn(self, next: Self) -> f32 {
        let dot = self.x * next.x + self.y * next.y;
        self.cross(next).atan2(dot).abs()
    }
}

/// The step before.
#[derive(Debug, Clone, Copy)]
struct Step {
    ms: f32,
    speed: f32,
    acceleration: Option<f32>,
}

/// The last step that moved.
#[derive(Debug, Clone, Copy)]
struct Heading {
    direction: Vector,
    at: Micros,
}

/// What is known of a stroke's motion so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Motion {
    pub steps: u32,
    pub path: f32,
    moved: Vector,
    reach: f32,
    /// Twice the area that the path has swept, as seen from its start.
    swept: f32,
    turned: f32,
    level: f32,
    upright: f32,
    initial_acceleration: f32,
    peak_at: Micros,
    series: [Series; Quantity::ALL.len()],
    before: Option<Step>,
    heading: Option<Heading>,
}

impl Motion {
    /// Takes a step that ended at `at` and took `ms`.
    pub fn step(&mut self, at: Micros, ms: f32, by: Vector) {
        let speed = by.length() / ms;
        if speed > self.series(Quantity::Speed).most() {
            self.peak_at = at;
        }
        self.series_mut(Quantity::Speed).add(speed);
        self.series_mut(Quantity::Sideways).add(by.x.abs() / ms);
        self.series_mut(Quantity::Upright).add(by.y.abs() / ms);
        self.level += f32::from(u8::from(by.x.abs() > 2.0 * by.y.abs()));
        self.upright += f32::from(u8::from(by.y.abs() > 2.0 * by.x.abs()));
        self.swept += self.moved.cross(by);
        self.moved = self.moved.plus(by);
        self.reach = self.reach.max(self.moved.length());
        self.path += by.length();
        self.change_speed(ms, speed);
        if by != Vector::default() {
            self.turn_to(at, by);
        }
        self.steps += 1;
    }

    fn change_speed(&mut self, ms: f32, speed: f32) {
        let Some(before) = self.before else {
            self.initial_acceleration = speed / ms;
            let acceleration = None;
            self.before = Some(Step {
                ms,
                speed,
                acceleration,
            });
            return;
        };
        let acceleration = 2.0 * (speed - before.speed) / (ms + before.ms);
        self.series_mut(Quantity::Acceleration)
            .add(acceleration.abs());
        if let Some(last) = before.acceleration {
            let jerk = (acceleration - last).abs() / before.ms;
            self.series_mut(Quantity::Jerk).add(jerk);
        }
        let acceleration = Some(acceleration);
        self.before = Some(Step {
            ms,
            speed,
            acceleration,
        });
    }

    fn turn_to(&mut self, at: Micros, direction: Vector) {
        if let Some(heading) = self.heading.replace(Heading { direction, at }) {
            let turn = heading.direction.turn(direction);
            self.turned += turn;
            let ms = at.since(heading.at).millis().max(1.0);
            self.series_mut(Quantity::TurnRate).add(turn / ms);
            let length = direction.length().max(1.0);
            self.series_mut(Quantity::Curvature).add(turn / length);
        }
    }

    /// Sets the features of a motion that began at `began` and took `ms`.
    #[allow(clippy::cast_precision_loss)] // steps of one stroke are few
    pub fn describe(&self, began: Micros, ms: f32, features: &mut Features) {
        let steps = self.steps.max(1) as f32;
        let (chord, reach) = (self.moved.length(), self.reach.max(1.0));
        let area = self.swept.abs() / 2.0;
        let speeds = self.series(Quantity::Speed);
        let along = |share: Vector| (share.x / chord.max(1.0), share.y / chord.max(1.0));
        let (right, down) = along(self.moved);
        for (feature, value) in [
            (Feature::Duration, ms),
            (Feature::Path, self.path),
            (Feature::Chord, chord),
            (Feature::Speed, self.path / ms),
            (Feature::Bulge, area / reach),
            (Feature::Turn, self.turned),
            (Feature::TurnPerStep, self.turned / steps),
            (Feature::InitialAcceleration, self.initial_acceleration),
            (Feature::Peak, speeds.most() / speeds.mean().max(1e-3)),
        ] {
            features.set_ln(feature, value);
        }
        for (feature, value) in [
            (Feature::Straightness, chord / self.path.max(1.0)),
            (Feature::TimeToPeak, self.peak_at.since(began).millis() / ms),
            (Feature::Roundness, (area.sqrt() / reach).min(ROUNDEST)),
            (Feature::Level, self.level / steps),
            (Feature::Upright, self.upright / steps),
            (Feature::Right, right),
            (Feature::Down, down),
            (Feature::Axis, right * right - down * down),
            (Feature::Diagonal, 2.0 * right * down),
        ] {
            features.set(feature, value);
        }
        for quantity in Quantity::ALL {
            self.series(quantity).describe(quantity, features);
        }
    }

    fn series(&self, quantity: Quantity) -> &Series {
        &self.series[quantity as usize]
    }

    fn series_mut(&mut self, quantity: Quantity) -> &mut Series {
        &mut self.series[quantity as usize]
    }
}
