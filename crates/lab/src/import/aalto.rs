//! The Aalto collection: for each participant a file of tab-separated lines, one for each key, one section for each
//! sentence.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;

use super::{
    key_codes::of_key_code,
    presses::{self, Press},
};
use crate::{
    progress::{Progress, say},
    recording::{text::Text, writer::Writer},
    refusal::Refusal,
};

const HEADER: &str = "PARTICIPANT_ID\tTEST_SECTION_ID\tSENTENCE\tUSER_INPUT\tKEYSTROKE_ID\tPRESS_TIME\tRELEASE_TIME\t\
                      LETTER\tKEYCODE";
const COLUMNS: usize = 9;
const ENDING: &str = "_keystrokes.txt";

struct Participant {
    label: String,
    sentences: Vec<(String, Vec<Press>)>,
}

/// A file that is malformed is named and left out, as long as another is not.
pub fn import(from: &Path, out: &Path, people: usize) -> anyhow::Result<()> {
    let files = files(from)?;
    let mut writer = Writer::create(&out.join("keys_aalto.csv.gz"))?;
    let progress = Progress::of("importing", files.len());
    let (mut written, mut refused) = (0, None);
    for file in files {
        if written >= people {
            break;
        }
        match read(&file) {
            Ok(participant) => {
                write(&mut writer, participant)?;
                written += 1;
            }
            Err(error) => {
                say(&format!("left out: {error:#}"));
                refused.get_or_insert(error);
            }
        }
        progress.step();
    }
    match refused {
        Some(error) if written == 0 => Err(error),
        _ => writer.finish(),
    }
}

/// In the order of the participants' numbers.
fn files(from: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if from.is_file() {
        return Ok(vec![from.to_owned()]);
    }
    let inner = from.join("files");
    let folder = if inner.is_dir() {
        inner
    } else {
        from.to_owned()
    };
    let entries =
        fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files: Vec<(u64, PathBuf)> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter_map(|path| {
            let number = path.file_name()?.to_str()?.strip_suffix(ENDING)?;
            Some((number.parse().ok()?, path))
        })
        .collect();
    files.sort();
    if files.is_empty() {
        let what = format!("no NUMBER{ENDING} in this folder");
        return Err(Refusal::unfit(&folder, what).into());
    }
    Ok(files.into_iter().map(|(_, path)| path).collect())
}

fn read(path: &Path) -> anyhow::Result<Participant> {
    let mut text = Text::open(path)?;
    let mut participant = Participant {
        label: String::new(),
        sentences: Vec::new(),
    };
    while let Some((number, line)) = text.line_of_any_encoding()? {
        let refuse = |what: String| Refusal::malformed(path, number, what);
        if number == 1 {
            if line != HEADER {
                return Err(refuse(format!("the header must be {HEADER}")).into());
            }
            continue;
        }
        let fields: Vec<&str> = line.split('\t').collect();
        if fields.len() != COLUMNS {
            return Err(refuse(format!("{} fields in place of {COLUMNS}", fields.len())).into());
        }
        let press = press(&fields).map_err(refuse)?;
        fields[0].clone_into(&mut participant.label);
        participant.add(fields[1], press);
    }
    Ok(participant)
}

fn press(fields: &[&str]) -> Result<Press, String> {
    let number = |name: &str, text: &str| -> Result<u64, String> {
        text.parse()
            .map_err(|error| format!("{name} {text:?} is not a whole number: {error}"))
    };
    let (down, up) = (
        number("PRESS_TIME", fields[5])?,
        number("RELEASE_TIME", fields[6])?,
    );
    let code = number("KEYCODE", fields[8])?;
    let code = u32::try_from(code).map_err(|_| format!("KEYCODE {code} is no key"))?;
    Ok(Press {
        key: of_key_code(code),
        down,
        up,
    })
}

impl Participant {
    /// A key that came up before it went down was not timed: it is left out.
    fn add(&mut self, section: &str, press: Press) {
        let known = self
            .sentences
            .iter()
            .position(|(label, _)| label == section);
        let at = known.unwrap_or_else(|| {
            self.sentences.push((section.to_owned(), Vec::new()));
            self.sentences.len() - 1
        });
        self.sentences[at]
            .1
            .extend((press.up >= press.down).then_some(press));
    }
}

/// Sentences in the order in which they were typed.
fn write(writer: &mut Writer, participant: Participant) -> anyhow::Result<()> {
    let Participant {
        label,
        mut sentences,
    } = participant;
    sentences.retain(|(_, presses)| !presses.is_empty());
    sentences.sort_by_key(|(_, presses)| presses.iter().map(|press| press.down).min());
    for (number, (_, presses)) in sentences.iter().enumerate() {
        presses::write(
            writer,
            &format!("aalto{label}"),
            &number.to_string(),
            presses,
        )?;
    }
    Ok(())
}
