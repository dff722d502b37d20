//! How unlike a person's the strokes of a stretch are, and what that says as a log-likelihood ratio.

use super::{directions::Directions, stretch::Seen};

/// The pointer may tip the scales but never carry a verdict: its features hang on device and task, and it
/// was measured on too few people.
const MOST: f64 = 2.0;
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
/// How much it counts that a stretch is unlike even the person in the background whom it is most like.
const COMPARED: f64 = 0.5;

/// Natural logarithm, before it is [`capped`]; positive speaks for the person. `others` are people in the
/// background, who are nobody that may be tried.
pub(crate) fn log_ratio(own: &Directions, others: &[Directions], seen: &Seen, fade: f32) -> f64 {
    let strokes = f64::from(seen.strokes * fade);
    if strokes <= 0.0 {
        return 0.0;
    }
    let unlike = |person| unlike(person, seen, strokes);
    let nearest = others.iter().map(unlike).reduce(f64::min);
    let compared = COMPARED * nearest.unwrap_or(0.0);
    let ratio = GAIN * strokes / (strokes + HALF_SAID) * (compared - unlike(own));
    if ratio.is_finite() { ratio } else { 0.0 }
}

/// A log-likelihood ratio as far as the pointer may move the sum.
pub(crate) fn capped(ratio: f64) -> f64 {
    ratio.clamp(-MOST, MOST)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pointer::{
        feature::{FEATURES, Features},
        stretch::Stretch,
        table::PointerTable,
    };

    /// Strokes with every feature near `centre`, each a little elsewhere.
    fn strokes(centre: f32, from: u16, count: u16) -> impl Iterator<Item = Features> {
        (from..from + count).map(move |stroke| {
            let mut features = Features::default();
            for index in 0..FEATURES {
                let spin =
                    f32::from(stroke) * (1.3 + 0.37 * f32::from(u8::try_from(index).unwrap_or(0)));
                features.put(index, centre + spin.sin());
            }
            features
        })
    }

    fn person(centre: f32) -> Directions {
        let mut table = PointerTable::default();
        for number in 0..40 {
            let mut stretch = Stretch::default();
            strokes(centre, number * 20, 20).for_each(|features| stretch.add(&features));
            table.learn(&stretch);
        }
        Directions::of(&table).expect("strokes enough")
    }

    fn seen(centre: f32) -> Seen {
        let mut seen = Seen::default();
        strokes(centre, 3000, 40).for_each(|features| {
            seen.add(&features);
        });
        seen
    }

    #[test]
    fn agreement_speaks_for_the_person_and_disagreement_against() {
        let own = person(0.0);
        assert!(log_ratio(&own, &[], &seen(0.0), 1.0) > 0.0);
        assert!(log_ratio(&own, &[], &seen(1.0), 1.0) < -1.0);
    }

    #[test]
    fn somebody_in_the_background_who_fits_as_well_takes_from_what_speaks_for_the_person() {
        let (own, twin, stranger) = (person(0.0), person(0.0), person(3.0));
        let ratio = |others: &[Directions]| log_ratio(&own, others, &seen(0.0), 1.0);
        assert!(ratio(&[twin]) < ratio(&[]));
        assert!(ratio(&[stranger]) > ratio(&[]));
    }

    #[test]
    fn nothing_seen_or_faded_away_says_nothing() {
        let own = person(0.0);
        assert_eq!(log_ratio(&own, &[], &Seen::default(), 1.0).abs(), 0.0);
        assert_eq!(log_ratio(&own, &[], &seen(1.0), 0.0).abs(), 0.0);
    }

    #[test]
    fn the_pointer_never_moves_the_sum_by_more_than_two() {
        assert!((capped(1e9) - 2.0).abs() < 1e-12 && (capped(-1e9) + 2.0).abs() < 1e-12);
    }
}
