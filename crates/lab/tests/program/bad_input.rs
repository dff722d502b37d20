//! What the program does with recordings that are not as they should be: it names file and line, or does what is
//! written here.

use crate::lab::{
    Folder, HEADER, Outcome, evaluate_keys, figures, lab, lab_in_little_memory, packed, recording,
    typing,
};

const MALFORMED: i32 = 3;
const UNFIT: i32 = 4;

fn refused_at(outcome: &Outcome, line: u64, why: &str) {
    assert_eq!(outcome.code, MALFORMED, "{}", outcome.stderr);
    let place = format!("keys_made.csv, line {line}:");
    assert!(outcome.stderr.contains(&place), "{}", outcome.stderr);
    assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
    assert!(outcome.stdout.is_empty());
}

/// Two people with one line replaced.
fn with_line(line: usize, text: &str) -> Outcome {
    let mut rows = typing(2, 4, 60);
    text.clone_into(&mut rows[line - 2]);
    evaluate_keys(&rows)
}

fn has_error_rates(outcome: &Outcome) {
    for finding in outcome.findings() {
        let eer = finding["eer"].as_f64().expect("a number");
        assert!((0.0..=1.0).contains(&eer), "{eer}");
        assert!(finding["auc"].as_f64().is_some());
    }
}

#[test]
fn an_empty_folder_is_said_to_be_empty() {
    let folder = Folder::new();
    for protocol in ["keys", "aalto", "balabit", "fusion", "killourhy"] {
        let outcome = lab(&["evaluate", "--protocol", protocol, folder.path(), "--json"]);
        assert_eq!(outcome.code, UNFIT, "{protocol}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(folder.path()), "{}", outcome.stderr);
    }
}

#[test]
fn a_folder_that_is_not_there_is_an_ordinary_error() {
    let outcome = lab(&[
        "evaluate",
        "--protocol",
        "keys",
        "/nowhere/at/all",
        "--json",
    ]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("/nowhere/at/all"));
}

#[test]
fn an_unknown_column_is_named() {
    let folder = Folder::new();
    folder.write(
        "keys_made.csv",
        "user,session,t_ms,kind,code,pressure,x,y\n",
    );
    let outcome = lab(&["evaluate", "--protocol", "keys", folder.path()]);
    refused_at(&outcome, 1, "unknown column \"pressure\"");
}

#[test]
fn an_empty_file_is_said_to_be_empty() {
    let folder = Folder::new();
    folder.write("keys_made.csv", "");
    refused_at(
        &lab(&["evaluate", "--protocol", "keys", folder.path()]),
        1,
        "empty",
    );
}

#[test]
fn times_out_of_order_are_refused() {
    refused_at(&with_line(9, "p0,0,1,ku,d,,"), 9, "goes back");
}

#[test]
fn a_negative_time_and_an_endless_one_are_refused() {
    refused_at(&with_line(5, "p0,0,-20,ku,b,,"), 5, "t_ms \"-20\"");
    refused_at(
        &with_line(5, "p0,0,99999999999,ku,b,,"),
        5,
        "t_ms \"99999999999\"",
    );
}

#[test]
fn a_kind_a_place_and_a_field_too_few_are_refused() {
    refused_at(&with_line(4, "p0,0,300,tap,b,,"), 4, "unknown kind \"tap\"");
    refused_at(&with_line(4, "p0,0,300,mm,,left,3"), 4, "x \"left\"");
    refused_at(&with_line(4, "p0,0,300"), 4, "3 fields");
}

#[test]
fn a_person_who_comes_back_is_refused() {
    let mut rows = typing(2, 4, 60);
    rows.push("p0,0,0,kd,a,,".to_owned());
    let last = rows.len() as u64 + 1;
    refused_at(&evaluate_keys(&rows), last, "user \"p0\" comes back");
}

#[test]
fn a_file_that_is_cut_short_is_refused_with_its_line() {
    let folder = Folder::new();
    let whole = packed(&recording(&typing(2, 4, 60)));
    std::fs::write(folder.join("keys_made.csv.gz"), &whole[..whole.len() / 2]).expect("written");
    let outcome = lab(&["evaluate", "--protocol", "keys", folder.path()]);
    assert_eq!(outcome.code, MALFORMED, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("keys_made.csv.gz, line "),
        "{}",
        outcome.stderr
    );
}

#[test]
fn one_person_only_is_too_few() {
    let outcome = evaluate_keys(&typing(1, 4, 60));
    assert_eq!(outcome.code, UNFIT);
    assert!(
        outcome.stderr.contains("1 people; at least two"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn people_without_a_whole_window_are_too_few() {
    let outcome = evaluate_keys(&typing(2, 2, 20));
    assert_eq!(outcome.code, UNFIT);
    assert!(
        outcome.stderr.contains("whole window"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_clock_that_jumps_ahead_by_weeks_is_a_pause() {
    let mut rows = typing(2, 4, 60);
    for row in &mut rows {
        let fields: Vec<&str> = row.split(',').collect();
        let at: u32 = fields[2].parse().expect("a time");
        if fields[1] == "3" && at > 3000 {
            let late = at + 20 * 24 * 3_600_000;
            *row = format!(
                "{},{},{late},{},{},,",
                fields[0], fields[1], fields[3], fields[4]
            );
        }
    }
    has_error_rates(&evaluate_keys(&rows));
}

#[test]
fn releases_without_a_press_change_nothing() {
    let plain = typing(2, 4, 60);
    let with = plain.iter().flat_map(|row| {
        let lone = row
            .contains(",kd,")
            .then(|| row.replace(",kd,", ",ku,").replace(",a,,", ",f9,,"));
        let lone = lone.filter(|row| row.contains("f9"));
        lone.into_iter().chain([row.clone()])
    });
    let with: Vec<String> = with.collect();
    assert!(with.len() > plain.len());
    assert_eq!(
        figures(&evaluate_keys(&with)),
        figures(&evaluate_keys(&plain))
    );
}

#[test]
fn a_key_that_repeats_while_held_changes_nothing() {
    let plain = typing(2, 4, 60);
    let with: Vec<String> = plain
        .iter()
        .flat_map(|row| {
            let again = row.contains(",kd,").then(|| row.clone());
            [Some(row.clone()), again].into_iter().flatten()
        })
        .collect();
    assert_eq!(
        figures(&evaluate_keys(&with)),
        figures(&evaluate_keys(&plain))
    );
}

#[test]
fn keys_that_never_come_up_are_survived() {
    let never_up = typing(2, 4, 60)
        .into_iter()
        .filter(|row| !row.contains(",ku,"));
    let outcome = evaluate_keys(&never_up.collect::<Vec<_>>());
    has_error_rates(&outcome);
}

#[test]
fn a_pointer_outside_the_screen_is_not_seen() {
    let plain = typing(2, 4, 60);
    let with: Vec<String> = plain
        .iter()
        .flat_map(|row| {
            let place: Vec<&str> = row.splitn(4, ',').collect();
            let off = format!("{},{},{},mm,,65535,65535", place[0], place[1], place[2]);
            [row.clone(), off]
        })
        .collect();
    assert_eq!(
        figures(&evaluate_keys(&with)),
        figures(&evaluate_keys(&plain))
    );
}

#[test]
fn people_without_any_variance_still_have_error_rates() {
    let row = |person: u32, session: u32, key: u32| {
        let at = key * 200;
        let up = at + 100;
        [
            format!("p{person},{session},{at},kd,a,,"),
            format!("p{person},{session},{up},ku,a,,"),
        ]
    };
    let rows: Vec<String> = (0..3)
        .flat_map(|person| (0..4).map(move |session| (person, session)))
        .flat_map(|(person, session)| (0..100).flat_map(move |key| row(person, session, key)))
        .collect();
    let outcome = evaluate_keys(&rows);
    has_error_rates(&outcome);
    let eer = outcome.findings()[0]["eer"].as_f64().expect("a number");
    assert!(
        (eer - 0.5).abs() < 0.01,
        "people who are all alike cannot be told apart: {eer}"
    );
}

#[test]
fn a_line_without_end_is_refused_without_reading_it() {
    let folder = Folder::new();
    let part = packed(&"a".repeat(10_000_000));
    // Unpacked, this is two gigabytes in one line.
    let mut bytes = packed(&format!("{HEADER}\n"));
    (0..200).for_each(|_| bytes.extend(&part));
    std::fs::write(folder.join("keys_made.csv.gz"), bytes).expect("written");
    let outcome = lab_in_little_memory(&["evaluate", "--protocol", "keys", folder.path()]);
    assert_eq!(outcome.code, MALFORMED, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("line 2: the line is longer"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_file_larger_than_memory_is_read_as_a_stream() {
    let folder = Folder::new();
    let skipped = format!("zz,0,0,mm,{},65535,65535\n", "x".repeat(60_000));
    let part = packed(&skipped.repeat(200));
    // Unpacked, this is 1.2 gigabytes of rows that are skipped.
    let mut bytes = packed(&recording(&typing(2, 4, 60)));
    (0..100).for_each(|_| bytes.extend(&part));
    std::fs::write(folder.join("keys_made.csv.gz"), bytes).expect("written");
    let outcome = lab_in_little_memory(&["evaluate", "--protocol", "keys", folder.path()]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
}

#[test]
fn the_exit_codes_are_in_the_help() {
    let help = lab(&["evaluate", "--help"]).stdout;
    for code in [
        "0  done",
        "2  the command line",
        "3  a recording is malformed",
        "4  the recordings",
    ] {
        assert!(help.contains(code), "{help}");
    }
    assert_eq!(lab(&["evaluate", "--protocol", "astrology", "."]).code, 2);
}
