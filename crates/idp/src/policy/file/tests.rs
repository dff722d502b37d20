//! What is read, and what each mistake is told.

use super::*;

fn mistake_in(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

/// A rule with one more line, which is the fourth.
fn with(line: &str) -> String {
    format!("[[rule]]\nname = \"a\"\nmode = \"assist\"\n{line}\n")
}

#[test]
fn a_file_without_rules_is_a_policy() {
    assert_eq!(parse("").unwrap(), Rules::default());
}

#[test]
fn an_unknown_key_is_refused_with_its_line_and_the_nearest_name() {
    let table = [
        (
            "levels = \"1e-3\"",
            "line 4: there is no `levels` here; did you mean `level`?",
        ),
        (
            "evidence_within = 3",
            "line 4: there is no `evidence_within` here; did you mean `evidence-within`?",
        ),
        (
            "\"\" = 1",
            "line 4: there is no `` here; did you mean `name`?",
        ),
        (
            "service = [\"a\"]",
            "line 4: there is no `service` here; did you mean `services`?",
        ),
    ];
    for (line, said) in table {
        assert_eq!(mistake_in(&with(line)), said);
    }
    let said = mistake_in("zone = \"UTC\"\nrules = []\n");
    assert_eq!(
        said,
        "line 2: there is no `rules` here; did you mean `rule`?"
    );
}

#[test]
fn a_value_of_the_wrong_kind_is_told_with_its_line_and_what_to_write() {
    let table = [
        ("level = \"1e-5\"", "`level` takes 1e-2, 1e-3, 1e-4"),
        ("level = 0.001", "`level` is a text in quotes"),
        (
            "evidence-within = 61",
            "`evidence-within` is a number from 1 to 60",
        ),
        (
            "evidence-within = \"30\"",
            "`evidence-within` is a number from 1 to 60",
        ),
        ("channels = []", "`channels` is a list of texts"),
        (
            "channels = [\"usb\"]",
            "`channels` takes extension, loopback, gateway, code",
        ),
        (
            "networks = [\"10.0.0.1/8\"]",
            "10.0.0.1/8 names bits beyond its length",
        ),
        ("days = [\"monday\"]", "`monday` is no day"),
        ("hours = \"9-5\"", "`9-5` are no hours"),
        ("daily-cap = 0", "`daily-cap` is a number from 1 to 10000"),
        ("hard-factor-within = \"soon\"", "expected a span such as"),
        (
            "remote-session = \"allowed\"",
            "`remote-session` takes other-factor, until-hard-factor",
        ),
    ];
    for (line, said) in table {
        let mistake = mistake_in(&with(line));
        assert!(mistake.starts_with("line 4: "), "{mistake}");
        assert!(mistake.contains(said), "{mistake}");
    }
    assert!(mistake_in("zone = \"Europe/Berlin\"").contains("is no zone"));
    assert!(mistake_in("\n\nzone = ").starts_with("line 3: "));
    assert!(mistake_in("rule = 3").contains("[[rule]]"));
}

#[test]
fn a_rule_has_a_name_of_its_own_and_asks_for_something() {
    assert!(mistake_in("[[rule]]\nmode = \"assist\"").contains("a rule needs `name`"));
    assert!(
        mistake_in("[[rule]]\nname = \"two words\"\nmode = \"assist\"").contains("needs `name`")
    );
    let said = mistake_in("[[rule]]\nname = \"idle\"\ngroups = [\"a\"]");
    assert!(said.contains("asks for nothing"), "{said}");
    let twice = with("") + &with("");
    assert!(mistake_in(&twice).starts_with("line 5: there is a rule `a` above"));
    assert!(mistake_in(&"x".repeat(70_000)).starts_with("line 1: "));
}

#[test]
fn more_rules_than_anybody_reads_are_refused() {
    let many = |n: usize| -> String {
        (0..n)
            .map(|n| format!("[[rule]]\nname = \"r{n}\"\nmode = \"assist\"\n"))
            .collect()
    };
    assert!(parse(&many(MOST_RULES)).is_ok());
    assert!(mistake_in(&many(MOST_RULES + 1)).contains("no more than 200"));
}
