//! Runs the program, and makes recordings for it.

use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::Command,
};

use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};
use serde_json::Value;

pub const HEADER: &str = "user,session,t_ms,kind,code,x,y";

/// What a run of the program came to.
pub struct Outcome {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    pub fn findings(&self) -> Vec<Value> {
        assert_eq!(self.code, 0, "{}", self.stderr);
        serde_json::from_str(&self.stdout).expect("a JSON array on standard output")
    }
}

pub fn lab(arguments: &[&str]) -> Outcome {
    run(Command::new(env!("CARGO_BIN_EXE_selfsame-lab")).args(arguments))
}

/// The same with so little address space that no large file fits in.
pub fn lab_in_little_memory(arguments: &[&str]) -> Outcome {
    let limited = "ulimit -v 700000; exec \"$0\" \"$@\"";
    let program = env!("CARGO_BIN_EXE_selfsame-lab");
    run(Command::new("sh")
        .args(["-c", limited, program])
        .args(arguments))
}

fn run(command: &mut Command) -> Outcome {
    let output = command.output().expect("the program starts");
    Outcome {
        code: output.status.code().expect("the program exits by itself"),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

/// A folder of its own for each test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub fn path(&self) -> &str {
        self.0.path().to_str().expect("text")
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and the folders that it lies in.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, text).expect("written");
        path
    }
}

pub fn packed(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text.as_bytes()).expect("packed");
    packed.finish().expect("packed")
}

pub fn unpacked(path: &Path) -> String {
    let bytes = fs::read(path).expect("there");
    let mut text = String::new();
    MultiGzDecoder::new(bytes.as_slice())
        .read_to_string(&mut text)
        .expect("gzip");
    text
}

/// Rows of people who type the same words, each with their own rhythm, in sessions of so many keys.
pub fn typing(people: u32, sessions: u32, keys: u32) -> Vec<String> {
    let mut rows = Vec::new();
    for person in 0..people {
        for session in 0..sessions {
            let mut at = 0;
            for key in 0..keys {
                let wobble = (key * 7919 + session * 104_729 + person * 1_299_709) % 40;
                let letter = char::from(b'a' + u8::try_from(key % 26).expect("a letter"));
                let hold = 60 + 30 * person + wobble;
                let interval = 150 + 60 * person + 2 * wobble;
                rows.push(format!("p{person},{session},{at},kd,{letter},,"));
                let up = at + hold.min(interval - 1);
                rows.push(format!("p{person},{session},{up},ku,{letter},,"));
                at += interval;
            }
        }
    }
    rows
}

pub fn recording(rows: &[String]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

/// Runs the protocol for any keys on these rows.
pub fn evaluate_keys(rows: &[String]) -> Outcome {
    let folder = Folder::new();
    folder.write("keys_made.csv", &recording(rows));
    lab(&["evaluate", "--protocol", "keys", folder.path(), "--json"])
}

/// The figures of the findings that depend on what was typed, and on nothing else.
pub fn figures(outcome: &Outcome) -> Vec<Value> {
    let mut findings = outcome.findings();
    for finding in &mut findings {
        finding["data_sha256"] = Value::Null;
    }
    findings
}
