//! How unlike a person's the strokes of a stretch are, and what that says as a log-likelihood ratio.

use super::{directions::Directions, stretch::Seen};

/// The pointer may tip the scales but never carry a verdict: its features hang on device and task, and it
/// was measured on too few people.
pub(crate) const MOST: f64 = 2.0;
/// Degrees of freedom of Student's t: in each direction an odd session counts with its logarithm, not its square.
const FREEDOM: f64 = 4.0;
/// The mean of ln(1 + x²/4) for a standard normal x, so that the person's own strokes are unlike them by 1.
const EXPECTED: f64 = 0.1937;
/// Nobody else's strokes were learnt, so that being unlike by half or by twice speaks no more than 4 to 1 for or
/// against; set by hand.
const GAIN: f64 = 2.0;
/// Strokes with which half of that is reached.
const HALF_SAID: f64 = 20.0;
/// No stretch of a person comes so close to the mean of all their strokes; keeps the logarithm finite.
const CLOSEST: f64 = 0.2;
/// How much it counts that a stretch is unlike everybody in the background.
const COMPARED: f64 = 0.5;

/// Natural logarithm, before the cap of [`MOST`]; positive speaks for the person. `others` are people in the
/// background, who are nobody that may be tried.
pub(crate) fn log_ratio(own: &Directions, others: &[Directions], seen: &Seen, fade: f32) -> f64 {
    let strokes = f64::from(seen.strokes * fade);
    if strokes <= 0.0 {
        return 0.0;
    }
    let unlike = |person| unlike(person, seen, strokes);
    let compared: f64 = others.iter().map(unlike).sum();
    #[allow(clippy::cast_precision_loss)] // a handful of people
    let compared = COMPARED * compared / others.len().max(1) as f64;
    let ratio = GAIN * strokes / (strokes + HALF_SAID) * (compared - unlike(own));
    if ratio.is_finite() { ratio } else { 0.0 }
}

/// ln of how unlike a person the strokes are; about zero for that person's own.
fn unlike(person: &Directions, seen: &Seen, strokes: f64) -> f64 {
    let (sum, directions) = person
        .squares(seen, strokes)
        .fold((0.0, 0.0), |(sum, n), square| {
            (sum + (1.0 + square / FREEDOM).ln(), n + 1.0)
        });
    (sum / directions / EXPECTED).max(CLOSEST).ln()
}
