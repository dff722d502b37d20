//! The report of an evaluation, one object for each length of window.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    chance::Chance,
    handover::Handovers,
    metrics::{Scores, eer_interval},
};

#[derive(Debug, Serialize)]
pub struct Report {
    pub protocol: &'static str,
    pub users: usize,
    /// Genuine windows.
    pub genuine: usize,
    /// Impostor windows.
    pub impostor: usize,
    /// Keys in a window; none where whole sessions are tried.
    pub window: Option<usize>,
    /// Median keys that a profile was enrolled with.
    pub enrolled_keys: u32,
    /// With one threshold for all.
    pub eer: f64,
    /// By drawing people with replacement.
    pub eer_ci95: [f64; 2],
    pub auc: f64,
    /// Share of genuine windows refused when the threshold lets in this share of impostors; left out where there are
    /// too few impostors.
    pub fnmr_at_fmr: BTreeMap<&'static str, f64>,
    /// Share of impostor windows, and of genuine ones, whose score reaches the level's threshold ln(1/level): a calibrated
    /// score lets in at most the level.
    pub scores_at_level: BTreeMap<&'static str, (f64, f64)>,
    /// What the shipped thresholds do, through the very `assess` of the agent.
    pub verdicts: BTreeMap<&'static str, Verdicts>,
    /// What happens when somebody else goes on typing; with the shortest window only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handovers: Option<Handovers>,
    pub seed: u64,
    pub data_sha256: String,
    /// A folder that was offered for a population model; the shipped one is set by hand and uses none.
    pub background: Option<String>,
    pub version: &'static str,
}

/// Shares of windows that end in a verdict.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Verdicts {
    pub genuine_same: f64,
    pub genuine_different: f64,
    pub impostor_same: f64,
    pub impostor_different: f64,
}

/// What all reports of one run share.
pub struct Header {
    pub protocol: &'static str,
    pub seed: u64,
    pub data_sha256: String,
    pub background: Option<String>,
}

impl Header {
    pub fn report(&self, window: Option<usize>, people: &[Scores], enrolled_keys: u32) -> Report {
        let pooled = Scores::pooled(people);
        let rates = [("1e-2", 1e-2), ("1e-3", 1e-3)];
        Report {
            protocol: self.protocol,
            users: people.len(),
            genuine: pooled.genuine.len(),
            impostor: pooled.impostor.len(),
            window,
            enrolled_keys,
            eer: pooled.eer(),
            eer_ci95: eer_interval(people, &mut Chance::new(self.seed)),
            auc: pooled.auc(),
            fnmr_at_fmr: rates
                .into_iter()
                .filter_map(|(name, fmr)| Some((name, pooled.fnmr_at(fmr)?)))
                .collect(),
            scores_at_level: [1e-2, 1e-3, 1e-4]
                .into_iter()
                .zip(["1e-2", "1e-3", "1e-4"])
                .map(|(level, name)| (name, pooled.reaching(-f64::ln(level))))
                .collect(),
            verdicts: BTreeMap::new(),
            handovers: None,
            seed: self.seed,
            data_sha256: self.data_sha256.clone(),
            background: self.background.clone(),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}
