//! The labelled test sessions of the Balabit challenge against each account's profile.

use rayon::prelude::*;
use selfsame_behaviour::Profile;

use crate::{
    findings::{Header, Span},
    labels::Labels,
    model::Model,
    progress::Progress,
    rates::{Attempt, Attempts, By},
    recording::{Person, Session},
    replay::Stream,
    trial::typing::Measured,
};

pub fn measure(model: &Model, people: &[Person], labels: &Labels, header: &Header) -> Measured {
    let progress = Progress::of("trying accounts", people.len());
    let tried: Vec<(u32, Vec<Attempt>)> = people
        .par_iter()
        .enumerate()
        .map(|(owner, person)| {
            let profile = enrolled(model, person);
            let attempts = sessions(model, &profile, person, owner, labels);
            progress.step();
            (profile.progress().strokes_learnt, attempts)
        })
        .collect();
    let mut strokes: Vec<u32> = tried.iter().map(|(strokes, _)| *strokes).collect();
    strokes.sort_unstable();
    let enrolled = strokes.get(strokes.len() / 2).copied().unwrap_or(0);
    let attempts = tried.into_iter().flat_map(|(_, attempts)| attempts);
    let attempts = Attempts::of(people.len(), attempts.collect());
    let (mut findings, draws) = header.findings(Span::Session, &attempts, enrolled);
    findings.notes.push(
        "The labels do not say which account an impostor session was cut from; nothing here was trained on any \
         account but the owner's."
            .to_owned(),
    );
    Measured {
        findings,
        attempts,
        draws,
    }
}

pub fn training(person: &Person) -> Vec<&Session> {
    let is_training = |session: &&Session| session.label.starts_with("train_");
    person.sessions.iter().filter(is_training).collect()
}

pub fn enrolled(model: &Model, person: &Person) -> Profile {
    model.learn(&Stream::of(training(person)).events)
}

fn sessions(
    model: &Model,
    profile: &Profile,
    person: &Person,
    owner: usize,
    labels: &Labels,
) -> Vec<Attempt> {
    let fresh = model.frozen(profile);
    let labelled = person.sessions.iter().filter_map(|session| {
        let impostor = labels.is_impostor(&person.label, &session.label)?;
        Some((session, if impostor { By::Nameless } else { By::Owner }))
    });
    labelled
        .map(|(session, by)| {
            let mut observer = fresh.clone();
            let events = Stream::of([session]).events;
            events.iter().for_each(|event| observer.feed(event));
            let score = observer.scores().pointer;
            Attempt { score, owner, by }
        })
        .collect()
}
