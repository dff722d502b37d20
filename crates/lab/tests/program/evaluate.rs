//! What an evaluation prints and draws.

use crate::lab::{Folder, Outcome, lab, recording, typing};

const STABLE_KEYS: [&str; 17] = [
    "protocol",
    "users",
    "genuine",
    "impostor",
    "window",
    "eer",
    "eer_ci95",
    "auc",
    "fnmr_at_fmr",
    "calibration",
    "anga",
    "ania",
    "median_keys_to_lock",
    "seconds_to_detect",
    "seed",
    "data_sha256",
    "version",
];

fn folder_of_typing() -> Folder {
    let folder = Folder::new();
    for (name, rows) in [
        ("keys_aalto.csv", typing(4, 14, 60)),
        ("keys_pace_free.csv", typing(4, 6, 260)),
        ("keys_pace_fixed.csv", typing(4, 4, 100)),
    ] {
        folder.write(name, &recording(&rows));
    }
    folder
}

fn evaluate(protocol: &str, folder: &Folder, more: &[&str]) -> Outcome {
    let asked = ["evaluate", "--protocol", protocol, folder.path(), "--json"];
    lab(&[&asked[..], more].concat())
}

#[test]
fn every_protocol_of_keys_prints_the_stable_keys_for_each_window() {
    let folder = folder_of_typing();
    for protocol in ["aalto", "pace-free", "pace-fixed", "keys", "continuous"] {
        let findings = evaluate(protocol, &folder, &[]).findings();
        assert!(!findings.is_empty());
        for finding in &findings {
            let has = |key: &&&str| finding.get(**key).is_none();
            assert_eq!(STABLE_KEYS.iter().find(has), None, "{protocol}");
            assert_eq!(finding["protocol"], protocol);
        }
    }
}

#[test]
fn people_with_rhythms_of_their_own_are_told_apart() {
    let findings = evaluate("pace-free", &folder_of_typing(), &[]).findings();
    let windows: Vec<_> = findings.iter().map(|f| f["window"].as_u64()).collect();
    assert_eq!(windows, [Some(50), Some(100), Some(200)]);
    for finding in &findings {
        // Neighbours among the four differ in their holds by as much as one person may between two days.
        assert!(
            finding["auc"].as_f64().expect("a number") > 0.8,
            "{finding}"
        );
    }
    assert_eq!(findings[0]["fnmr_at_fmr"]["1e-4"], serde_json::Value::Null);
    assert_eq!(findings[0]["handovers"]["people"], 4);
}

#[test]
fn the_same_seed_prints_the_same_bytes() {
    let folder = folder_of_typing();
    let printed = |seed: &str| evaluate("aalto", &folder, &["--seed", seed]).stdout;
    assert_eq!(printed("7"), printed("7"));
    assert_ne!(printed("7"), printed("8"));
}

#[test]
fn progress_is_on_standard_error_in_plain_lines() {
    let outcome = evaluate("aalto", &folder_of_typing(), &[]);
    assert!(
        outcome.stderr.contains("trying everybody: 4 of 4"),
        "{}",
        outcome.stderr
    );
    assert!(!outcome.stderr.contains('\u{1b}'));
    assert!(outcome.stdout.starts_with('['));
}

#[test]
fn plots_are_drawn_where_they_were_asked_for() {
    let folder = folder_of_typing();
    let plots = folder.join("plots");
    let to = ["--plots", plots.to_str().expect("text")];
    evaluate("pace-free", &folder, &to).findings();
    evaluate("continuous", &folder, &to).findings();
    for name in [
        "pace-free-det",
        "pace-free-reliability",
        "pace-free-drift",
        "pace-free-traces",
        "continuous-time-to-detect",
    ] {
        let svg = std::fs::read_to_string(plots.join(format!("{name}.svg"))).expect(name);
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
    }
}

#[test]
fn a_file_can_be_named_in_place_of_a_folder() {
    let folder = Folder::new();
    let file = folder.write("mine.csv", &recording(&typing(3, 4, 100)));
    let file = file.to_str().expect("text");
    assert_eq!(
        lab(&["evaluate", "--protocol", "keys", file]).findings()[0]["users"],
        3
    );
}

#[test]
fn a_replay_succeeds_more_often_than_a_constant_rate() {
    let findings = evaluate("attacks", &folder_of_typing(), &[]).findings();
    let attacks = findings[0]["attacks"].as_array().expect("attacks");
    let reaching = |name: &str| {
        let named = |attack: &&serde_json::Value| {
            attack["attack"]
                .as_str()
                .is_some_and(|a| a.starts_with(name))
        };
        let attack = attacks.iter().find(named).expect(name);
        assert!(attack["windows"].as_u64() > Some(0));
        attack["reaches_1e-2"].as_f64().expect("a share")
    };
    assert!(reaching("replay") >= reaching("constant rate"));
}

#[test]
fn a_report_shows_what_was_printed_and_drawn_and_nothing_else() {
    let folder = folder_of_typing();
    let report = folder.join("report");
    for protocol in ["pace-free", "continuous", "attacks"] {
        let plots = report.join(protocol);
        let to = ["--plots", plots.to_str().expect("text")];
        let printed = evaluate(protocol, &folder, &to).stdout;
        std::fs::create_dir_all(&report).expect("made");
        std::fs::write(report.join(format!("{protocol}.json")), printed).expect("written");
    }
    let outcome = lab(&["report", report.to_str().expect("text")]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let page = std::fs::read_to_string(report.join("README.md")).expect("written");
    for part in [
        "## Model card",
        "pace-free/pace-free-det.svg",
        "replay of the victim",
        "| strict threshold",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("NaN") && !page.contains("inf"));
    assert!(
        std::fs::read_to_string(report.join("index.html"))
            .is_ok_and(|html| html.contains("<table>"))
    );
}

#[test]
fn a_report_on_nothing_is_refused_and_so_is_one_on_damaged_findings() {
    let folder = Folder::new();
    assert_eq!(lab(&["report", folder.path()]).code, 4);
    folder.write("broken.json", "[\n{\"protocol\": 1}\n]");
    let outcome = lab(&["report", folder.path()]);
    assert_eq!(outcome.code, 3);
    assert!(
        outcome.stderr.contains("broken.json, line 2"),
        "{}",
        outcome.stderr
    );
}
