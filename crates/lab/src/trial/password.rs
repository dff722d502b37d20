//! Killourhy and Maxion's protocol (DSN 2009): 200 repetitions of one password enrol, 200 are genuine, the first five
//! of everybody else are the impostors', and the equal error rate is the mean over people.

use std::path::Path;

use rayon::prelude::*;
use selfsame_behaviour::{
    DeviceTag, Event, EventKind, Micros, Observer, Profile, Provenance, Slot, class_of,
};

use crate::{
    chance::Chance,
    cmu::{NAMES, Passwords, Repetition},
    findings::{Header, Span},
    key_names::usage_of,
    model::Model,
    progress::Progress,
    rates::{Attempt, Attempts, By, draw, interval},
    refusal::Refusal,
    trial::typing::Measured,
};

const ENROLLING: usize = 200;
const OF_EACH_IMPOSTOR: usize = 5;
/// Between two repetitions, and between two sessions.
const REPETITION_US: u64 = 2_000_000;
const SESSION_US: u64 = 1_000_000_000;

pub fn measure(
    model: &Model,
    passwords: &Passwords,
    path: &Path,
    header: &Header,
) -> anyhow::Result<Measured> {
    let subjects = &passwords.subjects;
    if let Some(short) = subjects.iter().find(|s| s.repetitions.len() <= ENROLLING) {
        let what = format!(
            "subject {} has {} repetitions; the protocol needs more than {ENROLLING}",
            short.label,
            short.repetitions.len()
        );
        return Err(Refusal::unfit(path, what).into());
    }
    let progress = Progress::of("trying everybody", subjects.len());
    let tried = subjects
        .par_iter()
        .enumerate()
        .flat_map_iter(|(owner, subject)| {
            let profile = enrol(model, &subject.repetitions[..ENROLLING]);
            let fresh = model.frozen(&profile);
            let others = subjects
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != owner);
            let impostors = others.flat_map(|(other, subject)| {
                let first = subject.repetitions.iter().take(OF_EACH_IMPOSTOR);
                first.map(move |repetition| (By::Other(other), repetition))
            });
            let genuine = subject.repetitions[ENROLLING..].iter();
            let all = genuine
                .map(|repetition| (By::Owner, repetition))
                .chain(impostors);
            let scored: Vec<Attempt> = all
                .map(|(by, (_, repetition))| Attempt {
                    score: score(&fresh, repetition),
                    owner,
                    by,
                })
                .collect();
            progress.step();
            scored
        });
    let attempts = Attempts::of(subjects.len(), tried.collect());
    Ok(summed_up(attempts, header))
}

fn summed_up(attempts: Attempts, header: &Header) -> Measured {
    let keys = u32::try_from(ENROLLING * NAMES.len()).unwrap_or(u32::MAX);
    let (mut findings, draws) = header.findings(Span::Repetition, &attempts, keys);
    let each: Vec<f64> = (0..attempts.people())
        .map(|owner| attempts.against(owner).rates().eer)
        .collect();
    let mean = |weight: &[f64]| {
        let sum: f64 = each.iter().zip(weight).map(|(eer, w)| eer * w).sum();
        sum / weight.iter().sum::<f64>()
    };
    let mut chance = Chance::new(header.seed);
    let drawn = (0..400).map(|_| mean(&draw(each.len(), &mut chance)));
    findings
        .further
        .insert("eer_pooled", serde_json::json!(findings.eer));
    findings.eer = mean(&vec![1.0; each.len()]);
    findings.eer_ci95 = interval(drawn.collect());
    findings.eer_is =
        "mean over people, each with a threshold of their own, as the protocol has it";
    Measured {
        findings,
        attempts,
        draws,
    }
}

fn enrol(model: &Model, repetitions: &[(u32, Repetition)]) -> Profile {
    let (mut events, mut at, mut last) = (Vec::new(), SESSION_US, None);
    for (session, repetition) in repetitions {
        if last.is_some_and(|last| last != *session) {
            at += SESSION_US;
        }
        last = Some(*session);
        events.extend(events_of(repetition, at));
        at = events.last().map_or(at, |event: &Event| event.at.0) + REPETITION_US;
    }
    model.learn(&events)
}

fn score(fresh: &Observer, repetition: &Repetition) -> f64 {
    let mut observer = fresh.clone();
    let events = events_of(repetition, SESSION_US);
    events.iter().for_each(|event| observer.feed(event));
    observer.scores().typing
}

fn events_of(repetition: &Repetition, from: u64) -> Vec<Event> {
    let event = |at, kind| Event {
        at: Micros(from + at),
        device: DeviceTag(1),
        provenance: Provenance::Physical,
        kind,
    };
    let mut events: Vec<Event> = repetition
        .down_up
        .iter()
        .zip(NAMES)
        .zip(0..)
        .flat_map(|(((down, up), name), slot)| {
            let class = class_of(usage_of(name));
            let slot = Slot(slot);
            let press = event(*down, EventKind::KeyDown { class, slot });
            [press, event(*up, EventKind::KeyUp { slot })]
        })
        .collect();
    events.sort_by_key(|event| event.at);
    events
}
