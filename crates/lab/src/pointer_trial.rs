//! The labelled test sessions of the Balabit challenge against each account's profile.

use std::{collections::HashMap, fs, path::Path};

use anyhow::Context;
use selfsame_behaviour::{GenerationId, Observer, Profile};

use crate::{
    metrics::Scores,
    recording::{Person, Recording, Session},
    replay,
    report::{Header, Report},
};

/// Whether a session of an account is an impostor's.
type Labels = HashMap<(String, String), bool>;

pub fn run(recording: &Recording, dir: &Path, header: &Header) -> anyhow::Result<Report> {
    let labels = read_labels(&dir.join("mouse_balabit_labels.csv"))?;
    let people: Vec<Scores> = recording
        .people
        .iter()
        .map(|person| account(person, &labels))
        .collect();
    Ok(header.report(None, &people, 0))
}

fn account(person: &Person, labels: &Labels) -> Scores {
    let train = person
        .sessions
        .iter()
        .filter(|session| session.label.starts_with("train_"));
    let mut observer = Observer::new(Profile::new(GenerationId([0; 16])));
    replay::events(train)
        .iter()
        .for_each(|event| observer.feed(event));
    let profile = observer.take_profile();
    eprintln!(
        "{}: {} strokes learnt",
        person.label,
        profile.progress().strokes_learnt
    );
    let mut scores = Scores::default();
    for session in &person.sessions {
        match labels.get(&(person.label.clone(), session.label.clone())) {
            Some(true) => scores.impostor.push(score(&profile, session)),
            Some(false) => scores.genuine.push(score(&profile, session)),
            None => {}
        }
    }
    scores
}

fn score(profile: &Profile, session: &Session) -> f64 {
    let mut observer = Observer::new(profile.clone());
    observer.freeze();
    replay::events([session])
        .iter()
        .for_each(|event| observer.feed(event));
    observer.scores().pointer
}

fn read_labels(path: &Path) -> anyhow::Result<Labels> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut labels = Labels::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.trim_end().split(',').collect();
        let [user, session, label] = fields[..] else {
            anyhow::bail!("a label line has not three fields: {line}")
        };
        labels.insert((user.to_owned(), session.to_owned()), label == "1");
    }
    Ok(labels)
}
