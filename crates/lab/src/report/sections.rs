//! What was measured: all of it in one table, then run by run.

use super::{
    Run,
    page::Page,
    printed::{Handovers, Printed, at, number, percent, percent_with},
};

/// Kinds of plots with what they show, in the order of the page.
const PLOTS: [(&str, &str); 6] = [
    ("det", "detection error tradeoff with bands of 95 %"),
    (
        "reliability",
        "claimed level against the share of impostors who reach it",
    ),
    (
        "time-to-detect",
        "share of impostors found against the keys they typed",
    ),
    (
        "drift",
        "mean score of the same people, session after session",
    ),
    ("traces", "score of one genuine and one impostor stream"),
    (
        "seat-change",
        "intruders still taken for the owner against the keys they typed",
    ),
];

pub fn head(page: &mut Page, runs: &[Run]) {
    page.heading(1, "Accuracy, as measured");
    let first = runs.iter().flat_map(|run| &run.findings).next();
    let (version, seed) = first.map_or((String::new(), 0), |f| (f.version.clone(), f.seed));
    page.paragraph(format!(
        "Written by `selfsame-lab report` from what `selfsame-lab evaluate` printed; `make accuracy` does both. Version \
         {version}, seed {seed}. What the figures mean, and what they do not show, is explained in \
         [accuracy.md](../accuracy.md). The findings lie beside this page as JSON."
    ));
    page.paragraph(
        "The recordings are public and not part of the project; no parameter of the shipped model is fitted on them. \
         “Shipped” is the model as it ships; “background” is the same model with a population fitted on other people \
         of the recordings, which does not ship. Intervals are of 95 %, by drawing people with replacement.",
    );
}

pub fn overview(page: &mut Page, runs: &[Run]) {
    page.heading(2, "Error rates");
    let rows = |run: &Run| -> Vec<Vec<String>> {
        let windows = run.findings.iter().filter(|finding| finding.has_windows());
        windows
            .map(|finding| overview_row(&run.name, finding))
            .collect()
    };
    page.table(
        &[
            "run",
            "window",
            "people",
            "genuine / impostor windows",
            "population",
            "EER",
            "AUC",
            "FNMR at FMR 1e-2",
            "1e-3",
            "1e-4",
        ],
        runs.iter().flat_map(rows).collect(),
    );
    page.paragraph(
        "EER is pooled, with one threshold for all people, unless the run says otherwise. A dash stands where there are \
         fewer impostor windows than three over the rate.",
    );
}

fn overview_row(name: &str, finding: &Printed) -> Vec<String> {
    let fnmr = |level: &str| percent(finding.fnmr_at_fmr.get(level).copied().flatten());
    vec![
        name.to_owned(),
        finding.span(),
        finding.users.to_string(),
        format!("{} / {}", finding.genuine, finding.impostor),
        finding.population(),
        percent_with(finding.eer, finding.eer_ci95),
        auc(finding),
        fnmr("1e-2"),
        fnmr("1e-3"),
        fnmr("1e-4"),
    ]
}

fn auc(finding: &Printed) -> String {
    let [low, high] = finding.auc_ci95.map(|end| number(end, 3));
    format!("{} ({low}–{high})", number(finding.auc, 3))
}

pub fn run(page: &mut Page, run: &Run) {
    page.heading(2, run.name.clone());
    let Some(first) = run.findings.first() else {
        return;
    };
    page.paragraph(format!(
        "Protocol `{}`, {} people, SHA-256 of the recording `{}`. EER: {}.",
        first.protocol, first.users, first.data_sha256, first.eer_is
    ));
    let mut notes: Vec<String> = Vec::new();
    for note in run.findings.iter().flat_map(|finding| &finding.notes) {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    page.list(notes);
    verdicts(page, run);
    if let Some(handovers) = &first.handovers {
        seat_changes(page, handovers);
    }
    detection(page, first);
    alone(page, run);
    for (kind, words) in PLOTS {
        if let Some(path) = run.plot(kind) {
            page.image(path, format!("{}: {words}", run.name));
        }
    }
}

fn verdicts(page: &mut Page, run: &Run) {
    let rows = run.findings.iter().flat_map(|finding| {
        finding.verdicts.iter().map(|(level, verdicts)| {
            let reached = finding.calibration.iter().find(|c| &c.level == level);
            vec![
                finding.span(),
                level.clone(),
                percent(Some(verdicts.genuine_same)),
                percent(Some(verdicts.impostor_same)),
                percent(Some(verdicts.genuine_different)),
                percent(Some(verdicts.impostor_different)),
                percent(reached.and_then(|c| c.genuine)),
            ]
        })
    });
    page.table(
        &[
            "window",
            "asked for",
            "genuine `same`",
            "impostor `same`",
            "genuine `different`",
            "impostor `different`",
            "genuine score reaches it",
        ],
        rows.collect(),
    );
}

fn seat_changes(page: &mut Page, handovers: &Handovers) {
    let Some(first) = handovers.after.first() else {
        return;
    };
    page.paragraph(format!(
        "The seat changes hands: while people typed on themselves, {} of the looks found them `same`, and {} of {} were \
         it at the end; {} times somebody else then went on typing on the unlocked computer. Share for whom the agent still says `same` at 1e-2, by seconds that \
         the owner was away and keys of the intruder:",
        percent(handovers.own_same),
        handovers.same_before,
        handovers.people,
        handovers.handovers
    ));
    let keys = first
        .still_same
        .iter()
        .map(|still| format!("{} keys", still.keys));
    let head: Vec<String> = ["away".to_owned()].into_iter().chain(keys).collect();
    let rows = handovers.after.iter().map(|away| {
        let shares = away
            .still_same
            .iter()
            .map(|still| percent(Some(still.share)));
        [format!("{} s", away.seconds_away)]
            .into_iter()
            .chain(shares)
            .collect()
    });
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    page.table(&head, rows.collect());
}

fn detection(page: &mut Page, finding: &Printed) {
    if finding.protocol != "continuous" {
        return;
    }
    let strict = serde_json::json!(finding.further);
    let row = |name: &str, of: Option<&serde_json::Value>| {
        let within = of.and_then(|of| of.get("found_within"));
        let never_locked = number(at(of, "owners_never_locked"), 0);
        vec![
            name.to_owned(),
            percent(at(of, "found")),
            percent(at(within, "50")),
            percent(at(within, "100")),
            percent(at(within, "200")),
            number(at(of, "median_keys"), 0),
            number(at(of, "median_seconds"), 0),
            format!("{never_locked} of {}", finding.users),
            number(at(of, "keys_between_false_locks"), 0),
            number(at(of, "mean_keys_of_those_found"), 0),
        ]
    };
    page.table(
        &[
            "rule",
            "impostors found",
            "within 50 keys",
            "100",
            "200",
            "median keys",
            "median seconds, of those found",
            "owners never locked",
            "ANGA (keys)",
            "ANIA (keys)",
        ],
        vec![
            row("strict threshold, chosen on other people", Some(&strict)),
            row(
                "lenient threshold, chosen on other people",
                finding.further.get("lenient"),
            ),
            row("the agent's own", finding.further.get("agent")),
        ],
    );
}

fn alone(page: &mut Page, run: &Run) {
    let rows = run.findings.iter().filter_map(|finding| {
        let (keys, pointer) = (
            finding.further.get("keyboard_alone")?,
            finding.further.get("pointer_alone")?,
        );
        let of = |value| {
            format!(
                "{} / {}",
                percent(at(Some(value), "eer")),
                number(at(Some(value), "auc"), 3)
            )
        };
        let both = format!("{} / {}", percent(finding.eer), number(finding.auc, 3));
        Some(vec![finding.span(), of(keys), of(pointer), both])
    });
    page.table(
        &[
            "window",
            "keyboard alone, EER / AUC",
            "pointer alone",
            "both",
        ],
        rows.collect(),
    );
}
