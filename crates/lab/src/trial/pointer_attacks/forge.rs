//! Pointer strokes that nobody made: a path between two places, then a click.

use selfsame_behaviour::{Button, DeviceTag, Event, EventKind, Micros, Provenance};

use crate::chance::Chance;

/// As often as remote desktops report.
const TICK_US: u64 = 15_000;
const TICKS: u32 = 40;
const CLICK_US: u64 = 80_000;
const REST_US: u64 = 400_000;
const START_US: u64 = 15_000_000;
const LONGEST_PX: f64 = 700.0;
const SHORTEST_PX: f64 = 60.0;

/// How a stroke gets from one place to another.
#[derive(Debug, Clone, Copy)]
pub enum Path {
    /// Straight, at constant speed.
    Straight,
    /// A cubic Bézier curve, with the speed of least jerk (Flash and Hogan 1985).
    Bezier,
}

pub fn strokes_along(path: Path, count: usize, chance: &mut Chance) -> Vec<Event> {
    let (mut at, mut events) = (START_US, Vec::new());
    for _ in 0..count {
        stroke(path, &mut at, chance, &mut events);
    }
    events
}

fn stroke(path: Path, at: &mut u64, chance: &mut Chance, events: &mut Vec<Event>) {
    let mut push = |at: u64, kind| {
        events.push(Event {
            at: Micros(at),
            device: DeviceTag(2),
            provenance: Provenance::Physical,
            kind,
        });
    };
    let length = SHORTEST_PX + (LONGEST_PX - SHORTEST_PX) * chance.unit();
    let direction = std::f64::consts::TAU * chance.unit();
    let bends = [0.3 * chance.normal(), 0.3 * chance.normal()];
    let (mut x, mut y) = (0, 0);
    for tick in 1..=TICKS {
        let (along, aside) = place(path, f64::from(tick) / f64::from(TICKS), bends);
        let (sin, cos) = direction.sin_cos();
        let to_x = pixels(length * (along * cos - aside * sin));
        let to_y = pixels(length * (along * sin + aside * cos));
        *at += TICK_US;
        if (to_x, to_y) != (x, y) {
            let (dx, dy) = (f32::from(to_x - x), f32::from(to_y - y));
            push(*at, EventKind::PointerMove { dx, dy });
        }
        (x, y) = (to_x, to_y);
    }
    *at += TICK_US;
    push(*at, EventKind::ButtonDown(Button::Left));
    *at += CLICK_US;
    push(*at, EventKind::ButtonUp(Button::Left));
    *at += REST_US;
}

/// How far along the way, and aside of it, in lengths of the way.
fn place(path: Path, time: f64, bends: [f64; 2]) -> (f64, f64) {
    match path {
        Path::Straight => (time, 0.0),
        Path::Bezier => {
            let t = time.powi(3) * (10.0 - 15.0 * time + 6.0 * time * time);
            let middle = [3.0 * t * (1.0 - t).powi(2), 3.0 * t * t * (1.0 - t)];
            let along = middle[0] / 3.0 + middle[1] * 2.0 / 3.0 + t.powi(3);
            (along, middle[0] * bends[0] + middle[1] * bends[1])
        }
    }
}

#[allow(clippy::cast_possible_truncation)] // a screen's width
fn pixels(distance: f64) -> i16 {
    distance.round() as i16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strokes;

    #[test]
    fn a_path_begins_and_ends_where_it_should() {
        for path in [Path::Straight, Path::Bezier] {
            assert_eq!(place(path, 0.0, [0.5, 0.5]), (0.0, 0.0));
            let (along, aside) = place(path, 1.0, [0.5, 0.5]);
            assert!((along - 1.0).abs() < 1e-9 && aside.abs() < 1e-9);
        }
    }

    #[test]
    fn every_forged_stroke_is_one_stroke() {
        for path in [Path::Straight, Path::Bezier] {
            let events = strokes_along(path, 30, &mut Chance::new(1));
            assert_eq!(strokes::cut(&events).len(), 30);
        }
    }
}
