//! Invariant 1: what was typed is found nowhere outside the moment of typing — not in files, not in
//! logs, not in the memory of the process one second later, in no encoding it ever had.

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    path::Path,
    time::Duration,
};

use selfsame_behaviour::{HidUsage, class_of};

use crate::{agent::Agent, nested::Nested};

/// Letters only, in no order that any table has.
const CANARY: &str = "zqpvhmxkwjfybngt";

/// Handed to the agent in its environment: the search must find this one.
const CONTROL: &str = "wgkzmqyvxfbhpjnt";

/// The widest record that is looked through: one value each this many bytes, up to a press and a
/// release of the X protocol with what an allocator adds.
const WIDEST: usize = 160;

/// One form of the canary: a value per key.
struct Form {
    name: &'static str,
    values: Vec<u8>,
}

fn forms_of(text: &str) -> Vec<Form> {
    let usages: Vec<u8> = text.bytes().map(|letter| letter - b'a' + 0x04).collect();
    let evdev: Vec<u8> = text.bytes().map(evdev_code).collect();
    let class =
        |usage: &u8| u8::try_from(class_of(HidUsage((*usage).into())).index()).expect("small");
    vec![
        Form {
            name: "text",
            values: text.bytes().collect(),
        },
        Form {
            name: "capitals",
            values: text.to_uppercase().into_bytes(),
        },
        Form {
            name: "X key codes",
            values: evdev.iter().map(|code| code + 8).collect(),
        },
        Form {
            name: "evdev codes",
            values: evdev,
        },
        Form {
            name: "key classes",
            values: usages.iter().map(class).collect(),
        },
        Form {
            name: "HID usages",
            values: usages,
        },
    ]
}

/// Codes of `linux/input-event-codes.h` by row, written down here once more and not taken from the
/// program under test.
fn evdev_code(letter: u8) -> u8 {
    const ROWS: [(u8, &str); 3] = [(16, "qwertyuiop"), (30, "asdfghjkl"), (44, "zxcvbnm")];
    ROWS.iter()
        .find_map(|(first, row)| {
            row.bytes()
                .position(|at| at == letter)
                .map(|at| first + u8::try_from(at).unwrap_or(0))
        })
        .expect("a letter")
}

/// Where a form stands in `bytes`: its values at equal distances, which covers bytes, UTF-16, wider
/// integers and records. Returns the distance.
fn find(bytes: &[u8], form: &Form) -> Option<usize> {
    let first = form.values[0];
    let starts = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == first)
        .map(|(at, _)| at);
    starts.into_iter().find_map(|start| {
        (1..=WIDEST).find(|distance| {
            form.values
                .iter()
                .enumerate()
                .all(|(at, value)| bytes.get(start + at * distance) == Some(value))
        })
    })
}

/// Calls `look` with every writable mapping of a process.
fn each_mapping(process: u32, mut look: impl FnMut(&str, &[u8])) {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).expect("the process lives");
    let mut memory = File::open(format!("/proc/{process}/mem"))
        .expect("memory of a child; run this test as root");
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (range, _) = line.split_once(' ').expect("a range");
        let (start, end) = range.split_once('-').expect("two ends");
        let parse = |text| u64::from_str_radix(text, 16).expect("an address");
        let mut bytes = vec![0; usize::try_from(parse(end) - parse(start)).expect("fits")];
        memory.seek(SeekFrom::Start(parse(start))).expect("seeks");
        if memory.read_exact(&mut bytes).is_ok() {
            look(line, &bytes);
        }
    }
}

fn each_file(folder: &Path, look: &mut impl FnMut(&str, &[u8])) {
    for entry in fs::read_dir(folder)
        .expect("a folder")
        .filter_map(Result::ok)
    {
        let path = entry.path();
        if path.is_dir() {
            each_file(&path, look);
        } else if path.is_file() {
            look(&path.display().to_string(), &fs::read(&path).expect("read"));
        }
    }
}

fn found(agent: &Agent, forms: &[Form]) -> Vec<String> {
    let mut places = Vec::new();
    let mut look = |place: &str, bytes: &[u8]| {
        for form in forms {
            if let Some(distance) = find(bytes, form) {
                places.push(format!("{} every {distance} bytes in {place}", form.name));
            }
        }
    };
    each_mapping(agent.process(), &mut look);
    each_file(&agent.home(), &mut look);
    places
}

#[test]
fn no_key_identity_and_no_text_outlives_the_callback() {
    let servers = Nested::start();
    let agent = Agent::on(servers.inner.name(), |command| {
        command.env("CONTROL", CONTROL);
    });
    // At a person's speed, then all at once: then many key events share one read and one queue.
    servers.outer.xdotool(&["type", "--delay", "25", CANARY]);
    servers.inner.xdotool(&["type", "--delay", "0", CANARY]);
    let keys = u64::try_from(CANARY.len()).expect("small");
    agent.wait_for("it saw the typing", |status| {
        status["capture"]["events"]
            .as_u64()
            .is_some_and(|events| events >= 4 * keys)
    });
    std::thread::sleep(Duration::from_secs(1));

    let control = found(&agent, &forms_of(CONTROL)[..1]);
    assert!(!control.is_empty(), "the search cannot find what is there");
    assert_eq!(found(&agent, &forms_of(CANARY)), Vec::<String>::new());
}

#[test]
fn a_crash_leaves_no_memory_behind() {
    let servers = Nested::start();
    let agent = Agent::on(servers.inner.name(), |_| {});
    let limits =
        fs::read_to_string(format!("/proc/{}/limits", agent.process())).expect("the process lives");
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .expect("a limit");
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}

#[test]
fn the_search_finds_every_form_at_every_distance() {
    for form in forms_of(CANARY) {
        for distance in [1, 2, 4, 24, 36, 96] {
            let mut bytes = vec![0xEE; 4096];
            form.values
                .iter()
                .enumerate()
                .for_each(|(at, value)| bytes[100 + at * distance] = *value);
            assert_eq!(find(&bytes, &form), Some(distance), "{}", form.name);
        }
    }
}
