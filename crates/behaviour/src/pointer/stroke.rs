//! One action of the hand on the pointer, measured as it happens: it ends when a button comes up or the hand pauses.

mod motion;
mod series;

use super::feature::{Feature, Features};
use crate::{EventKind, Micros, soft::soft};
use motion::{Motion, Vector};

/// A pause longer than this ends a stroke. Shorter than the 1 s usual with offline work: a person who has
/// stopped for half a second aims anew.
const PAUSE: Micros = Micros::from_millis(500);
/// Motion is measured in steps of at least this, so that a 1000 Hz mouse and a 125 Hz one look alike.
const STEP: Micros = Micros::from_millis(8);
const FEWEST_STEPS: u32 = 3;
const SHORTEST_PATH: f32 = 5.0;
/// A movement by no more than one pixel is a fine one.
const FINE: f32 = 1.01;
/// A button held for longer is forgotten, not clicked.
const LONGEST_HOLD_MS: f32 = 1000.0;
/// More than any screen is wide in one event; keeps sums finite whatever comes in.
const FARTHEST_DELTA: f32 = 1e5;

/// A button that is held down, and how long the path was when it went down.
#[derive(Debug, Clone, Copy)]
struct Press {
    at: Micros,
    path: f32,
}

/// The stroke under way.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stroke {
    began: Micros,
    /// None before the first event.
    last: Option<Micros>,
    last_step: Micros,
    last_move: Option<Micros>,
    /// Motion since the last step.
    since: Vector,
    motion: Motion,
    moves: f32,
    fine: f32,
    press: Option<Press>,
    pause_before_click: Option<f32>,
    hold: Option<f32>,
    released: bool,
    dragged: bool,
    wheel: bool,
}

impl Stroke {
    /// Takes one event; returns the features of the stroke that it, or a pause before it, has ended.
    pub fn take(&mut self, at: Micros, kind: EventKind) -> Option<Features> {
        let paused = |last: Micros| at < last || at.since(last) > PAUSE;
        let ended = if self.last.is_some_and(paused) {
            self.end()
        } else {
            None
        };
        if self.last.is_none() {
            // How long the first movement took is not known, so that it only marks the start.
            (self.began, self.last_step) = (at, at);
        } else {
            self.advance(at, kind);
        }
        self.note(at, kind);
        self.last = Some(at);
        if matches!(kind, EventKind::ButtonUp(_)) {
            return ended.or(self.end());
        }
        ended
    }

    /// Ends the stroke and returns its features, if it was long enough to have any.
    pub fn end(&mut self) -> Option<Features> {
        let features = self.features();
        *self = Self::default();
        features
    }

    fn advance(&mut self, at: Micros, kind: EventKind) {
        if let EventKind::PointerMove { dx, dy } = kind {
            let by = Vector {
                x: limited(dx),
                y: limited(dy),
            };
            self.since = self.since.plus(by);
            if by.length() > 0.0 {
                self.moves += 1.0;
                self.fine += f32::from(u8::from(by.length() <= FINE));
            }
        }
        if at.since(self.last_step) >= STEP {
            let ms = at.since(self.last_step).millis();
            self.motion.step(at, ms, self.since);
            (self.since, self.last_step) = (Vector::default(), at);
        }
    }

    fn note(&mut self, at: Micros, kind: EventKind) {
        match kind {
            EventKind::PointerMove { .. } => self.last_move = Some(at),
            EventKind::ButtonDown(_) => {
                self.press = Some(Press {
                    at,
                    path: self.motion.path,
                });
                let rested = |last: Micros| soft(at.since(last).millis());
                self.pause_before_click = self.last_move.map(rested);
            }
            EventKind::ButtonUp(_) => self.release(at),
            EventKind::Wheel { .. } => self.wheel = true,
            EventKind::KeyDown { .. } | EventKind::KeyUp { .. } => {}
        }
    }

    fn release(&mut self, at: Micros) {
        self.released = true;
        let Some(press) = self.press.take() else {
            return;
        };
        let hold = at.since(press.at).millis();
        self.hold = (hold > 0.0 && hold <= LONGEST_HOLD_MS).then_some(hold);
        self.dragged = self.motion.path - press.path >= SHORTEST_PATH;
    }

    fn features(&self) -> Option<Features> {
        if self.motion.steps < FEWEST_STEPS || self.motion.path < SHORTEST_PATH {
            return None;
        }
        let mut features = Features::default();
        let ms = self.last_step.since(self.began).millis();
        self.motion.describe(self.began, ms, &mut features);
        let holds = |holds: bool| f32::from(u8::from(holds));
        features.set(Feature::Fine, self.fine / self.moves.max(1.0));
        features.set(Feature::Move, holds(!self.released && !self.wheel));
        features.set(Feature::Drag, holds(self.dragged && !self.wheel));
        features.set(Feature::Wheel, holds(self.wheel));
        if let Some(hold) = self.hold {
            features.set_ln(Feature::ClickHold, hold);
        }
        if let Some(pause) = self.pause_before_click.filter(|_| self.released) {
            features.set(Feature::PauseBeforeClick, pause);
        }
        Some(features)
    }
}

fn limited(delta: f32) -> f32 {
    if delta.is_finite() {
        delta.clamp(-FARTHEST_DELTA, FARTHEST_DELTA)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Button, pointer::feature::FEATURES};

    fn draw(points: impl Iterator<Item = (f32, f32)>) -> (Stroke, Micros) {
        let (mut stroke, mut at) = (Stroke::default(), Micros::from_millis(1000));
        for (dx, dy) in points {
            assert_eq!(stroke.take(at, EventKind::PointerMove { dx, dy }), None);
            at = Micros(at.0 + 8000);
        }
        (stroke, at)
    }

    fn drawn(points: impl Iterator<Item = (f32, f32)>) -> Option<Features> {
        draw(points).0.end()
    }

    #[test]
    fn a_straight_stroke_neither_turns_nor_bulges() {
        let straight = drawn((0..20).map(|_| (3.0, 0.0))).expect("long enough");
        assert_eq!(straight.get(Feature::Straightness), Some(1.0));
        assert_eq!(straight.get(Feature::Bulge), Some(0.0));
        assert_eq!(straight.get(Feature::Right), Some(1.0));
        let corner = |i| if i < 10 { (3.0, 0.0) } else { (0.0, 3.0) };
        let bent = drawn((0..20).map(corner)).expect("long enough");
        assert!(bent.get(Feature::Straightness) < Some(0.8));
        assert!(bent.get(Feature::Bulge) > Some(1.0));
    }

    #[test]
    fn a_twitch_is_no_stroke() {
        assert_eq!(drawn((0..3).map(|_| (10.0, 0.0))), None);
    }

    #[test]
    fn a_click_ends_a_stroke_and_a_drag_is_told_from_it() {
        let (mut stroke, at) = draw((0..20).map(|_| (3.0, 0.0)));
        let later = |ms: u64| Micros(at.0 + ms * 1000);
        stroke.take(later(100), EventKind::ButtonDown(Button::Left));
        let mut dragging = stroke;
        let clicked = stroke.take(later(180), EventKind::ButtonUp(Button::Left));
        let clicked = clicked.expect("a click ends it");
        assert_eq!(clicked.get(Feature::ClickHold), Some(80.0_f32.ln()));
        assert!(clicked.get(Feature::PauseBeforeClick) > Some(1.0));
        assert_eq!(clicked.get(Feature::Drag), Some(0.0));
        dragging.take(later(120), EventKind::PointerMove { dx: 40.0, dy: 9.0 });
        let dragged = dragging.take(later(180), EventKind::ButtonUp(Button::Left));
        assert_eq!(dragged.expect("ended").get(Feature::Drag), Some(1.0));
    }

    #[test]
    fn a_pause_ends_a_stroke_and_the_next_event_begins_another() {
        let (mut stroke, at) = draw((0..20).map(|_| (3.0, 0.0)));
        let later = Micros(at.0 + 600_000);
        let ended = stroke.take(later, EventKind::PointerMove { dx: 1.0, dy: 0.0 });
        assert_eq!(ended.expect("ended").get(Feature::Move), Some(1.0));
        assert_eq!(stroke.end(), None);
    }

    #[test]
    fn absurd_deltas_leave_the_features_finite() {
        let wild = [
            (f32::NAN, 1.0),
            (f32::INFINITY, f32::MIN),
            (f32::MAX, f32::MAX),
            (1e30, -1e30),
        ];
        let features = drawn(wild.into_iter().cycle().take(40)).expect("long enough");
        let values = (0..FEATURES).filter_map(|index| features.at(index));
        assert!(values.into_iter().all(|value| value.abs() < 100.0));
    }
}
