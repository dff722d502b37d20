//! The pointer's features in words and units.

use super::Scale;
use crate::pointer::feature::{Feature, Quantity, Statistic, index_of};

const SHARE: Scale = Scale::Plain("of the strokes");

const ONCE: [(Feature, &str, Scale); 24] = [
    (
        Feature::Duration,
        "how long a stroke takes",
        Scale::Ln("ms", 10.0),
    ),
    (Feature::Path, "length of its path", Scale::Ln("px", 5.0)),
    (Feature::Chord, "how far it leads", Scale::Ln("px", 3.0)),
    (
        Feature::Straightness,
        "straightness",
        Scale::Plain("of the path"),
    ),
    (
        Feature::Speed,
        "speed over the whole stroke",
        Scale::Ln("px/ms", 0.005),
    ),
    (
        Feature::TimeToPeak,
        "when the peak of the speed is reached",
        Scale::Plain("of the duration"),
    ),
    (
        Feature::Bulge,
        "how far the path bulges",
        Scale::Ln("px", 1.0),
    ),
    (
        Feature::Roundness,
        "how round the path is",
        Scale::Plain("root of the area over the reach"),
    ),
    (Feature::Turn, "all turns together", Scale::Ln("rad", 0.3)),
    (
        Feature::TurnPerStep,
        "turn per step",
        Scale::Ln("rad", 0.03),
    ),
    (
        Feature::InitialAcceleration,
        "acceleration at the start",
        Scale::Ln("px/ms²", 1e-4),
    ),
    (
        Feature::Peak,
        "peak of the speed",
        Scale::Ln("times the mean", 0.5),
    ),
    (
        Feature::Fine,
        "movements by a single pixel",
        Scale::Plain("of all movements"),
    ),
    (
        Feature::Level,
        "steps to the side",
        Scale::Plain("of all steps"),
    ),
    (
        Feature::Upright,
        "steps up or down",
        Scale::Plain("of all steps"),
    ),
    (Feature::ClickHold, "how long a button is held", Scale::LnMs),
    (
        Feature::PauseBeforeClick,
        "pause before a click",
        Scale::AsinhMs,
    ),
    (Feature::Move, "strokes without a click", SHARE),
    (Feature::Drag, "strokes that drag", SHARE),
    (Feature::Wheel, "strokes with the wheel", SHARE),
    (
        Feature::Right,
        "direction: to the right",
        Scale::Plain("cosine"),
    ),
    (Feature::Down, "direction: down", Scale::Plain("sine")),
    (
        Feature::Axis,
        "direction: level rather than upright",
        Scale::Plain("cosine of twice the angle"),
    ),
    (
        Feature::Diagonal,
        "direction: which diagonal",
        Scale::Plain("sine of twice the angle"),
    ),
];

/// Index, words and scale of every feature.
pub(super) fn words() -> impl Iterator<Item = (usize, String, Scale)> {
    let once = ONCE
        .iter()
        .map(|(feature, what, scale)| (*feature as usize, (*what).to_owned(), *scale));
    let step_by_step = Quantity::ALL.into_iter().flat_map(|quantity| {
        Statistic::ALL.into_iter().map(move |statistic| {
            let (of, unit) = quantity_in_words(quantity);
            let what = format!("{} {of}, step by step", statistic_in_words(statistic));
            let scale = Scale::Ln(unit, quantity.floor());
            (index_of(quantity, statistic), what, scale)
        })
    });
    once.chain(step_by_step)
}

fn quantity_in_words(quantity: Quantity) -> (&'static str, &'static str) {
    match quantity {
        Quantity::Speed => ("speed", "px/ms"),
        Quantity::Sideways => ("speed to the side", "px/ms"),
        Quantity::Upright => ("speed up or down", "px/ms"),
        Quantity::Acceleration => ("change of the speed", "px/ms²"),
        Quantity::Jerk => ("change of that change", "px/ms³"),
        Quantity::TurnRate => ("turning", "rad/ms"),
        Quantity::Curvature => ("curvature", "rad/px"),
    }
}

fn statistic_in_words(statistic: Statistic) -> &'static str {
    match statistic {
        Statistic::Mean => "mean",
        Statistic::Spread => "spread of the",
        Statistic::Least => "least",
        Statistic::Most => "greatest",
    }
}
