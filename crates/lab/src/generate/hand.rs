//! A person's pointer: minimum-jerk strokes with a bend, a tremor and a click of their own.

use super::Row;
use crate::chance::Chance;

const WIDTH: f64 = 1600.0;
const HEIGHT: f64 = 900.0;
const SAMPLE_MS: f64 = 8.0;

pub struct Hand {
    /// Milliseconds that a stroke of 300 pixels takes.
    pace: f64,
    /// Sideways, as a share of the distance.
    bend: f64,
    /// Pixels.
    tremor: f64,
    /// ln(ms).
    rest: f64,
    /// ln(ms).
    click: f64,
    at: (f64, f64),
}

impl Hand {
    pub fn born(person: u32, chance: &mut Chance) -> Self {
        let side = if person.is_multiple_of(2) { -1.0 } else { 1.0 };
        Self {
            pace: 380.0 * (0.25 * side + 0.1 * chance.normal()).exp(),
            bend: 0.06 * side + 0.03 * chance.normal(),
            tremor: 0.6 + 0.5 * chance.unit(),
            rest: 5.0 + 0.3 * side + 0.1 * chance.normal(),
            click: 4.5 - 0.15 * side + 0.1 * chance.normal(),
            at: (WIDTH / 2.0, HEIGHT / 2.0),
        }
    }

    /// So many strokes, each ending in a click, from a time on.
    pub fn moves(&mut self, strokes: usize, from: u64, chance: &mut Chance) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut at = to_f64(from);
        for _ in 0..strokes {
            let to = (
                40.0 + (WIDTH - 80.0) * chance.unit(),
                40.0 + (HEIGHT - 80.0) * chance.unit(),
            );
            at = self.stroke(to, at, &mut rows, chance);
            at = self.clicks(at, &mut rows, chance) + 700.0 + 400.0 * chance.unit();
        }
        rows
    }

    fn stroke(
        &mut self,
        to: (f64, f64),
        from: f64,
        rows: &mut Vec<Row>,
        chance: &mut Chance,
    ) -> f64 {
        let (dx, dy) = (to.0 - self.at.0, to.1 - self.at.1);
        let distance = dx.hypot(dy).max(1.0);
        // Time grows with the root of distance, between Fitts' logarithm and a steady speed.
        let lasts = self.pace * (distance / 300.0).sqrt() * (0.15 * chance.normal()).exp();
        let bend = self.bend + 0.03 * chance.normal();
        let mut since = 0.0;
        while since < lasts {
            since += SAMPLE_MS;
            let share = (since / lasts).min(1.0);
            let along = share.powi(3) * (10.0 - 15.0 * share + 6.0 * share * share);
            let aside = bend * distance * (std::f64::consts::PI * along).sin() / distance;
            let x = self.at.0 + dx * along - dy * aside + self.tremor * chance.normal();
            let y = self.at.1 + dy * along + dx * aside + self.tremor * chance.normal();
            rows.push(row(from + since, "mm", "", (x, y)));
        }
        self.at = to;
        from + since
    }

    fn clicks(&self, from: f64, rows: &mut Vec<Row>, chance: &mut Chance) -> f64 {
        let down = from + (self.rest + 0.3 * chance.normal()).exp();
        let up = down + (self.click + 0.2 * chance.normal()).exp();
        rows.push(row(down, "md", "left", self.at));
        rows.push(row(up, "mu", "left", self.at));
        up
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a session lasts seconds, a screen has few pixels
fn row(at: f64, kind: &'static str, code: &str, (x, y): (f64, f64)) -> Row {
    let on_screen = |value: f64, size: f64| value.clamp(0.0, size - 1.0).round() as i32;
    let place = Some((on_screen(x, WIDTH), on_screen(y, HEIGHT)));
    Row {
        at: at.round() as u64,
        kind,
        code: code.to_owned(),
        place,
    }
}

#[allow(clippy::cast_precision_loss)] // a session lasts seconds
fn to_f64(at: u64) -> f64 {
    at as f64
}
