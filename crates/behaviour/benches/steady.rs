//! What the model takes once a person is known: prints one JSON line with allocations, memory and the profile's size. With
//! `--only-feed N` it feeds N keys and as many movements and prints nothing, for a counter of instructions around it.

#[path = "../tests/rules/mouse.rs"]
mod mouse;
#[path = "../tests/rules/person.rs"]
#[allow(dead_code)] // the rules use more of it
mod person;

use allocation_counter::measure;
use mouse::moves;
use person::{Person, feed, learnt};

const LEARNT_KEYS: usize = 2500;
const KEYS: usize = 20_000;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let only = arguments
        .iter()
        .position(|argument| argument == "--only-feed");
    match only.and_then(|at| arguments.get(at + 1)?.parse().ok()) {
        Some(keys) => only_feed(keys),
        None => println!("{}", figures()),
    }
}

fn only_feed(keys: usize) {
    let mut person = Person::quick();
    let mut observer = learnt(&mut person, LEARNT_KEYS);
    feed(&mut observer, &person.types(keys));
    feed(&mut observer, &moves(&mut person, keys));
}

fn figures() -> serde_json::Value {
    let mut person = Person::quick();
    let mut observer = None;
    let whole = measure(|| observer = Some(learnt(&mut Person::quick(), LEARNT_KEYS)));
    let Some(mut observer) = observer else {
        return serde_json::Value::Null;
    };
    person.types(LEARNT_KEYS);
    person.waits(3600);
    let events = [person.types(KEYS), moves(&mut person, KEYS)].concat();
    let steady = measure(|| feed(&mut observer, &events));
    let profile = serde_json::to_vec(observer.profile()).map_or(0, |json| json.len());
    serde_json::json!({
        "events": events.len(),
        "allocations": steady.count_total,
        "held_bytes": whole.bytes_current,
        "most_bytes": whole.bytes_max,
        "profile_bytes": profile,
    })
}
