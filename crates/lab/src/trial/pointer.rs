//! The labelled test sessions of the Balabit challenge against each account's profile.

use rayon::prelude::*;
use selfsame_behaviour::{Event, Observer};

use crate::{
    findings::{Findings, Header, Span},
    labels::Labels,
    progress::Progress,
    rates::{Attempt, Attempts, By},
    recording::{Person, Session},
    replay::Stream,
    trial::{cohort::Cohort, typing::Measured},
};

/// A session against the owner's profile.
struct Tried {
    owner: usize,
    by: By,
    /// The highest score of the models that know nothing of one account or another.
    blind: f64,
    /// The score of the model that knows every account but the owner's.
    knowing: f64,
}

const UNTRAINED: &str = "The labels do not say which account an impostor session was cut from; nothing here was trained on \
                         any account but the owner's.";
const BLIND: &str = "The background is the training part of the other accounts of the same recording. The labels do not \
                     say which of them an impostor session was cut from: each session, genuine or not, is judged once \
                     with each of them left out, and its highest score counts. So an impostor never scores less than \
                     where their account is in nothing trained.";

pub fn measure(cohort: &Cohort, people: &[Person], labels: &Labels, header: &Header) -> Measured {
    let progress = Progress::of("trying accounts", people.len());
    let tried: Vec<(u32, Vec<Tried>)> = people
        .par_iter()
        .enumerate()
        .map(|(owner, person)| {
            let tried = sessions(cohort, person, owner, labels);
            progress.step();
            tried
        })
        .collect();
    let mut strokes: Vec<u32> = tried.iter().map(|(strokes, _)| *strokes).collect();
    strokes.sort_unstable();
    let enrolled = strokes.get(strokes.len() / 2).copied().unwrap_or(0);
    let tried: Vec<Tried> = tried.into_iter().flat_map(|(_, tried)| tried).collect();
    let attempts = scored(people.len(), &tried, |tried| tried.blind);
    let (mut findings, draws) = header.findings(Span::Session, &attempts, enrolled);
    if cohort.is_empty() {
        findings.notes.push(UNTRAINED.to_owned());
    } else {
        let knowing = scored(people.len(), &tried, |tried| tried.knowing);
        attackers_known(&mut findings, &knowing);
    }
    Measured {
        findings,
        attempts,
        draws,
    }
}

fn scored(people: usize, tried: &[Tried], score: impl Fn(&Tried) -> f64) -> Attempts {
    let of = |tried: &Tried| Attempt {
        score: score(tried),
        owner: tried.owner,
        by: tried.by,
    };
    Attempts::of(people, tried.iter().map(of).collect())
}

fn attackers_known(findings: &mut Findings, knowing: &Attempts) {
    let rates = knowing.rates();
    let value = serde_json::json!({ "eer": rates.eer, "auc": rates.auc });
    findings.further.insert("attackers_known", value);
    findings.notes.push(BLIND.to_owned());
    findings.notes.push(format!(
        "With every account but the owner's in the background, and so most attackers known, the AUC is {:.3} and the EER \
         {:.1} %: not a figure for a computer at which nobody knows who will attack.",
        rates.auc,
        rates.eer * 100.0
    ));
}

pub fn training(person: &Person) -> Vec<&Session> {
    let is_training = |session: &&Session| session.label.starts_with("train_");
    person.sessions.iter().filter(is_training).collect()
}

/// All events of the training part.
pub fn enrolling(person: &Person) -> Vec<Event> {
    Stream::of(training(person)).events
}

/// How many strokes the owner enrolled with, and the labelled sessions.
fn sessions(cohort: &Cohort, person: &Person, owner: usize, labels: &Labels) -> (u32, Vec<Tried>) {
    let knowing = cohort.without(&[&person.label]);
    let profile = knowing.learn(&enrolling(person));
    let knowing = knowing.frozen(&profile);
    let blind = cohort.blind(&person.label, &profile);
    let labelled = person.sessions.iter().filter_map(|session| {
        let impostor = labels.is_impostor(&person.label, &session.label)?;
        Some((session, if impostor { By::Nameless } else { By::Owner }))
    });
    let tried = labelled.map(|(session, by)| {
        let events = Stream::of([session]).events;
        Tried {
            owner,
            by,
            blind: highest(&blind, &events),
            knowing: score(&knowing, &events),
        }
    });
    (profile.progress().strokes_learnt, tried.collect())
}

/// The highest score that any of these observers gives.
pub fn highest(fresh: &[Observer], events: &[Event]) -> f64 {
    let scores = fresh.iter().map(|fresh| score(fresh, events));
    scores.fold(f64::NEG_INFINITY, f64::max)
}

fn score(fresh: &Observer, events: &[Event]) -> f64 {
    let mut observer = fresh.clone();
    events.iter().for_each(|event| observer.feed(event));
    observer.scores().pointer
}
