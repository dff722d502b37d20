//! Windows of pointer strokes, with an attacker of whom nothing was ever trained on.

use std::ops::Range;

use rayon::prelude::*;
use selfsame_behaviour::{Event, Observer, Profile};

use crate::{
    findings::{Header, Span},
    model::Model,
    progress::Progress,
    rates::{Attempt, Attempts, By},
    recording::Person,
    replay::Stream,
    strokes,
    trial::{cohort::Cohort, pointer::training, typing::Measured},
};

const LENGTHS: [usize; 5] = [1, 5, 10, 20, 50];
/// The first two thirds of the sessions enrol.
const ENROLLING: (usize, usize) = (2, 3);

struct Account {
    profile: Profile,
    test: Stream,
    strokes: Vec<Range<usize>>,
}

pub fn measure(cohort: &Cohort, people: &[Person], header: &Header) -> Vec<Measured> {
    let model_for = |owner: usize, typist: usize| {
        // As many others for the owner's own windows as for an attacker's.
        let other = if typist == owner { owner + 1 } else { typist };
        let label = |index: usize| people[index % people.len()].label.as_str();
        cohort.without(&[label(owner), label(other)])
    };
    let progress = Progress::of("enrolling accounts", people.len());
    let accounts: Vec<Account> = (0..people.len())
        .into_par_iter()
        .map(|owner| {
            let account = enrol(&model_for(owner, owner), &people[owner]);
            progress.step();
            account
        })
        .collect();
    let mut strokes: Vec<u32> = accounts
        .iter()
        .map(|account| account.profile.progress().strokes_learnt)
        .collect();
    strokes.sort_unstable();
    let enrolled = strokes.get(strokes.len() / 2).copied().unwrap_or(0);
    let pairs: Vec<(usize, usize)> = (0..people.len())
        .flat_map(|owner| (0..people.len()).map(move |typist| (owner, typist)))
        .collect();
    let progress = Progress::of("trying windows", LENGTHS.len());
    LENGTHS
        .into_iter()
        .filter_map(|length| {
            let tried = pairs.par_iter().flat_map_iter(|(owner, typist)| {
                let model = model_for(*owner, *typist);
                windows(&model, &accounts, *owner, *typist, length)
            });
            let attempts = Attempts::of(people.len(), tried.collect());
            progress.step();
            (attempts.genuine() > 0 && attempts.impostor() > 0)
                .then(|| summed_up(attempts, length, enrolled, header))
        })
        .collect()
}

fn summed_up(attempts: Attempts, length: usize, enrolled: u32, header: &Header) -> Measured {
    let (mut findings, draws) = header.findings(Span::Strokes(length), &attempts, enrolled);
    findings.notes.push(
        "The owner's last third of train_* sessions against that of each other account; neither the attacking \
         account nor the owner's is in any background."
            .to_owned(),
    );
    Measured {
        findings,
        attempts,
        draws,
    }
}

/// What enrols, and what comes later.
pub fn parted(person: &Person) -> [Stream; 2] {
    let sessions = training(person);
    let (enrol, test) = sessions.split_at(sessions.len() * ENROLLING.0 / ENROLLING.1);
    [enrol, test].map(|part| Stream::of(part.iter().copied()))
}

/// What enrols.
pub fn enrolling(person: &Person) -> Vec<Event> {
    let [enrol, _] = parted(person);
    enrol.events
}

fn enrol(model: &Model, person: &Person) -> Account {
    let [enrol, test] = parted(person);
    Account {
        profile: model.learn(&enrol.events),
        strokes: strokes::cut(&test.events),
        test,
    }
}

fn windows(
    model: &Model,
    accounts: &[Account],
    owner: usize,
    typist: usize,
    length: usize,
) -> Vec<Attempt> {
    let fresh = model.frozen(&accounts[owner].profile);
    let Account { test, strokes, .. } = &accounts[typist];
    let by = if owner == typist {
        By::Owner
    } else {
        By::Other(typist)
    };
    scores(&fresh, &test.events, strokes, length)
        .map(|score| Attempt { score, owner, by })
        .collect()
}

/// The score of each run of so many strokes on its own.
pub fn scores<'a>(
    fresh: &'a Observer,
    events: &'a [Event],
    strokes: &'a [Range<usize>],
    length: usize,
) -> impl Iterator<Item = f64> + 'a {
    strokes.chunks_exact(length).map(|window| {
        let mut observer = fresh.clone();
        for stroke in window {
            // The event after the stroke ends it where nothing but a pause does.
            let end = (stroke.end + 1).min(events.len());
            events[stroke.start..end]
                .iter()
                .for_each(|event| observer.feed(event));
        }
        observer.scores().pointer
    })
}
