//! Which figure shows what.

use super::{
    chart::{Axis, Chart, Rule, Series},
    scale::Scale,
};
use crate::{
    findings::{Findings, LEVEL_NAMES},
    rates::{LEVELS, fmr_grid, level_grid, rule_of_three, to_f64},
    seat_change::SeatChanges,
    trial::{
        continuous::{Continuous, Detection},
        typing::{Measured, Trace},
    },
};

const RATES: [(f64, &str); 9] = [
    (0.0001, "0.01 %"),
    (0.001, "0.1 %"),
    (0.005, "0.5 %"),
    (0.01, "1 %"),
    (0.02, "2 %"),
    (0.05, "5 %"),
    (0.1, "10 %"),
    (0.2, "20 %"),
    (0.4, "40 %"),
];
/// More curves than this cannot be told apart.
const CURVES: usize = 4;

/// Detection error tradeoff on normal deviate axes.
pub fn det(measured: &[Measured]) -> Chart {
    let grid = fmr_grid();
    let curve = |(colour, measured): (usize, &Measured)| {
        let rates = measured.attempts.rates();
        let shown: Vec<usize> = (0..grid.len())
            .filter(|at| grid[*at] >= rule_of_three(measured.findings.impostor))
            .collect();
        let band = |at: &usize| {
            let [low, high] = measured.draws.interval(|rates| rates.fnmr[*at]);
            (grid[*at], low, high)
        };
        Series {
            name: span(&measured.findings),
            colour,
            points: shown
                .iter()
                .map(|at| (grid[*at], rates.fnmr[*at]))
                .collect(),
            band: shown.iter().map(band).collect(),
            ..Series::default()
        }
    };
    Chart {
        title: format!("{}: detection error tradeoff", heading(measured)),
        subtitle: people(measured, "bands: 95 %, by drawing people"),
        x: Axis {
            label: "impostor windows let in (false-match rate)".to_owned(),
            scale: Scale::Deviate(1e-4, 0.6),
            ticks: ticks(&RATES),
        },
        y: Axis {
            label: "genuine windows refused".to_owned(),
            scale: Scale::Deviate(1e-3, 0.985),
            ticks: ticks(&[&RATES[1..], &[(0.6, "60 %"), (0.8, "80 %"), (0.95, "95 %")]].concat()),
        },
        series: some(measured).into_iter().enumerate().map(curve).collect(),
        rules: vec![Rule {
            from: (1e-3, 1e-3),
            to: (0.6, 0.6),
            word: "equal".to_owned(),
        }],
    }
}

/// The level that a score claims against the share of impostors who reach it.
pub fn reliability(measured: &[Measured]) -> Chart {
    let grid = level_grid();
    let curve = |(colour, measured): (usize, &Measured)| {
        let rates = measured.attempts.rates();
        let band = |at: usize| {
            let [low, high] = measured.draws.interval(|rates| rates.reached[at]);
            (grid[at], low, high)
        };
        let seen = |at: &usize| rates.reached[*at] > 0.0;
        Series {
            name: span(&measured.findings),
            colour,
            points: (0..grid.len())
                .filter(seen)
                .map(|at| (grid[at], rates.reached[at]))
                .collect(),
            band: (0..grid.len()).map(band).collect(),
            ..Series::default()
        }
    };
    let powers = [
        (1e-5, "0.001 %"),
        (1e-4, "0.01 %"),
        (1e-3, "0.1 %"),
        (1e-2, "1 %"),
        (1e-1, "10 %"),
        (1.0, "100 %"),
    ];
    Chart {
        title: format!("{}: does a level hold?", heading(measured)),
        subtitle: people(measured, "above the dotted line too many impostors get in"),
        x: Axis {
            label: "level that the score claims".to_owned(),
            scale: Scale::Log(1e-4, 1.0),
            ticks: ticks(&powers[1..]),
        },
        y: Axis {
            label: "impostor windows that reach it".to_owned(),
            scale: Scale::Log(1e-5, 1.0),
            ticks: ticks(&powers),
        },
        series: some(measured).into_iter().enumerate().map(curve).collect(),
        rules: vec![Rule {
            from: (1e-4, 1e-4),
            to: (1.0, 1.0),
            word: "as claimed".to_owned(),
        }],
    }
}

/// The mean genuine score of each session after enrolment.
pub fn drift(measured: &[Measured]) -> Chart {
    // Side by side, so that the bars do not hide each other.
    let place = |session: usize, colour: usize| to_f64(session) + 0.05 * (to_f64(colour) - 1.0);
    let curve = |(colour, measured): (usize, &Measured)| Series {
        name: span(&measured.findings),
        colour,
        points: (measured.findings.drift.iter())
            .map(|at| (place(at.session, colour), at.mean_score))
            .collect(),
        band: (measured.findings.drift.iter())
            .map(|at| (place(at.session, colour), at.ci95[0], at.ci95[1]))
            .collect(),
        marked: true,
        ..Series::default()
    };
    let series: Vec<Series> = some(measured).into_iter().enumerate().map(curve).collect();
    let sessions = series.iter().map(|s| s.points.len()).max().unwrap_or(1);
    let numbers: Vec<(f64, String)> = (1..=sessions)
        .map(|session| (to_f64(session), session.to_string()))
        .collect();
    Chart {
        title: format!(
            "{}: the same person, session after session",
            heading(measured)
        ),
        subtitle: people(measured, "mean score; bars: 95 %, by drawing people"),
        x: Axis {
            label: "session after enrolment".to_owned(),
            scale: Scale::Linear(0.5, to_f64(sessions) + 0.5),
            ticks: numbers,
        },
        y: score_axis(
            series
                .iter()
                .flat_map(|s| s.band.iter().flat_map(|b| [b.1, b.2])),
        ),
        series,
        rules: Vec::new(),
    }
}

/// What the score does while one person types, and while somebody else does.
pub fn traces(name: &str, traces: &[Trace; 2]) -> Chart {
    let words = ["the person", "somebody else"];
    let curve = |(colour, trace): (usize, &Trace)| Series {
        name: words[colour].to_owned(),
        colour,
        points: trace
            .iter()
            .map(|(keys, score)| (to_f64(*keys), *score))
            .collect(),
        ..Series::default()
    };
    let most = traces
        .iter()
        .flatten()
        .map(|(keys, _)| *keys)
        .max()
        .unwrap_or(1);
    let levels = LEVELS.iter().zip(LEVEL_NAMES).map(|(level, name)| Rule {
        from: (0.0, -level.ln()),
        to: (to_f64(most), -level.ln()),
        word: format!("level {name}"),
    });
    let scores = traces.iter().flatten().map(|(_, score)| *score);
    Chart {
        title: format!("{name}: the score as two people type"),
        subtitle: "against the profile of the median person; an impostor drawn at random"
            .to_owned(),
        x: Axis {
            label: "keys typed".to_owned(),
            scale: Scale::Linear(0.0, to_f64(most)),
            ticks: round_ticks(0.0, to_f64(most)),
        },
        y: score_axis(scores.chain([0.0, -LEVELS[2].ln()])),
        series: traces.iter().enumerate().map(curve).collect(),
        rules: levels.collect(),
    }
}

/// Those found against the keys it took.
pub fn detection(name: &str, continuous: &Continuous) -> Chart {
    let curve = |name: &str, colour: usize, of: &Detection| Series {
        name: name.to_owned(),
        colour,
        points: of
            .curve
            .iter()
            .map(|(keys, share, _)| (to_f64(*keys), *share))
            .collect(),
        band: (of.curve.iter())
            .map(|(keys, _, [low, high])| (to_f64(*keys), *low, *high))
            .collect(),
        ..Series::default()
    };
    Chart {
        title: format!("{name}: how soon somebody else is found"),
        subtitle: format!(
            "{} people, {} impostors; bands: 95 %, by drawing people",
            continuous.findings.users, continuous.findings.impostor
        ),
        x: Axis {
            label: "keys that the impostor has typed".to_owned(),
            scale: Scale::Log(10.0, 800.0),
            ticks: [10, 20, 50, 100, 200, 400, 800]
                .map(|keys| (f64::from(keys), keys.to_string()))
                .to_vec(),
        },
        y: share_axis("impostors found"),
        series: vec![
            curve("the agent's own rule", 0, &continuous.agent),
            curve("strict threshold", 1, &continuous.strict),
            curve("lenient threshold", 2, &continuous.lenient),
        ],
        rules: Vec::new(),
    }
}

/// For how long somebody who sits down at an unlocked desk is taken for its owner.
pub fn seat_change(name: &str, changes: &SeatChanges) -> Chart {
    let curve = |(colour, away): (usize, &crate::seat_change::Away)| Series {
        name: format!("{} s away", away.seconds_away),
        colour,
        points: (away.still_same.iter())
            .map(|still| (to_f64(still.keys), still.share))
            .collect(),
        marked: true,
        ..Series::default()
    };
    let keys = crate::seat_change::KEYS;
    Chart {
        title: format!("{name}: somebody else sits down at the unlocked desk"),
        subtitle: format!(
            "{} changes; the owner was \u{201c}same\u{201d} just before, the agent is asked for 1e-2",
            changes.handovers
        ),
        x: Axis {
            label: "keys that the intruder has typed".to_owned(),
            scale: Scale::Log(4.0, 250.0),
            ticks: keys.map(|keys| (to_f64(keys), keys.to_string())).to_vec(),
        },
        y: share_axis("intruders still taken for the owner"),
        series: changes.after.iter().enumerate().map(curve).collect(),
        rules: Vec::new(),
    }
}

/// The shortest, the longest and some between.
fn some(measured: &[Measured]) -> Vec<&Measured> {
    let count = measured.len().min(CURVES);
    let pick = |at: usize| &measured[at * (measured.len() - 1) / (count - 1).max(1)];
    (0..count).map(pick).collect()
}

fn heading(measured: &[Measured]) -> String {
    let Some(first) = measured.first() else {
        return String::new();
    };
    let with = first
        .findings
        .background_people
        .map(|_| ", with background");
    format!("{}{}", first.findings.protocol, with.unwrap_or_default())
}

fn people(measured: &[Measured], more: &str) -> String {
    let users = measured.first().map_or(0, |first| first.findings.users);
    format!("{users} people; {more}")
}

fn span(findings: &Findings) -> String {
    match (findings.window, findings.window_unit) {
        (Some(1), unit) => format!("1 {}", unit.trim_end_matches('s')),
        (Some(count), unit) => format!("{count} {unit}"),
        (None, unit) => format!("whole {unit}"),
    }
}

fn ticks(values: &[(f64, &str)]) -> Vec<(f64, String)> {
    let named = values
        .iter()
        .map(|(value, word)| (*value, (*word).to_owned()));
    named.collect()
}

fn share_axis(label: &str) -> Axis {
    Axis {
        label: label.to_owned(),
        scale: Scale::Linear(0.0, 1.0),
        ticks: ticks(&[
            (0.0, "0"),
            (0.25, "25 %"),
            (0.5, "50 %"),
            (0.75, "75 %"),
            (1.0, "100 %"),
        ]),
    }
}

fn score_axis(values: impl Iterator<Item = f64>) -> Axis {
    let finite = values.filter(|value| value.is_finite());
    let (low, high) = finite.fold((0.0_f64, 1.0_f64), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let room = 0.06 * (high - low);
    let (low, high) = (low - room, high + room);
    Axis {
        label: "score (natural log-likelihood ratio)".to_owned(),
        scale: Scale::Linear(low, high),
        ticks: round_ticks(low, high),
    }
}

/// Four to ten round values between two ends.
#[allow(clippy::cast_possible_truncation)] // the ends of an axis
fn round_ticks(low: f64, high: f64) -> Vec<(f64, String)> {
    let rough = (high - low).max(1e-9) / 6.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough)
        .unwrap_or(rough);
    let decimals = usize::from(step < 1.0);
    ((low / step).ceil() as i64..=(high / step).floor() as i64)
        .map(|count| {
            let value = f64::from(count as i32) * step;
            (value, format!("{value:.decimals$}"))
        })
        .collect()
}
