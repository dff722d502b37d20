//! How long the capture callback takes: from a decoded event to its place in the ring, beside the clock that
//! measures it and a bounded channel of the standard library that takes the same events. Prints one JSON line.

use std::{
    hint::black_box,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use selfsame::capture::{
    Consumer, Decoder, Device, DeviceTable, EvdevCode, Gate, RawEvent, RawKind, ring,
};
use selfsame_behaviour::{DeviceTag, Event, Micros, Provenance};

const EVENTS: u32 = 1_000_000;
/// At 1000 events a second: what the agent reads at a time.
const BATCH: u32 = 10;
/// Batches that come when they come in life, so that caches have gone cold between them.
const PACED_BATCHES: u32 = 1_000;
const PACE: Duration = Duration::from_millis(10);
const POINTER: u16 = 6;
const KEYBOARD: u16 = 7;

fn main() {
    // Arguments such as cargo's `--bench` say nothing here.
    let figures = [
        ("clock", clock()),
        ("callback", callback(EVENTS, || ())),
        (
            "paced",
            callback(BATCH * PACED_BATCHES, || thread::sleep(PACE)),
        ),
        ("channel", channel()),
    ];
    let parts: Vec<String> = figures
        .map(|(name, times)| format!("\"{name}\":{}", summary(times)))
        .into();
    println!("{{{}}}", parts.join(","));
}

/// What measuring costs: two readings of the clock with nothing between them.
fn clock() -> Vec<u64> {
    (0..EVENTS).map(|_| nanoseconds(|| ())).collect()
}

/// The agent's own decoder and ring, emptied after each batch as the engine does.
fn callback(events: u32, before_batch: impl Fn()) -> Vec<u64> {
    let (producer, mut consumer) = ring();
    let mut decoder = Decoder::new(producer, Arc::new(Gate::default()));
    decoder.set_devices(devices());
    let mut times = Vec::with_capacity(events as usize);
    let mut arrived = 0;
    for first in (0..events).step_by(BATCH as usize) {
        before_batch();
        decoder.begin_batch(Micros::from_millis(u64::from(first)));
        for number in first..first + BATCH {
            let raw = black_box(raw_event(number));
            times.push(nanoseconds(|| decoder.push(raw)));
        }
        arrived += drain(&mut consumer);
    }
    assert!(
        arrived >= times.len() / 100 * 99,
        "the ring lost events: {arrived} of {}",
        times.len()
    );
    times
}

/// The same events, decoded already, into a channel of the standard library.
fn channel() -> Vec<u64> {
    let (sender, receiver) = mpsc::sync_channel::<Event>(4096);
    let mut times = Vec::with_capacity(EVENTS as usize);
    for (number, event) in (0..EVENTS).zip(decoded().into_iter().cycle()) {
        let event = black_box(event);
        times.push(nanoseconds(|| sender.try_send(event).is_ok()));
        if number % BATCH == BATCH - 1 {
            receiver.try_iter().for_each(|event| {
                black_box(event);
            });
        }
    }
    times
}

fn decoded() -> Vec<Event> {
    let (producer, mut consumer) = ring();
    let mut decoder = Decoder::new(producer, Arc::new(Gate::default()));
    decoder.set_devices(devices());
    (0..1000).for_each(|number| decoder.push(raw_event(number)));
    std::iter::from_fn(|| consumer.pop()).collect()
}

fn drain(consumer: &mut Consumer) -> usize {
    std::iter::from_fn(|| consumer.pop()).map(black_box).count()
}

fn devices() -> DeviceTable {
    let device = |tag| Device {
        tag: DeviceTag(tag),
        provenance: Provenance::Physical,
        absolute: false,
    };
    let mut table = DeviceTable::default();
    table.insert(POINTER, device(1));
    table.insert(KEYBOARD, device(2));
    table
}

/// A hand on a 1000 Hz pointer, with eight keys a second, a click and a notch of the wheel now and then.
fn raw_event(number: u32) -> RawEvent {
    let key = EvdevCode(16 + u16::try_from(number / 125 % 10).unwrap_or(0));
    let (device, kind) = match (number % 125, number % 2000) {
        (0, _) => (KEYBOARD, RawKind::KeyPress(key)),
        (80, _) => (KEYBOARD, RawKind::KeyRelease(key)),
        (_, 501) => (POINTER, RawKind::ButtonPress(1)),
        (_, 601) => (POINTER, RawKind::ButtonRelease(1)),
        (_, 901) => (POINTER, RawKind::ButtonPress(5)),
        _ => (POINTER, RawKind::Motion(Some(1.5), Some(-0.5))),
    };
    RawEvent {
        time_ms: number,
        device,
        kind,
    }
}

fn nanoseconds<T>(work: impl FnOnce() -> T) -> u64 {
    let start = Instant::now();
    black_box(work());
    u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

fn summary(mut times: Vec<u64>) -> String {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    format!(
        r#"{{"events":{},"p50_ns":{},"p99_ns":{},"p999_ns":{},"max_ns":{}}}"#,
        times.len(),
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0)
    )
}
