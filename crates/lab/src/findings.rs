//! What an evaluation prints: one object for each length of window. The keys are stable.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    rates::{Attempts, Bootstrap, Interval, LEVELS, Rates, rule_of_three, to_f64},
    seat_change::SeatChanges,
};

pub const LEVEL_NAMES: [&str; 3] = ["1e-2", "1e-3", "1e-4"];

/// Null stands wherever a figure does not apply or the recordings cannot support it.
#[derive(Debug, Clone, Serialize)]
pub struct Findings {
    pub protocol: &'static str,
    /// People whose profiles were tried.
    pub users: usize,
    /// Genuine windows.
    pub genuine: usize,
    /// Impostor windows.
    pub impostor: usize,
    /// Length of a window; null where whole sessions are tried.
    pub window: Option<usize>,
    /// What windows are counted in: `keys`, `strokes`, `repetitions` or `sessions`.
    pub window_unit: &'static str,
    /// Equal error rate with one threshold for all, except where `eer_is` says otherwise.
    pub eer: f64,
    pub eer_ci95: Interval,
    pub eer_is: &'static str,
    pub auc: f64,
    pub auc_ci95: Interval,
    /// Share of genuine windows refused when the threshold lets in this share of impostors; null with fewer than
    /// 3/share impostor windows.
    pub fnmr_at_fmr: BTreeMap<&'static str, Option<f64>>,
    pub calibration: Vec<Calibration>,
    /// Average number of genuine actions (keys) between two false locks.
    pub anga: Option<f64>,
    /// Average number of impostor actions (keys) before the lock, of those found.
    pub ania: Option<f64>,
    pub median_keys_to_lock: Option<f64>,
    /// Median.
    pub seconds_to_detect: Option<f64>,
    pub seed: u64,
    pub data_sha256: String,
    pub version: &'static str,
    /// Median keys (or strokes) that a profile was enrolled with.
    pub enrolled: u32,
    /// `shipped`, or `background` where the population was fitted on other people.
    pub population: &'static str,
    /// How many people the background was fitted on.
    pub background_people: Option<usize>,
    /// What the agent itself answers, per level.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub verdicts: BTreeMap<&'static str, Verdicts>,
    /// The mean genuine score of each later session, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drift: Vec<SessionScore>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handovers: Option<SeatChanges>,
    /// Further figures that only this protocol has.
    #[serde(flatten)]
    pub further: BTreeMap<&'static str, serde_json::Value>,
    /// What a reader must know about these figures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// How often impostors reach a level: the share of impostor windows whose score is at least ln(1/level).
#[derive(Debug, Clone, Serialize)]
pub struct Calibration {
    pub level: &'static str,
    pub claimed: f64,
    pub observed: f64,
    /// Its upper end is never below the rule of three over pairs of people.
    pub ci95: Interval,
    /// Share of genuine windows that reach the level.
    pub genuine: f64,
}

/// Shares of windows that end in a verdict.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Verdicts {
    pub genuine_same: f64,
    pub genuine_different: f64,
    pub impostor_same: f64,
    pub impostor_different: f64,
}

#[derive(Debug, Clone, Serialize)]
pub struct SessionScore {
    /// From 1, after enrolment.
    pub session: usize,
    pub windows: usize,
    pub mean_score: f64,
    pub ci95: Interval,
}

/// What all findings of one run share.
#[derive(Debug, Clone)]
pub struct Header {
    pub protocol: &'static str,
    pub seed: u64,
    pub data_sha256: String,
    pub background_people: Option<usize>,
}

/// What a window is counted in, and how long it is.
#[derive(Debug, Clone, Copy)]
pub enum Span {
    Keys(usize),
    Strokes(usize),
    Repetition,
    Session,
}

impl Header {
    /// The findings of these attempts, and the draws of people behind their intervals.
    pub fn findings(
        &self,
        span: Span,
        attempts: &Attempts,
        enrolled: u32,
    ) -> (Findings, Bootstrap) {
        let rates = attempts.rates();
        let draws = Bootstrap::of(attempts, self.seed);
        let (window, window_unit) = match span {
            Span::Keys(keys) => (Some(keys), "keys"),
            Span::Strokes(strokes) => (Some(strokes), "strokes"),
            Span::Repetition => (Some(1), "repetitions"),
            Span::Session => (None, "sessions"),
        };
        let findings = Findings {
            protocol: self.protocol,
            users: attempts.people(),
            genuine: attempts.genuine(),
            impostor: attempts.impostor(),
            window,
            window_unit,
            eer: rates.eer,
            eer_ci95: draws.interval(|rates| rates.eer),
            eer_is: "pooled over people, one threshold for all",
            auc: rates.auc,
            auc_ci95: draws.interval(|rates| rates.auc),
            fnmr_at_fmr: fnmr_at_fmr(&rates, attempts.impostor()),
            calibration: calibration(&rates, &draws, attempts.pairs()),
            anga: None,
            ania: None,
            median_keys_to_lock: None,
            seconds_to_detect: None,
            seed: self.seed,
            data_sha256: self.data_sha256.clone(),
            version: env!("CARGO_PKG_VERSION"),
            enrolled,
            population: if self.background_people.is_some() {
                "background"
            } else {
                "shipped"
            },
            background_people: self.background_people,
            verdicts: BTreeMap::new(),
            drift: Vec::new(),
            handovers: None,
            further: BTreeMap::new(),
            notes: Vec::new(),
        };
        (findings, draws)
    }
}

fn fnmr_at_fmr(rates: &Rates, impostor: usize) -> BTreeMap<&'static str, Option<f64>> {
    let supported = |level: f64| to_f64(impostor) * level >= 3.0;
    let figures = LEVELS.into_iter().zip(rates.fnmr_at);
    LEVEL_NAMES
        .into_iter()
        .zip(figures.map(|(level, fnmr)| supported(level).then_some(fnmr)))
        .collect()
}

fn calibration(rates: &Rates, draws: &Bootstrap, pairs: usize) -> Vec<Calibration> {
    let at = |index: usize| {
        let [low, high] = draws.interval(|rates| rates.reached_at[index]);
        Calibration {
            level: LEVEL_NAMES[index],
            claimed: LEVELS[index],
            observed: rates.reached_at[index],
            ci95: [low, high.max(rule_of_three(pairs))],
            genuine: rates.genuine_at[index],
        }
    };
    (0..LEVELS.len()).map(at).collect()
}
