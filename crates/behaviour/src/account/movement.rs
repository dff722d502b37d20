//! The pointer's features in words and units.

use super::Scale;
use crate::pointer::feature::{Feature, Quantity, Statistic, index_of};

const SHARE: Scale = Scale::Plain("of the strokes");

const ONCE: [(Feature, &str, Scale); 24] = [
    ln(Feature::Duration, "how long a stroke takes", "ms"),
    ln(Feature::Path, "length of its path", "px"),
    ln(Feature::Chord, "how far it leads", "px"),
    (
        Feature::Straightness,
        "straightness",
        Scale::Plain("of the path"),
    ),
    ln(Feature::Speed, "speed over the whole stroke", "px/ms"),
    (
        Feature::TimeToPeak,
        "when the peak of the speed is reached",
        Scale::Plain("of the duration"),
    ),
    ln(Feature::Bulge, "how far the path bulges", "px"),
    (
        Feature::Roundness,
        "how round the path is",
        Scale::Plain("root of the area over the reach"),
    ),
    ln(Feature::Turn, "all turns together", "rad"),
    ln(Feature::TurnPerStep, "turn per step", "rad"),
    ln(
        Feature::InitialAcceleration,
        "acceleration at the start",
        "px/ms²",
    ),
    ln(Feature::Peak, "peak of the speed", "times the mean"),
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
        Scale::SoftMs,
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

/// A logarithm above its feature's floor.
const fn ln(
    feature: Feature,
    what: &'static str,
    unit: &'static str,
) -> (Feature, &'static str, Scale) {
    (feature, what, Scale::Ln(unit, feature.floor()))
}

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
