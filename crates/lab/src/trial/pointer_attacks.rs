//! Forged pointer paths against every account's profile.

mod forge;

use rayon::prelude::*;
use selfsame_behaviour::Event;
use serde_json::{Value, json};

use crate::{
    chance::Chance,
    findings::{Findings, Header, Span},
    model::Model,
    progress::Progress,
    rates::{Attempts, LEVELS, share},
    recording::Person,
    replay::Stream,
    strokes,
    trial::unknown_attacker::{parted, scores},
};
use forge::{Path, strokes_along};

const LENGTHS: [usize; 2] = [20, 50];
const FORGED_STROKES: usize = 500;

/// The first is no attack: it says how often the owner passes.
const ATTEMPTS: [&str; 5] = [
    "the owner, later (no attack)",
    "somebody else's pointer (no effort)",
    "straight lines at constant speed",
    "Bézier curves with the speed of a hand",
    "replay of the victim's own pointer",
];

/// Windows, those whose score speaks for the person and those that reach 1e-2, by attempt and length.
type Counts = [[[usize; 3]; LENGTHS.len()]; ATTEMPTS.len()];

pub fn measure(model: &Model, people: &[Person], header: &Header) -> Vec<Findings> {
    let parts: Vec<[Stream; 2]> = people.par_iter().map(parted).collect();
    let progress = Progress::of("forging", people.len());
    let counts: Vec<Counts> = (0..people.len())
        .into_par_iter()
        .map(|victim| {
            let counts = against(model, &parts, victim, header.seed);
            progress.step();
            counts
        })
        .collect();
    (0..LENGTHS.len())
        .filter_map(|length| findings(&counts, length, header))
        .collect()
}

fn against(model: &Model, parts: &[[Stream; 2]], victim: usize, seed: u64) -> Counts {
    let mut chance = Chance::new(seed ^ (victim as u64) << 32);
    let [enrol, later] = &parts[victim];
    let [_, other] = &parts[(victim + 1) % parts.len()];
    let streams: [Vec<Event>; ATTEMPTS.len()] = [
        later.events.clone(),
        other.events.clone(),
        strokes_along(Path::Straight, FORGED_STROKES, &mut chance),
        strokes_along(Path::Bezier, FORGED_STROKES, &mut chance),
        enrol.events.clone(),
    ];
    let fresh = model.frozen(&model.learn(&enrol.events));
    let mut counts = Counts::default();
    for (counts, events) in counts.iter_mut().zip(&streams) {
        let strokes = strokes::cut(events);
        for ([windows, speak, reach], length) in counts.iter_mut().zip(LENGTHS) {
            for score in scores(&fresh, events, &strokes, length) {
                *windows += 1;
                *speak += usize::from(score > 0.0);
                *reach += usize::from(score >= -LEVELS[0].ln());
            }
        }
    }
    counts
}

fn findings(counts: &[Counts], length: usize, header: &Header) -> Option<Findings> {
    let nothing = Attempts::of(counts.len(), Vec::new());
    let (mut findings, _) = header.findings(Span::Strokes(LENGTHS[length]), &nothing, 0);
    let windows = |attempt: usize| {
        counts
            .iter()
            .map(|of| of[attempt][length][0])
            .sum::<usize>()
    };
    findings.genuine = windows(0);
    findings.impostor = (1..ATTEMPTS.len()).map(windows).sum();
    findings.calibration.clear();
    let fnmr = findings.fnmr_at_fmr.values_mut();
    fnmr.for_each(|fnmr| *fnmr = None);
    let attempts: Vec<Value> = (0..ATTEMPTS.len())
        .map(|attempt| {
            let each: Vec<_> = counts.iter().map(|of| of[attempt][length]).collect();
            let [speak, reach] = [1, 2].map(|figure| share(&each, figure, header.seed));
            json!({
                "attack": ATTEMPTS[attempt],
                "windows": windows(attempt),
                "speaks_for_the_person": speak.0,
                "speaks_for_the_person_ci95": speak.1,
                "reaches_1e-2": reach.0,
                "reaches_1e-2_ci95": reach.1,
            })
        })
        .collect();
    findings.further.insert("pointer_attacks", attempts.into());
    findings.notes.push(
        "Each path comes from a pointer that moves by itself, so that it looks physical. In the agent the pointer moves \
         the score by at most 2 and never makes typing unnecessary: no window of the pointer alone is ever `same`."
            .to_owned(),
    );
    (findings.impostor > 0).then_some(findings)
}
