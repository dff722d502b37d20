//! What a policy may say, and that the tree's templates say the same.

use std::{path::Path, process::Command};

use selfsame_policy::{KEYS, Kind, Policy, PolicyError, Value, templates};

fn wrong(json: &str) -> PolicyError {
    Policy::parse(json.as_bytes()).expect_err("refused")
}

#[test]
fn the_tree_holds_the_templates_that_the_table_makes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for template in templates::all() {
        let kept = std::fs::read_to_string(root.join(template.path)).unwrap_or_default();
        assert!(
            kept == template.text,
            "{} is out of step; run `cargo run -p selfsame-policy`",
            template.path
        );
    }
}

#[test]
fn the_sample_is_a_policy_that_sets_every_key() {
    let all = templates::all();
    let sample = all
        .iter()
        .find(|template| template.path.ends_with("linux/policy.json"))
        .expect("a sample");
    let policy = Policy::parse(sample.text.as_bytes()).expect("a policy");
    assert_eq!(policy.values().count(), KEYS.len());
    assert_eq!(policy.text("Server"), Some("https://idp.example.com"));
    assert_eq!(policy.flag("Tray"), Some(true));
}

#[test]
fn templates_in_xml_are_well_formed_with_any_title() {
    for template in templates::all() {
        if !template.text.starts_with("<?xml") {
            continue;
        }
        let folder = tempfile_of(&template.text);
        let judged = Command::new("xmllint")
            .args(["--noout", "--nonet"])
            .arg(&folder)
            .output()
            .expect("xmllint is installed");
        std::fs::remove_file(&folder).expect("removed");
        assert!(
            judged.status.success(),
            "{}: {}",
            template.path,
            String::from_utf8_lossy(&judged.stderr)
        );
    }
}

fn tempfile_of(text: &str) -> std::path::PathBuf {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let name = format!("selfsame-{}-{}.xml", std::process::id(), hasher.finish());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, text).expect("written");
    path
}

#[test]
fn a_broken_file_is_refused_by_line_and_column() {
    let PolicyError::NotJson { line, column, .. } = wrong("{\n  \"Tray\": yes\n}") else {
        panic!("another error");
    };
    assert_eq!((line, column), (2, 11));
    assert_eq!(wrong("[]"), PolicyError::NotAnObject);
    assert_eq!(wrong(&" ".repeat(70_000)), PolicyError::TooLong);
}

#[test]
fn a_value_of_another_kind_is_refused_by_name() {
    for (json, key) in [
        (r#"{"Server": "http://idp.example.com"}"#, "Server"),
        (r#"{"Server": "https://idp.example.com/x"}"#, "Server"),
        (r#"{"CaFile": "ca.pem"}"#, "CaFile"),
        (r#"{"Backend": "keylogger"}"#, "Backend"),
        (r#"{"Tray": "true"}"#, "Tray"),
        (r#"{"Statement": "two\nlines"}"#, "Statement"),
        (r#"{"Support": ""}"#, "Support"),
        (r#"{"Log": null}"#, "Log"),
    ] {
        let PolicyError::WrongKind { key: named, .. } = wrong(json) else {
            panic!("{json}: another error");
        };
        assert_eq!(named, key);
    }
}

#[test]
fn keys_of_a_later_version_are_named_and_do_no_harm() {
    let policy = Policy::parse(br#"{"Tray": false, "Colour": "blue"}"#).expect("a policy");
    assert_eq!(policy.unknown(), ["Colour"]);
    assert_eq!(
        policy.values().collect::<Vec<_>>(),
        [("Tray", &Value::Flag(false))]
    );
}

#[test]
fn no_key_reaches_what_belongs_to_the_person() {
    let forbidden = [
        "pause", "resume", "erase", "hide", "consent", "class", "record",
    ];
    for key in KEYS {
        let name = key.name.to_lowercase();
        assert!(!forbidden.iter().any(|word| name.contains(word)), "{name}");
        if let Kind::Choice(words) = key.kind {
            assert!(!words.is_empty(), "{name}");
        }
    }
}
