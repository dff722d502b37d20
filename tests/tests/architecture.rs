//! The tree keeps its own rules: which crate knows about what, and how files are laid out.
//! Each rule is one test over the sources; `docs/architecture.md` says why they are there.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests live one level below the root")
        .to_owned()
}

/// Every Rust source below `folder`, as (path from the root, text).
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    assert!(!found.is_empty(), "no sources below {folder}");
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && name != "target" && name != "node_modules" {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source is readable text");
            let shown = path.strip_prefix(root()).expect("it lies below the root");
            found.push((shown.display().to_string(), text));
        }
    }
}

fn everything() -> Vec<(String, String)> {
    ["src", "crates", "tests"]
        .into_iter()
        .flat_map(sources)
        .collect()
}

/// The lines of `text` that are code, not comment.
fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
}

fn offenders(
    files: &[(String, String)],
    allowed: impl Fn(&str) -> bool,
    forbidden: &[&str],
) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| !allowed(path)) {
        for line in code_lines(text) {
            if let Some(word) = forbidden.iter().find(|word| line.contains(**word)) {
                found.push(format!("{path}: `{word}` in `{}`", line.trim()));
            }
        }
    }
    found
}

fn assert_none(found: &[String]) {
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn behaviour_protocol_radius_and_saml_read_no_clock_open_no_file_and_no_socket() {
    let forbidden = [
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "std::io::std",
        "Instant::now",
        "SystemTime::now",
        "tokio",
        "cfg(target_os",
        "cfg(unix",
        "cfg(windows",
    ];
    for folder in [
        "crates/behaviour/src",
        "crates/protocol/src",
        "crates/radius/src",
        "crates/saml/src",
    ] {
        assert_none(&offenders(&sources(folder), |_| false, &forbidden));
    }
}

#[test]
fn unsafe_code_and_target_systems_live_only_in_capture_and_platform() {
    let allowed = |path: &str| {
        path.starts_with("src/capture")
            || path.starts_with("src/platform")
            || path == "crates/input/src/reader/monotonic.rs"
            || path == "tests/tests/architecture.rs"
    };
    let forbidden = [
        "unsafe {",
        "unsafe fn",
        "unsafe impl",
        "allow(unsafe_code)",
        "target_os =",
    ];
    // The tray, the session and the presence peer check are chosen by system in one line each.
    let found: Vec<String> = offenders(&everything(), allowed, &forbidden)
        .into_iter()
        .filter(|line| {
            !(line.contains("target_os =") && line.contains("cfg(") && is_imp_choice(line))
        })
        .collect();
    assert_none(&found);
}

/// A file that does nothing by system but choose its one `imp`.
fn is_imp_choice(line: &str) -> bool {
    [
        "src/gateway/connections.rs",
        "src/owner.rs",
        "src/presence/peer.rs",
        "src/session.rs",
        "src/tray.rs",
    ]
    .iter()
    .any(|file| line.starts_with(file))
}

#[test]
fn the_wall_clock_is_read_in_one_file_of_each_program() {
    for (folder, clock) in [
        ("src", "src/clock.rs"),
        ("crates/idp/src", "crates/idp/src/clock.rs"),
    ] {
        let forbidden = ["SystemTime::now", "Utc::now", "now_utc("];
        assert_none(&offenders(
            &sources(folder),
            |path| path == clock,
            &forbidden,
        ));
    }
}

#[test]
fn every_file_begins_by_saying_what_lives_in_it() {
    let silent: Vec<String> = everything()
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(path, _)| path)
        .collect();
    assert_none(&silent);
}

#[test]
fn no_file_has_a_name_that_says_nothing() {
    let vague = [
        "mod", "utils", "util", "helpers", "common", "manager", "misc",
    ];
    let found: Vec<String> = everything()
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| {
            let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str());
            stem.is_some_and(|stem| vague.contains(&stem))
        })
        .collect();
    assert_none(&found);
}

#[test]
fn no_file_has_outgrown_a_reader() {
    const MOST_LINES: usize = 500;
    let found: Vec<String> = everything()
        .into_iter()
        .filter(|(_, text)| text.lines().count() > MOST_LINES)
        .map(|(path, text)| format!("{path}: {} lines", text.lines().count()))
        .collect();
    assert_none(&found);
}

#[test]
fn the_tree_names_every_test_that_the_architecture_page_promises() {
    let page = fs::read_to_string(root().join("docs/architecture.md")).expect("the page exists");
    let mut sources: String = everything().into_iter().map(|(_, text)| text).collect();
    for folder in ["tests/e2e", "tests/guest"] {
        collect_scripts(&root().join(folder), &mut sources);
    }
    let missing: Vec<String> = page
        .split("test `")
        .skip(1)
        .filter_map(|rest| rest.split('`').next())
        .filter(|name| !sources.contains(*name))
        .map(ToOwned::to_owned)
        .collect();
    assert_none(&missing);
}

fn collect_scripts(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).expect("the folder exists").flatten() {
        if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "mjs")
        {
            text.push_str(&fs::read_to_string(entry.path()).expect("a script is readable text"));
        }
    }
}
