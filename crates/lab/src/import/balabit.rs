//! The Balabit challenge: a folder for each account with a file for each session, one line for each state of the
//! mouse, times in seconds; and the labels of some test sessions.

use std::{
    collections::HashMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::Context;

use crate::{
    progress::Progress,
    recording::{
        text::Text,
        writer::{Row, Writer},
    },
    refusal::Refusal,
};

const HEADER: &str = "record timestamp,client timestamp,button,state,x,y";
const LABELS_HEADER: &str = "filename,is_illegal";
/// Folder, and how its sessions are called in the recording.
const PARTS: [(&str, &str); 2] = [("training_files", "train_"), ("test_files", "test_")];
const FILE_PREFIX: &str = "session_";

struct File {
    user: String,
    session: String,
    path: PathBuf,
}

pub fn import(from: &Path, out: &Path) -> anyhow::Result<()> {
    let files = files(from)?;
    let labels = labels(&from.join("public_labels.csv"))?;
    let mut writer = Writer::create(&out.join("mouse_balabit.csv.gz"))?;
    let progress = Progress::of("importing", files.len());
    for file in &files {
        one(file, &mut writer)?;
        progress.step();
    }
    writer.finish()?;
    write_labels(&files, &labels, &out.join("mouse_balabit_labels.csv"))
}

/// By account; training before test, each in the order of the names.
fn files(from: &Path) -> anyhow::Result<Vec<File>> {
    let mut files = Vec::new();
    for (folder, prefix) in PARTS {
        for user in names(&from.join(folder))? {
            for name in names(&from.join(folder).join(&user))? {
                let Some(number) = name.strip_prefix(FILE_PREFIX) else {
                    continue;
                };
                files.push(File {
                    session: format!("{prefix}{number}"),
                    path: from.join(folder).join(&user).join(&name),
                    user: user.clone(),
                });
            }
        }
    }
    if files.is_empty() {
        return Err(Refusal::unfit(from, "no session_* in training_files or test_files").into());
    }
    // Stable: what is training stays before what is test.
    files.sort_by(|a, b| a.user.cmp(&b.user));
    Ok(files)
}

/// What a folder holds, sorted; nothing where there is no folder.
fn names(folder: &Path) -> anyhow::Result<Vec<String>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    Ok(names)
}

fn one(file: &File, writer: &mut Writer) -> anyhow::Result<()> {
    let mut text = Text::open(&file.path)?;
    let (mut began, mut latest) = (None, 0);
    while let Some((number, line)) = text.line()? {
        let refuse = |what: String| Refusal::malformed(&file.path, number, what);
        if number == 1 {
            if line != HEADER {
                return Err(refuse(format!("the header must be {HEADER}")).into());
            }
            continue;
        }
        let fields: Vec<&str> = line.split(',').collect();
        let [_, client, button, state, x, y] = fields[..] else {
            return Err(refuse(format!("{} fields in place of 6", fields.len())).into());
        };
        let at = millis(client).map_err(refuse)?;
        // The client's clock now and then goes back a little; time in a recording never does.
        latest = latest.max(at - *began.get_or_insert(at));
        let t_ms = u64::try_from(latest).unwrap_or(0);
        let (kind, code) = kind(button, state).map_err(refuse)?;
        let place = |text: &str| -> Result<i32, Refusal> {
            text.parse().map_err(|error| {
                refuse(format!("{text:?} is not a whole number of pixels: {error}"))
            })
        };
        let place = Some((place(x)?, place(y)?));
        writer.row(
            &file.user,
            &file.session,
            &Row {
                t_ms,
                kind,
                code,
                place,
            },
        )?;
    }
    Ok(())
}

#[allow(clippy::cast_possible_truncation)] // checked to lie within years
fn millis(text: &str) -> Result<i64, String> {
    const LONGEST_S: f64 = 1e9;
    let seconds: f64 = text
        .parse()
        .map_err(|error| format!("{text:?} is not a time in seconds: {error}"))?;
    if seconds.abs() <= LONGEST_S {
        Ok((seconds * 1000.0).round() as i64)
    } else {
        Err(format!("{text} is not a time in seconds"))
    }
}

fn kind<'a>(button: &str, state: &str) -> Result<(&'a str, &'a str), String> {
    let code = match button {
        "Left" => "left",
        "Right" => "right",
        "NoButton" | "Scroll" => "",
        _ => "x",
    };
    Ok(match state {
        "Move" => ("mm", ""),
        "Drag" => ("mm", "drag"),
        "Pressed" => ("md", code),
        "Released" => ("mu", code),
        "Down" => ("wheel", "down"),
        "Up" => ("wheel", "up"),
        other => return Err(format!("unknown state {other:?}")),
    })
}

/// By the file's name, which no two test sessions share.
fn labels(path: &Path) -> anyhow::Result<HashMap<String, bool>> {
    let mut text = Text::open(path)?;
    let mut labels = HashMap::new();
    while let Some((number, line)) = text.line()? {
        let refuse = |what: String| Refusal::malformed(path, number, what);
        match line.split_once(',') {
            _ if number == 1 && line == LABELS_HEADER => {}
            Some((file, label @ ("0" | "1"))) if number > 1 => {
                let session = file.trim_start_matches(FILE_PREFIX);
                labels.insert(format!("test_{session}"), label == "1");
            }
            _ => {
                let what = format!("{line:?} is not {LABELS_HEADER} with 0 or 1");
                return Err(refuse(what).into());
            }
        }
    }
    Ok(labels)
}

fn write_labels(files: &[File], labels: &HashMap<String, bool>, to: &Path) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", to.display());
    let mut csv = fs::File::create(to).with_context(cannot)?;
    writeln!(csv, "user,session,is_impostor").with_context(cannot)?;
    for file in files {
        if let Some(impostor) = labels.get(&file.session) {
            let label = u8::from(*impostor);
            writeln!(csv, "{},{},{label}", file.user, file.session).with_context(cannot)?;
        }
    }
    Ok(())
}
