//! Everybody's later typing against everybody's profile.

use std::{collections::BTreeMap, thread};

use selfsame_behaviour::{
    Assessment, ClearReason, Context, Event, GenerationId, Level, Micros, Observer, Profile,
    Verdict,
};

use crate::{
    chance::Chance,
    handover::Handovers,
    metrics::{Scores, to_f64},
    protocol::{Protocol, until},
    recording::Person,
    replay,
    report::{Header, Report, Verdicts},
};

const LEVELS: [(&str, Level); 3] = [
    ("1e-2", Level::Fmr1e2),
    ("1e-3", Level::Fmr1e3),
    ("1e-4", Level::Fmr1e4),
];
/// What the agent's caller says of an enrolled person at their own desk.
pub const ENROLLED: Context = Context {
    generation_trusted: true,
    remote: false,
    sessions_ambiguous: false,
    paused: false,
};

/// Others who take over each person's seat.
const IMPOSTORS_TAKING_OVER: usize = 5;

struct Subject {
    profile: Profile,
    test: Vec<Event>,
    impostors: Vec<usize>,
}

pub struct TypingTrial {
    subjects: Vec<Subject>,
}

/// What all windows tried against one profile came to.
#[derive(Default)]
struct Outcome {
    scores: Scores,
    genuine: Tally,
    impostor: Tally,
}

/// Verdicts per level, `same` and `different`.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    windows: usize,
    verdicts: [(usize, usize); LEVELS.len()],
}

impl TypingTrial {
    pub fn new(
        protocol: Protocol,
        enrol_keys: Option<usize>,
        people: &[&Person],
        chance: &mut Chance,
    ) -> Self {
        let mut subjects: Vec<Subject> = people
            .iter()
            .map(|person| {
                let enrolling =
                    enrol_keys.map_or(protocol.enrolling(person), |keys| until(person, keys));
                let (enrol, test) = person
                    .sessions
                    .split_at(enrolling.min(person.sessions.len()));
                Subject {
                    profile: learn(&replay::events(enrol)),
                    test: replay::events(test),
                    impostors: Vec::new(),
                }
            })
            .collect();
        let count = subjects.len();
        for (own, subject) in subjects.iter_mut().enumerate() {
            subject.impostors = (0..count).filter(|other| *other != own).collect();
            chance.shuffle(&mut subject.impostors);
            subject.impostors.truncate(protocol.impostors());
        }
        Self { subjects }
    }

    pub fn report(&self, keys: usize, header: &Header) -> Option<Report> {
        let outcomes = self.outcomes(keys);
        eprintln!("windows of {keys} keys done");
        let people: Vec<Scores> = outcomes
            .iter()
            .map(|outcome| outcome.scores.clone())
            .collect();
        let tried = outcomes.iter().any(|outcome| outcome.genuine.windows > 0);
        let mut report = tried.then(|| header.report(Some(keys), &people, self.median_keys()))?;
        report.verdicts = verdicts(&outcomes);
        Some(report)
    }

    /// Everybody's seat taken over by a few others.
    pub fn handovers(&self) -> Handovers {
        let mut handovers = Handovers::default();
        for subject in &self.subjects {
            let impostors = subject.impostors.iter().take(IMPOSTORS_TAKING_OVER);
            let typing = impostors.map(|index| self.subjects[*index].test.as_slice());
            handovers.person(&subject.profile, &subject.test, typing);
        }
        handovers.summed_up()
    }

    /// Half of the people on each of two threads.
    fn outcomes(&self, keys: usize) -> Vec<Outcome> {
        let half = self.subjects.len().div_ceil(2).max(1);
        thread::scope(|scope| {
            let run = |part: &[Subject]| {
                part.iter()
                    .map(|subject| self.against(subject, keys))
                    .collect::<Vec<_>>()
            };
            let handles: Vec<_> = self
                .subjects
                .chunks(half)
                .map(|part| scope.spawn(move || run(part)))
                .collect();
            handles
                .into_iter()
                .flat_map(|handle| handle.join().unwrap_or_default())
                .collect()
        })
    }

    fn against(&self, subject: &Subject, keys: usize) -> Outcome {
        let mut outcome = Outcome::default();
        for window in replay::windows(&subject.test, keys) {
            outcome.scores.genuine.push(score(&subject.profile, window));
            outcome.genuine.count(&subject.profile, window);
        }
        for impostor in &subject.impostors {
            for window in replay::windows(&self.subjects[*impostor].test, keys) {
                outcome
                    .scores
                    .impostor
                    .push(score(&subject.profile, window));
                outcome.impostor.count(&subject.profile, window);
            }
        }
        outcome
    }

    fn median_keys(&self) -> u32 {
        let mut keys: Vec<u32> = self
            .subjects
            .iter()
            .map(|s| s.profile.progress().keys_learnt)
            .collect();
        keys.sort_unstable();
        keys.get(keys.len() / 2).copied().unwrap_or(0)
    }
}

impl Tally {
    /// Lets the agent's own code judge the window, learning as it goes, one second after the last event.
    fn count(&mut self, profile: &Profile, window: &[Event]) {
        let mut observer = Observer::new(profile.clone());
        observer.clear(ClearReason::Lock);
        window.iter().for_each(|event| observer.feed(event));
        let now = window.last().map_or(0, |event| event.at.0) + 1_000_000;
        self.windows += 1;
        for ((_, level), (same, different)) in LEVELS.iter().zip(&mut self.verdicts) {
            let Assessment { verdict, .. } = observer.assess(Micros(now), *level, ENROLLED);
            *same += usize::from(verdict == Verdict::Same);
            *different += usize::from(verdict == Verdict::Different);
        }
    }

    fn plus(self, other: &Self) -> Self {
        let mut sum = Self {
            windows: self.windows + other.windows,
            ..self
        };
        for (to, from) in sum.verdicts.iter_mut().zip(other.verdicts) {
            *to = (to.0 + from.0, to.1 + from.1);
        }
        sum
    }

    fn shares(&self, level: usize) -> (f64, f64) {
        let (same, different) = self.verdicts[level];
        let all = to_f64(self.windows.max(1));
        (to_f64(same) / all, to_f64(different) / all)
    }
}

fn verdicts(outcomes: &[Outcome]) -> BTreeMap<&'static str, Verdicts> {
    let genuine = outcomes
        .iter()
        .fold(Tally::default(), |sum, outcome| sum.plus(&outcome.genuine));
    let impostor = outcomes
        .iter()
        .fold(Tally::default(), |sum, outcome| sum.plus(&outcome.impostor));
    let of = |level| {
        let (genuine_same, genuine_different) = genuine.shares(level);
        let (impostor_same, impostor_different) = impostor.shares(level);
        Verdicts {
            genuine_same,
            genuine_different,
            impostor_same,
            impostor_different,
        }
    };
    LEVELS
        .iter()
        .enumerate()
        .map(|(index, (name, _))| (*name, of(index)))
        .collect()
}

fn learn(events: &[Event]) -> Profile {
    let mut observer = Observer::new(Profile::new(GenerationId([0; 16])));
    events.iter().for_each(|event| observer.feed(event));
    observer.take_profile()
}

/// The score of a window on its own, against a profile that does not learn from it.
fn score(profile: &Profile, window: &[Event]) -> f64 {
    let mut observer = Observer::new(profile.clone());
    observer.freeze();
    window.iter().for_each(|event| observer.feed(event));
    observer.scores().typing
}
