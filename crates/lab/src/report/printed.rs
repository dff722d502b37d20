//! Findings as they were printed, read back.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
pub struct Printed {
    pub protocol: String,
    pub users: usize,
    pub genuine: usize,
    pub impostor: usize,
    pub window: Option<usize>,
    pub window_unit: String,
    pub eer: Option<f64>,
    pub eer_ci95: [Option<f64>; 2],
    pub eer_is: String,
    pub auc: Option<f64>,
    pub auc_ci95: [Option<f64>; 2],
    pub fnmr_at_fmr: BTreeMap<String, Option<f64>>,
    pub calibration: Vec<Calibration>,
    pub seed: u64,
    pub data_sha256: String,
    pub version: String,
    pub enrolled: u32,
    pub population: String,
    pub background_people: Option<usize>,
    #[serde(default)]
    pub verdicts: BTreeMap<String, Verdicts>,
    pub handovers: Option<Handovers>,
    #[serde(default)]
    pub notes: Vec<String>,
    #[serde(flatten)]
    pub further: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
pub struct Calibration {
    pub level: String,
    pub observed: Option<f64>,
    pub ci95: [Option<f64>; 2],
    pub genuine: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub struct Verdicts {
    pub genuine_same: f64,
    pub genuine_different: f64,
    pub impostor_same: f64,
    pub impostor_different: f64,
}

#[derive(Debug, Deserialize)]
pub struct Handovers {
    pub people: usize,
    pub same_before: usize,
    /// Not in findings of before it was measured.
    pub own_same: Option<f64>,
    pub handovers: usize,
    pub after: Vec<Away>,
}

#[derive(Debug, Deserialize)]
pub struct Away {
    pub seconds_away: u64,
    pub still_same: Vec<StillSame>,
}

#[derive(Debug, Deserialize)]
pub struct StillSame {
    pub keys: usize,
    pub share: f64,
}

impl Printed {
    /// `50 keys`, `sessions`.
    pub fn span(&self) -> String {
        match self.window {
            Some(1) => format!("1 {}", self.window_unit.trim_end_matches('s')),
            Some(window) => format!("{window} {}", self.window_unit),
            None => format!("whole {}", self.window_unit),
        }
    }

    pub fn population(&self) -> String {
        match self.background_people {
            Some(people) => format!("background, {people} people"),
            None => self.population.clone(),
        }
    }

    pub fn has_windows(&self) -> bool {
        self.eer.is_some()
    }
}

/// What a missing figure is shown as.
pub const NONE: &str = "–";

/// A share as percent, with as many decimals as it needs to say something.
pub fn percent(share: Option<f64>) -> String {
    let Some(share) = share else {
        return NONE.to_owned();
    };
    let percent = share * 100.0;
    match percent {
        0.0 => "0 %".to_owned(),
        _ if percent < 0.1 => format!("{percent:.3} %"),
        _ if percent < 1.0 => format!("{percent:.2} %"),
        _ if percent < 10.0 => format!("{percent:.1} %"),
        _ => format!("{percent:.0} %"),
    }
}

pub fn percent_with(share: Option<f64>, [low, high]: [Option<f64>; 2]) -> String {
    match (low, high) {
        (Some(_), Some(_)) => {
            let ends = [percent(low), percent(high)].map(|end| end.replace(" %", ""));
            format!("{} ({}–{})", percent(share), ends[0], ends[1])
        }
        _ => percent(share),
    }
}

pub fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or(NONE.to_owned(), |value| format!("{value:.decimals$}"))
}

/// A number among the figures that only one protocol has.
pub fn at(value: Option<&Value>, key: &str) -> Option<f64> {
    value?.get(key)?.as_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_keeps_the_decimals_that_say_something() {
        let shown = [0.0, 0.000_12, 0.0043, 0.0561, 0.5].map(|share| percent(Some(share)));
        assert_eq!(shown, ["0 %", "0.012 %", "0.43 %", "5.6 %", "50 %"]);
        assert_eq!(percent(None), NONE);
    }
}
