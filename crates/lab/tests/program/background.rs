//! A population fitted on other people, from the recording to the figures.

use std::fs;

use crate::lab::{Folder, lab, unpacked};

/// Four are tried, four more are spared for choosing between models, and the rest is the background: two more than the
/// fewest that a population is fitted on.
const PEOPLE: &str = "50";
/// Sentences of each that are kept: some 360 keys, half of them to enrol with.
const SENTENCES: u32 = 8;

/// Generated people, who differ by as much as real ones are said to.
fn people(folder: &Folder) -> String {
    let whole = folder.join("whole.csv.gz");
    let out = whole.to_str().expect("text");
    let made = lab(&["generate", "--people", PEOPLE, "--seed", "3", "--out", out]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let text = unpacked(&whole);
    fs::remove_file(&whole).expect("was there");
    let (header, rows) = text.split_once('\n').expect("a header");
    let early = |row: &&str| {
        let session = row.split(',').nth(1).and_then(|s| s.parse::<u32>().ok());
        let is_key = row.contains(",kd,") || row.contains(",ku,");
        is_key && session.is_some_and(|session| session < SENTENCES)
    };
    let rows: Vec<&str> = rows.lines().filter(early).collect();
    let file = folder.write("keys_made.csv", &format!("{header}\n{}\n", rows.join("\n")));
    file.to_str().expect("text").to_owned()
}

#[test]
fn a_background_is_fitted_on_people_who_are_not_tried_and_tells_the_others_apart_as_well() {
    let folder = Folder::new();
    let file = people(&folder);
    let tried = ["evaluate", "--protocol", "keys", &file, "--people", "4"];
    let shipped = lab(&tried).findings();
    let fitted = lab(&[&tried[..], &["--background", &file]].concat()).findings();
    assert_eq!(shipped.len(), fitted.len());
    for (shipped, fitted) in shipped.iter().zip(&fitted) {
        assert_eq!(shipped["population"], "shipped");
        assert_eq!(fitted["population"], "background");
        assert_eq!(fitted["background_people"], 42);
        assert_eq!(fitted["genuine"], shipped["genuine"]);
        let auc = |finding: &serde_json::Value| finding["auc"].as_f64().expect("a number");
        assert!(auc(fitted) > 0.95, "{fitted}");
        assert!(auc(fitted) >= auc(shipped) - 0.01, "{shipped} {fitted}");
    }
}

#[test]
fn too_few_people_for_a_background_are_refused_with_their_number() {
    let folder = Folder::new();
    let file = people(&folder);
    let tried = ["evaluate", "--protocol", "keys", &file, "--people", "6"];
    let outcome = lab(&[&tried[..], &["--background", &file]].concat());
    assert_ne!(outcome.code, 0);
    assert!(
        outcome.stderr.contains("38 people who are not tried"),
        "{}",
        outcome.stderr
    );
}
