//! `selfsame-lab prior`: what the shipped model believes of people in general, worked out of published summaries alone.
//!
//! Between people a duration is taken to be log-normal, and so is what one person's single durations vary by. The
//! published mean of everything therefore lies above the median by both; the model needs the median.

/// Mean and standard deviation between people, in milliseconds.
struct Published {
    mean: f64,
    sd: f64,
}

/// Inter-key interval: Dhakal, Feit, Kristensson, Oulasvirta, "Observations on Typing from 136 Million Keystrokes", CHI
/// 2018.
const INTERVAL: Published = Published {
    mean: 238.7,
    sd: 111.6,
};
/// Key hold, from the same.
const HOLD: Published = Published {
    mean: 116.3,
    sd: 23.9,
};
/// How much single holds and intervals of one person vary, as sigma of the logarithm; not published there, by hand, as
/// in the spreads of the model.
const HOLD_WITHIN: f64 = 0.27;
const INTERVAL_WITHIN: f64 = 0.40;
/// Flights that may be negative are kept as asinh(ms/50).
const SOFT_MS: f64 = 50.0;

impl Published {
    /// Sigma of the log-normal between people.
    fn sigma(&self) -> f64 {
        (1.0 + (self.sd / self.mean).powi(2)).ln().sqrt()
    }

    /// The median of single durations, `within` being the sigma of one person's.
    fn median(&self, within: f64) -> f64 {
        self.mean * (-0.5 * (self.sigma().powi(2) + within.powi(2))).exp()
    }
}

/// The source file that holds the result, to two decimals.
pub fn source() -> String {
    let hold = HOLD.median(HOLD_WITHIN);
    let interval = INTERVAL.median(INTERVAL_WITHIN);
    let soft = |ms: f64| (ms / SOFT_MS).asinh();
    format!(
        "\
//! Worked out of published summaries by `make prior`, which also says from which; not to be edited by hand.

/// ln({hold:.0} ms), the median hold.
pub(super) const HOLD: f32 = {:.2};
/// ln({interval:.0} ms), asinh({gap:.0}/50), asinh({interval:.0}/50): the median interval, from press to press, from release
/// to press and from release to release.
pub(super) const FLIGHT: [f32; 3] = [{:.2}, {:.2}, {:.2}];
/// Sigma of ln(hold) between people.
pub(super) const HOLD_BETWEEN: f64 = {:.2};
/// Sigma of ln(interval) between people.
pub(super) const INTERVAL_BETWEEN: f64 = {:.2};
",
        hold.ln(),
        interval.ln(),
        soft(interval - hold),
        soft(interval),
        HOLD.sigma(),
        INTERVAL.sigma(),
        gap = interval - hold,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_prior_is_byte_for_byte_what_its_sources_give() {
        let shipped = include_str!("../../behaviour/src/typing/population/shipped.rs");
        assert_eq!(source(), shipped, "run `make prior`");
    }
}
