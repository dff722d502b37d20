//! What one event costs the model, beside a bounded channel of the standard library that only carries it.

#[path = "../tests/rules/mouse.rs"]
mod mouse;
#[path = "../tests/rules/person.rs"]
#[allow(dead_code)] // the rules use more of it
mod person;

use std::{hint::black_box, sync::mpsc};

use criterion::{Criterion, criterion_group, criterion_main};
use mouse::moves;
use person::{Person, assess, learnt};
use selfsame_behaviour::Event;

/// Enough that first learning is over and the profile follows the person.
const LEARNT_KEYS: usize = 2500;
const KEYS: usize = 10_000;

fn events(c: &mut Criterion) {
    let mut person = Person::quick();
    let observer = learnt(&mut person, LEARNT_KEYS);
    let now = person.now;
    let typed = person.types(KEYS);
    let moved = moves(&mut person, KEYS);

    let mut group = c.benchmark_group("event");
    for (name, events) in [("key", &typed), ("pointer", &moved)] {
        let mut observer = observer.clone();
        let mut rounds = Rounds::over(events);
        group.bench_function(name, |b| {
            b.iter(|| observer.feed(black_box(&rounds.next())))
        });
    }
    let (sender, receiver) = mpsc::sync_channel::<Event>(1);
    let mut rounds = Rounds::over(&typed);
    group.bench_function("channel", |b| {
        b.iter(|| {
            let sent = sender.try_send(black_box(rounds.next()));
            black_box((sent.is_ok(), receiver.try_recv().is_ok()))
        });
    });
    group.bench_function("verdict", |b| b.iter(|| assess(black_box(&observer), now)));
    group.finish();
}

/// The same events again and again, on a clock that goes on.
struct Rounds<'a> {
    events: &'a [Event],
    at: usize,
    later: u64,
}

impl<'a> Rounds<'a> {
    fn over(events: &'a [Event]) -> Self {
        Self {
            events,
            at: 0,
            later: 0,
        }
    }

    fn next(&mut self) -> Event {
        let mut event = self.events[self.at];
        event.at.0 += self.later;
        self.at += 1;
        if self.at == self.events.len() {
            self.later += event.at.0 - self.later - self.events[0].at.0 + 100_000;
            self.at = 0;
        }
        event
    }
}

criterion_group!(benches, events);
criterion_main!(benches);
