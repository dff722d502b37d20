//! Keyboard and pointer together, on chimeric people: the keys of one person, the pointer of another.

use rayon::prelude::*;
use selfsame_behaviour::{Event, GenerationId, Micros, Observer, Profile, Scores};

use crate::{
    findings::{Header, Span},
    labels::Labels,
    model::Model,
    progress::Progress,
    protocol::Protocol,
    rates::{Attempt, Attempts, By},
    recording::{Person, Session},
    replay::{PAUSE_US, Stream},
    trial::{
        cohort::Cohort,
        pointer::{enrolling, highest},
        typing::Measured,
    },
    windows::{self, LENGTHS},
};

/// Between the last stroke and the first key.
const TURN_US: u64 = 1_000_000;

/// Keys of one person, pointer of an account.
struct Chimera {
    profile: Profile,
    /// Whose pointer it is.
    account: String,
    typing: Stream,
    /// Pointer sessions of the account's owner, and of impostors.
    pointer: [Vec<Stream>; 2],
}

/// A window's scores, side by side.
#[derive(Clone, Copy)]
struct Both {
    owner: usize,
    by: By,
    scores: Scores,
}

pub fn measure(
    model: &Model,
    cohort: &Cohort,
    typists: &[Person],
    accounts: &[Person],
    labels: &Labels,
    header: &Header,
) -> Vec<Measured> {
    let progress = Progress::of("joining people", typists.len());
    let chimeras: Vec<Chimera> = typists
        .par_iter()
        .enumerate()
        .map(|(index, person)| {
            let chimera = Chimera::of(model, person, &accounts[index % accounts.len()], labels);
            progress.step();
            chimera
        })
        .collect();
    let progress = Progress::of("trying everybody", chimeras.len());
    let tried: Vec<[Vec<Both>; LENGTHS.len()]> = (0..chimeras.len())
        .into_par_iter()
        .map(|owner| {
            let both = against(model, cohort, &chimeras, owner);
            progress.step();
            both
        })
        .collect();
    (0..LENGTHS.len())
        .filter_map(|length| {
            let all: Vec<Both> = tried.iter().flat_map(|both| both[length].clone()).collect();
            let has = |owner: bool| all.iter().any(|both| (both.by == By::Owner) == owner);
            (has(true) && has(false)).then(|| {
                summed_up(
                    &all,
                    chimeras.len(),
                    accounts.len(),
                    LENGTHS[length],
                    header,
                )
            })
        })
        .collect()
}

impl Chimera {
    /// The pointer learns first: once the keys are learnt, first learning is over for both.
    fn of(model: &Model, typist: &Person, account: &Person, labels: &Labels) -> Self {
        let sessions = Protocol::Fusion.enrolling(typist);
        let (enrol, test) = typist
            .sessions
            .split_at(sessions.min(typist.sessions.len()));
        let mut observer = model.observer(&Profile::new(GenerationId([0; 16])));
        let pointer = enrolling(account);
        let end = pointer.last().map_or(0, |event| event.at.0);
        pointer.iter().for_each(|event| observer.feed(event));
        feed_from(&mut observer, end + PAUSE_US, &Stream::of(enrol).events);
        let labelled = |impostor: bool| -> Vec<Stream> {
            let wanted = |session: &&Session| {
                labels.is_impostor(&account.label, &session.label) == Some(impostor)
            };
            let sessions = account.sessions.iter().filter(wanted);
            sessions.map(|session| Stream::of([session])).collect()
        };
        Self {
            profile: observer.take_profile(),
            account: account.label.clone(),
            typing: Stream::of(test),
            pointer: [labelled(false), labelled(true)],
        }
    }
}

/// Each window comes after a session of the pointer, the sessions taking turns.
fn against(
    model: &Model,
    cohort: &Cohort,
    chimeras: &[Chimera],
    owner: usize,
) -> [Vec<Both>; LENGTHS.len()] {
    let mut both: [Vec<Both>; LENGTHS.len()] = Default::default();
    let fresh = model.frozen(&chimeras[owner].profile);
    let blind = cohort.blind(&chimeras[owner].account, &chimeras[owner].profile);
    let after = chimeras[owner].pointer.each_ref().map(|sessions| {
        let pointed = |session: &Stream| highest(&blind, &session.events);
        sessions.iter().map(pointed).collect::<Vec<f64>>()
    });
    for (typist, chimera) in chimeras.iter().enumerate() {
        let (by, pointers) = if typist == owner {
            (By::Owner, &after[0])
        } else {
            (By::Other(typist), &after[1])
        };
        let mut turn = typist;
        windows::each(&fresh, &chimera.typing.events, |window| {
            let Some(pointer) = pointers.get(turn % pointers.len().max(1)) else {
                return;
            };
            let scores = Scores {
                pointer: *pointer,
                ..window.observer.scores()
            };
            both[window.length].push(Both { owner, by, scores });
            turn += 1;
        });
    }
    both
}

fn summed_up(
    all: &[Both],
    people: usize,
    accounts: usize,
    keys: usize,
    header: &Header,
) -> Measured {
    let scored = |score: fn(&Scores) -> f64| {
        let attempt = |both: &Both| Attempt {
            score: score(&both.scores),
            owner: both.owner,
            by: both.by,
        };
        Attempts::of(people, all.iter().map(attempt).collect())
    };
    let attempts = scored(Scores::together);
    let (mut findings, draws) = header.findings(Span::Keys(keys), &attempts, 0);
    for (name, alone) in [
        ("keyboard_alone", scored(|scores| scores.typing)),
        ("pointer_alone", scored(|scores| scores.pointer)),
    ] {
        let rates = alone.rates();
        let value = serde_json::json!({ "eer": rates.eer, "auc": rates.auc });
        findings.further.insert(name, value);
    }
    findings.further.insert("chimeric", true.into());
    findings.notes.push(format!(
        "Chimeric: no recording here holds keyboard and pointer of the same person. The keys of each of {people} people \
         are joined with the pointer of one of {accounts} accounts, each account with several people; the two are \
         independent by construction, so that these figures are better than life."
    ));
    findings.notes.push(
        "The score is the sum that the agent judges by: both log-likelihood ratios, the pointer's between -2 and 2. \
         The figures of the pointer alone are uncapped."
            .to_owned(),
    );
    Measured {
        findings,
        attempts,
        draws,
    }
}

fn feed_from(observer: &mut Observer, from: u64, events: &[Event]) {
    let began = events.first().map_or(0, |event| event.at.0);
    for event in events {
        let at = Micros(from + (event.at.0 - began) + TURN_US);
        observer.feed(&Event { at, ..*event });
    }
}
