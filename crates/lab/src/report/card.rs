//! The model card: what the model is for, on whom it was tried, what is not covered, which attacks are known.

use super::{
    Run,
    page::Page,
    printed::{NONE, Printed, at, percent, percent_with},
};
use serde_json::Value;

/// Who is in a collection, by protocol. No figures: those are in the findings.
const POPULATIONS: [(&str, &str); 11] = [
    (
        "aalto",
        "volunteers of an open web test (Dhakal et al. 2018), each copying English sentences in one sitting, on their \
         own keyboards; browser clock",
    ),
    (
        "pace-free",
        "students and others at Pace University writing essays over several sessions (Monaco and Tappert 2016); clock \
         of 16 ms",
    ),
    (
        "pace-fixed",
        "the same university, one nursery rhyme copied several times; clock of 16 ms",
    ),
    ("keys", "whoever is in the recording that was brought"),
    (
        "balabit",
        "office accounts used by remote desktop (Fulop et al. 2016); clock of 15 ms; impostor sessions are those of \
         other accounts",
    ),
    (
        "pointer-attacks",
        "the same accounts, and paths forged for them",
    ),
    ("balabit-unknown", "the same accounts, windows of strokes"),
    (
        "attacks",
        "the people of the free-text recording, and typing forged from theirs",
    ),
    (
        "continuous",
        "the people of the free-text recording, typing on and on",
    ),
    (
        "fusion",
        "chimeric: the keys of the free-text people joined with the pointers of the office accounts",
    ),
    (
        "killourhy",
        "people at Carnegie Mellon typing one password (Killourhy and Maxion 2009)",
    ),
];

/// Attacks that no protocol tries.
const NOT_MEASURED: [&str; 3] = [
    "a person who practises somebody else's rhythm with feedback",
    "a program on the same computer that reads the profile's evidence out of memory",
    "an attacker who trains a network on this very model",
];

pub fn card(page: &mut Page, runs: &[Run]) {
    page.heading(2, "Model card");
    page.paragraph(
        "Meant for one thing: to say whether the person now typing on an enrolled computer is the person who \
         enrolled it, as one factor beside others. Not meant to identify anybody among many, to judge work, mood or \
         health, or to be the only factor.",
    );
    page.heading(3, "On whom it was tried");
    page.table(
        &[
            "protocol",
            "who",
            "people",
            "enrolled (median)",
            "population model",
        ],
        runs.iter().filter_map(tried_on).collect(),
    );
    page.heading(3, "What is not covered");
    page.list(not_covered(runs));
    page.heading(3, "How far a level is shown");
    page.paragraph(
        "A level of 1e-k claims that at most that share of impostor windows reaches it. Where fewer pairs of people \
         were tried than three over the share, the upper end of the interval lies above the claim and the level is \
         not shown to hold, whatever was seen (rule of three).",
    );
    page.table(
        &["run", "window", "1e-2", "1e-3", "1e-4"],
        runs.iter().flat_map(levels).collect(),
    );
    page.heading(3, "Known attacks");
    attacks(page, runs);
}

fn tried_on(run: &Run) -> Option<Vec<String>> {
    let first = run.findings.first()?;
    let who = POPULATIONS
        .iter()
        .find(|(protocol, _)| *protocol == first.protocol)
        .map(|(_, who)| *who)?;
    let enrolled = if first.enrolled > 0 {
        first.enrolled.to_string()
    } else {
        NONE.to_owned()
    };
    Some(vec![
        run.name.clone(),
        who.to_owned(),
        first.users.to_string(),
        enrolled,
        first.population(),
    ])
}

fn not_covered(runs: &[Run]) -> Vec<String> {
    let has = |protocol: &str| {
        let of = |run: &Run| run.findings.first().is_some_and(|f| f.protocol == protocol);
        runs.iter().any(of)
    };
    let mut list = vec![
        "Typing at work over months: the recordings are minutes to days long.".to_owned(),
        "Other scripts and languages than English on a US layout.".to_owned(),
        "Injury, tiredness, one hand, another chair: nobody was asked.".to_owned(),
        "Age, sex, handedness: error rates are not given by group, the recordings here do not say them.".to_owned(),
        "Touch pads, pens, graphics tablets: the pointer recordings are of mice through a remote desktop.".to_owned(),
        "Keyboard and pointer of the same person: no recording here has both.".to_owned(),
    ];
    if !has("killourhy") {
        list.push("One password typed again and again: the protocol `killourhy` is there, its file was not.".to_owned());
    }
    list
}

fn levels(run: &Run) -> Vec<Vec<String>> {
    let row = |finding: &Printed| {
        let mut row = vec![run.name.clone(), finding.span()];
        for level in ["1e-2", "1e-3", "1e-4"] {
            let found = finding.calibration.iter().find(|c| c.level == level);
            row.push(found.map_or(NONE.to_owned(), |c| percent_with(c.observed, c.ci95)));
        }
        row
    };
    let windows = run
        .findings
        .iter()
        .filter(|f| f.has_windows() && !f.calibration.is_empty());
    windows.map(row).collect()
}

fn attacks(page: &mut Page, runs: &[Run]) {
    page.paragraph(
        "Attacks through a keyboard of hardware that types by itself; keys made by a program are marked as such by the \
         system and never count. “Success” is a window for which the agent says `same` at 1e-2.",
    );
    let attempted = runs
        .iter()
        .flat_map(|run| &run.findings)
        .filter_map(|finding| Some((finding, finding.further.get("attacks")?.as_array()?)));
    let mut rows = Vec::new();
    for (finding, attacks) in attempted {
        for attack in attacks {
            let share = |key: &str| attack.get(key).and_then(Value::as_f64);
            let name = attack
                .get("attack")
                .and_then(|name| name.as_str())
                .unwrap_or(NONE);
            rows.push(vec![
                name.to_owned(),
                finding.span(),
                percent(share("same")),
                percent(share("reaches_1e-2")),
                percent(share("noticed_as_replay")),
            ]);
        }
    }
    page.table(
        &[
            "attack",
            "window",
            "agent says `same`",
            "score reaches 1e-2",
            "noticed as a replay",
        ],
        rows,
    );
    pointer_attacks(page, runs);
    page.paragraph("Not measured:");
    page.list(
        NOT_MEASURED
            .iter()
            .map(|attack| (*attack).to_owned())
            .collect(),
    );
}

fn pointer_attacks(page: &mut Page, runs: &[Run]) {
    let mut rows = Vec::new();
    for finding in runs.iter().flat_map(|run| &run.findings) {
        let attempts = finding
            .further
            .get("pointer_attacks")
            .and_then(Value::as_array);
        for attempt in attempts.into_iter().flatten() {
            let name = attempt
                .get("attack")
                .and_then(Value::as_str)
                .unwrap_or(NONE);
            rows.push(vec![
                name.to_owned(),
                finding.span(),
                percent(at(Some(attempt), "speaks_for_the_person")),
                percent(at(Some(attempt), "reaches_1e-2")),
            ]);
        }
    }
    page.table(
        &[
            "pointer",
            "window",
            "score above 0: speaks for the person",
            "score reaches 1e-2",
        ],
        rows,
    );
}
