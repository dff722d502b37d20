//! Collections as their authors publish them, made here, through the program and back.

use std::fmt::Write;

use crate::lab::{Folder, HEADER, lab, unpacked};

const AALTO: &str = "PARTICIPANT_ID\tTEST_SECTION_ID\tSENTENCE\tUSER_INPUT\tKEYSTROKE_ID\tPRESS_TIME\tRELEASE_TIME\t\
                     LETTER\tKEYCODE";

fn import(collection: &str, from: &Folder, out: &Folder) -> crate::lab::Outcome {
    lab(&["import", collection, from.path(), "--out", out.path()])
}

fn aalto_line(section: u32, down: u64, up: u64, code: u32) -> String {
    format!("42\t{section}\tSentence\tTyped\t1\t{down}\t{up}\tX\t{code}\n")
}

#[test]
fn aalto_keys_become_presses_and_releases_in_the_order_of_time() {
    let (from, out) = (Folder::new(), Folder::new());
    let lines = [
        aalto_line(9, 1_472_127_900_000, 1_472_127_900_090, 89),
        aalto_line(8, 1_472_127_800_000, 1_472_127_800_200, 16),
        aalto_line(8, 1_472_127_800_100, 1_472_127_800_180, 72),
        // It came up before it went down: not timed.
        aalto_line(8, 1_472_127_800_400, 1_472_127_800_300, 73),
    ];
    from.write(
        "files/42_keystrokes.txt",
        &format!("{AALTO}\n{}", lines.concat()),
    );
    from.write("files/metadata_participants.txt", "not keys");
    assert_eq!(import("aalto", &from, &out).code, 0);
    let expected = "aalto42,0,0,kd,shift,,\naalto42,0,100,kd,h,,\naalto42,0,180,ku,h,,\naalto42,0,200,ku,shift,,\n\
                    aalto42,1,0,kd,y,,\naalto42,1,90,ku,y,,\n";
    assert_eq!(
        unpacked(&out.join("keys_aalto.csv.gz")),
        format!("{HEADER}\n{expected}")
    );
}

#[test]
fn a_damaged_participant_is_left_out_by_name_and_line() {
    let (from, out) = (Folder::new(), Folder::new());
    from.write("1_keystrokes.txt", &format!("{AALTO}\n42\tbroken\n"));
    from.write(
        "2_keystrokes.txt",
        &format!("{AALTO}\n{}", aalto_line(1, 1000, 1090, 65)),
    );
    let outcome = import("aalto", &from, &out);
    assert_eq!(outcome.code, 0);
    assert!(
        outcome
            .stderr
            .contains("1_keystrokes.txt, line 2: 2 fields"),
        "{}",
        outcome.stderr
    );
    assert_eq!(unpacked(&out.join("keys_aalto.csv.gz")).lines().count(), 3);
    let lone = from.join("1_keystrokes.txt");
    let outcome = lab(&[
        "import",
        "aalto",
        lone.to_str().expect("text"),
        "--out",
        out.path(),
    ]);
    assert_eq!(outcome.code, 3);
}

#[test]
fn aalto_sentences_in_another_encoding_do_not_matter() {
    let (from, out) = (Folder::new(), Folder::new());
    let path = from.write("1_keystrokes.txt", "");
    let mut bytes = format!("{AALTO}\n1\t1\tcaf").into_bytes();
    bytes.push(0xE9);
    bytes.extend(b"\tx\t1\t5\t9\tX\t65\n");
    std::fs::write(path, bytes).expect("written");
    assert_eq!(import("aalto", &from, &out).code, 0);
    assert_eq!(unpacked(&out.join("keys_aalto.csv.gz")).lines().count(), 3);
}

#[test]
fn pace_keys_get_the_names_that_recordings_have() {
    let (from, out) = (Folder::new(), Folder::new());
    from.write(
        "free_text.csv",
        "user,session,keyname,timepress,timerelease\n7,0,dash,0,80\n7,0,open_bracket,60,150\n7,1,a,0,90\n12,0,caps_lock,0,70\n",
    );
    assert_eq!(import("pace", &from, &out).code, 0);
    let expected = "pacefree07,0,0,kd,minus,,\npacefree07,0,60,kd,lbracket,,\npacefree07,0,80,ku,minus,,\n\
                    pacefree07,0,150,ku,lbracket,,\npacefree07,1,0,kd,a,,\npacefree07,1,90,ku,a,,\n\
                    pacefree12,0,0,kd,capslock,,\npacefree12,0,70,ku,capslock,,\n";
    assert_eq!(
        unpacked(&out.join("keys_pace_free.csv.gz")),
        format!("{HEADER}\n{expected}")
    );
    from.write(
        "fixed_text.csv",
        "user,session,keyname,timepress,timerelease\n7,0,a,soon,90\n",
    );
    let outcome = import("pace", &from, &out);
    assert_eq!(outcome.code, 3);
    assert!(
        outcome.stderr.contains("fixed_text.csv, line 2: \"soon\""),
        "{}",
        outcome.stderr
    );
}

const BALABIT: &str = "record timestamp,client timestamp,button,state,x,y";

/// A session in which the pointer goes back and forth, in a manner of the account's own.
fn pointing(account: u32, strokes: u32) -> String {
    let mut text = format!("{BALABIT}\n");
    for stroke in 0..strokes {
        for step in 0..20 {
            let at = f64::from(stroke) * 2.0 + f64::from(step) * 0.015 * f64::from(account);
            let x = 100 + step * (3 + 4 * account) + (stroke * step) % 5;
            writeln!(text, "{at},{at:.3},NoButton,Move,{x},{}", 200 + step).expect("text");
        }
        let at = f64::from(stroke) * 2.0 + 0.9;
        for (after, state) in [(0.0, "Pressed"), (0.05 * f64::from(account), "Released")] {
            writeln!(text, "{at},{:.3},Left,{state},300,220", at + after).expect("text");
        }
    }
    text
}

fn challenge() -> Folder {
    let from = Folder::new();
    let mut labels = "filename,is_illegal\n".to_owned();
    for account in 1..4 {
        for session in 0..6 {
            let name = format!("training_files/user{account}/session_{session}");
            from.write(&name, &pointing(account, 100));
        }
        for (session, by) in [(account * 10, account), (account * 10 + 1, account % 3 + 1)] {
            let name = format!("test_files/user{account}/session_{session}");
            from.write(&name, &pointing(by, 20));
            writeln!(labels, "session_{session},{}", u8::from(by != account)).expect("text");
        }
    }
    from.write("public_labels.csv", &labels);
    from
}

#[test]
fn balabit_states_become_moves_buttons_and_wheel() {
    let (from, out) = (Folder::new(), Folder::new());
    let rows = [
        "0.1,0.016,NoButton,Move,5,6",
        "0.2,0.031,Left,Pressed,5,6",
        "0.3,0.047,Left,Drag,7,6",
        // The client's clock goes back.
        "0.4,0.040,Left,Released,65535,65535",
        "0.5,0.062,Scroll,Down,7,6",
    ];
    let text = format!("{BALABIT}\n{}\n", rows.join("\n"));
    from.write("training_files/user7/session_1", &text);
    from.write("test_files/user7/session_2", &text);
    from.write("public_labels.csv", "filename,is_illegal\nsession_2,1\n");
    assert_eq!(import("balabit", &from, &out).code, 0);
    let session = |name: &str| {
        format!(
            "user7,{name},0,mm,,5,6\nuser7,{name},15,md,left,5,6\nuser7,{name},31,mm,drag,7,6\n\
             user7,{name},31,mu,left,65535,65535\nuser7,{name},46,wheel,down,7,6\n"
        )
    };
    assert_eq!(
        unpacked(&out.join("mouse_balabit.csv.gz")),
        format!("{HEADER}\n{}{}", session("train_1"), session("test_2"))
    );
    let labels = std::fs::read_to_string(out.join("mouse_balabit_labels.csv")).expect("written");
    assert_eq!(labels, "user,session,is_impostor\nuser7,test_2,1\n");
}

#[test]
fn an_imported_challenge_can_be_evaluated_with_known_and_unknown_attackers() {
    let (from, out) = (challenge(), Folder::new());
    assert_eq!(import("balabit", &from, &out).code, 0);
    let evaluate = |protocol: &str| {
        lab(&["evaluate", "--protocol", protocol, out.path(), "--json"]).findings()
    };
    let labelled = evaluate("balabit");
    assert_eq!(
        (
            labelled[0]["genuine"].as_u64(),
            labelled[0]["impostor"].as_u64()
        ),
        (Some(3), Some(3))
    );
    assert_eq!(labelled[0]["population"], "shipped");
    assert_eq!(labelled[0].get("attackers_known"), None);
    let compared = |protocol: &str| {
        let background = ["--background", out.path(), "--json"];
        let arguments = ["evaluate", "--protocol", protocol, out.path()];
        lab(&[&arguments[..], &background].concat()).findings()
    };
    // Three accounts without the owner and an attacker.
    assert_eq!(compared("balabit")[0]["background_people"], 1);
    assert!(compared("balabit")[0]["attackers_known"]["auc"].is_number());
    assert_eq!(compared("balabit-unknown")[0]["background_people"], 1);
    let strokes: Vec<_> = evaluate("balabit-unknown")
        .iter()
        .map(|finding| finding["window"].as_u64().expect("strokes"))
        .collect();
    assert_eq!(strokes, [1, 5, 10, 20, 50]);
    let forged = evaluate("pointer-attacks");
    let attempts = forged[0]["pointer_attacks"].as_array().expect("attacks");
    assert_eq!(attempts.len(), 5);
    for attempt in attempts {
        assert!(attempt["windows"].as_u64() > Some(0), "{attempt}");
        let share = attempt["speaks_for_the_person"].as_f64().expect("a share");
        assert!((0.0..=1.0).contains(&share), "{attempt}");
    }
    out.write(
        "keys_pace_free.csv",
        &crate::lab::recording(&crate::lab::typing(4, 6, 260)),
    );
    for finding in evaluate("fusion") {
        assert_eq!(finding["chimeric"], true);
        assert!(
            finding["auc"].as_f64().expect("a number") > 0.9,
            "{finding}"
        );
        assert!(
            finding["notes"][0]
                .as_str()
                .is_some_and(|note| note.contains("Chimeric"))
        );
    }
}

#[test]
fn a_damaged_session_is_named_with_its_line() {
    let (from, out) = (challenge(), Folder::new());
    from.write(
        "training_files/user1/session_0",
        &format!("{BALABIT}\n1,2,Left,Hovered,3,4\n"),
    );
    let outcome = import("balabit", &from, &out);
    assert_eq!(outcome.code, 3);
    assert!(
        outcome.stderr.contains("session_0, line 2: unknown state"),
        "{}",
        outcome.stderr
    );
}

/// The CMU file with people whose rhythms are so far apart, in seconds.
fn passwords(people: u32, apart: f64) -> String {
    let keys = [
        "period", "t", "i", "e", "five", "Shift.r", "o", "a", "n", "l", "Return",
    ];
    let mut columns = vec![
        "subject".to_owned(),
        "sessionIndex".to_owned(),
        "rep".to_owned(),
    ];
    for (index, key) in keys.iter().enumerate() {
        columns.push(format!("H.{key}"));
        if let Some(next) = keys.get(index + 1) {
            columns.extend([format!("DD.{key}.{next}"), format!("UD.{key}.{next}")]);
        }
    }
    let mut text = columns.join(",") + "\n";
    for person in 0..people {
        for repetition in 0..400 {
            write!(
                text,
                "s{person:03},{},{}",
                repetition / 50 + 1,
                repetition % 50 + 1
            )
            .expect("text");
            for key in 0..11 {
                let wobble = f64::from((repetition * 31 + key * 17 + person * 7) % 20) / 1000.0;
                let hold = 0.07 + f64::from(person) * apart / 3.0 + wobble;
                let down = 0.15 + f64::from(person) * apart + 2.0 * wobble;
                write!(text, ",{hold:.4}").expect("text");
                if key < 10 {
                    write!(text, ",{down:.4},{:.4}", down - hold).expect("text");
                }
            }
            text.push('\n');
        }
    }
    text
}

#[test]
fn passwords_are_judged_by_the_protocol_of_their_authors() {
    let eer = |apart: f64| {
        let folder = Folder::new();
        folder.write("DSL-StrongPasswordData.csv", &passwords(4, apart));
        let finding = lab(&[
            "evaluate",
            "--protocol",
            "killourhy",
            folder.path(),
            "--json",
        ])
        .findings();
        let finding = &finding[0];
        assert_eq!(
            (finding["genuine"].as_u64(), finding["impostor"].as_u64()),
            (Some(800), Some(60))
        );
        finding["eer"].as_f64().expect("a number")
    };
    assert!(eer(0.1) < 0.05);
    assert!(eer(0.0) > 0.3);
}

#[test]
fn passwords_become_sessions_of_fifty_repetitions() {
    let (from, out) = (Folder::new(), Folder::new());
    from.write("DSL-StrongPasswordData.csv", &passwords(1, 0.0));
    assert_eq!(import("cmu", &from, &out).code, 0);
    let text = unpacked(&out.join("keys_cmu.csv.gz"));
    assert_eq!(text.lines().count(), 1 + 400 * 11 * 2);
    assert!(
        text.lines()
            .nth(1)
            .is_some_and(|row| row == "s000,1,0,kd,period,,")
    );
}
