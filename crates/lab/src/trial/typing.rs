//! Everybody's later typing against everybody's profile.

use std::collections::BTreeMap;

use rayon::prelude::*;
use selfsame_behaviour::{Event, Level, Profile, Verdict};

use crate::{
    chance::Chance,
    findings::{Findings, Header, LEVEL_NAMES, SessionScore, Span, Verdicts},
    model::{MOMENT_US, Model, answer},
    progress::Progress,
    protocol::{Protocol, until},
    rates::{Attempt, Attempts, Bootstrap, By, draw, interval, to_f64},
    recording::Person,
    replay::{Stream, is_press},
    seat_change::SeatChanges,
    windows::{self, LENGTHS},
};

const STRICTEST: [Level; 3] = [Level::Fmr1e2, Level::Fmr1e3, Level::Fmr1e4];
/// Others who take over each person's seat.
const INTRUDERS: usize = 5;

/// A person with a profile, later typing, and impostors.
pub struct Subject {
    pub profile: Profile,
    /// What the profile was learnt from.
    pub enrol: Stream,
    pub test: Stream,
    /// Positions among the subjects.
    pub impostors: Vec<usize>,
}

pub struct TypingTrial {
    pub model: Model,
    pub subjects: Vec<Subject>,
}

/// A genuine window with its session.
#[derive(Debug, Clone, Copy)]
struct Own {
    owner: usize,
    session: usize,
    score: f64,
}

/// What all windows of one length came to.
#[derive(Default)]
struct Outcome {
    attempts: Vec<Attempt>,
    own: Vec<Own>,
    genuine: Tally,
    impostor: Tally,
}

/// Answers of the agent.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    windows: usize,
    different: usize,
    same: [usize; LEVEL_NAMES.len()],
}

/// Keys typed and the score of everything so far, look after look.
pub type Trace = Vec<(usize, f64)>;

/// Keys between two looks of a trace.
const LOOK: usize = 10;

/// The findings for a length of window, with what the plots are drawn from.
pub struct Measured {
    pub findings: Findings,
    pub attempts: Attempts,
    pub draws: Bootstrap,
}

impl TypingTrial {
    pub fn new(
        model: Model,
        protocol: Protocol,
        enrol_keys: Option<usize>,
        people: &[&Person],
        chance: &mut Chance,
    ) -> Self {
        let progress = Progress::of("enrolling", people.len());
        let mut subjects: Vec<Subject> = people
            .par_iter()
            .map(|person| {
                let enrolling =
                    enrol_keys.map_or(protocol.enrolling(person), |keys| until(person, keys));
                let subject = enrol(&model, person, enrolling);
                progress.step();
                subject
            })
            .collect();
        let count = subjects.len();
        for (own, subject) in subjects.iter_mut().enumerate() {
            subject.impostors = (0..count).filter(|other| *other != own).collect();
            chance.shuffle(&mut subject.impostors);
            subject.impostors.truncate(protocol.impostors());
        }
        Self { model, subjects }
    }

    /// All lengths of window that anybody has, in one pass over each pair of people.
    pub fn measure(&self, header: &Header) -> Vec<Measured> {
        let progress = Progress::of("trying everybody", self.subjects.len());
        let outcomes: Vec<[Outcome; LENGTHS.len()]> = (0..self.subjects.len())
            .into_par_iter()
            .map(|owner| {
                let outcome = self.against(owner);
                progress.step();
                outcome
            })
            .collect();
        let mut sums: [Outcome; LENGTHS.len()] = Default::default();
        for (sum, outcome) in outcomes.into_iter().flat_map(sums_with) {
            sums[sum].add(outcome);
        }
        sums.into_iter()
            .zip(LENGTHS)
            .filter(|(outcome, _)| outcome.genuine.windows > 0 && outcome.impostor.windows > 0)
            .map(|(outcome, keys)| self.summed_up(outcome, keys, header))
            .collect()
    }

    /// Everybody's seat taken over by a few others.
    pub fn seat_changes(&self) -> SeatChanges {
        let progress = Progress::of("changing seats", self.subjects.len());
        let tried = self.subjects.par_iter().map(|subject| {
            let intruders = subject.impostors.iter().take(INTRUDERS);
            let typing = intruders.map(|index| self.subjects[*index].test.events.as_slice());
            let observer = self.model.observer(&subject.profile);
            let changes = SeatChanges::try_person(observer, &subject.test.events, typing);
            progress.step();
            changes
        });
        tried
            .reduce(SeatChanges::default, SeatChanges::plus)
            .summed_up()
    }

    /// The typing of the person whose windows are told apart as well as those of half of the people, and that of one
    /// of their impostors, against their profile.
    pub fn traces(&self, attempts: &Attempts) -> Option<[Trace; 2]> {
        let mut people: Vec<(f64, usize)> = (0..self.subjects.len())
            .map(|owner| (attempts.against(owner).rates().auc, owner))
            .filter(|(auc, _)| auc.is_finite())
            .collect();
        people.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (_, owner) = *people.get(people.len() / 2)?;
        let subject = &self.subjects[owner];
        let impostor = *subject.impostors.first()?;
        Some(
            [owner, impostor].map(|typist| self.trace(subject, &self.subjects[typist].test.events)),
        )
    }

    fn trace(&self, subject: &Subject, events: &[Event]) -> Trace {
        let mut observer = self.model.frozen(&subject.profile);
        let (mut trace, mut keys) = (Vec::new(), 0_usize);
        for event in events {
            observer.feed(event);
            keys += usize::from(is_press(event));
            if is_press(event) && keys.is_multiple_of(LOOK) {
                trace.push((keys, observer.scores().typing));
            }
        }
        trace
    }

    fn against(&self, owner: usize) -> [Outcome; LENGTHS.len()] {
        let subject = &self.subjects[owner];
        let fresh = self.model.frozen(&subject.profile);
        let mut outcomes: [Outcome; LENGTHS.len()] = Default::default();
        let typists = std::iter::once(owner).chain(subject.impostors.iter().copied());
        for typist in typists {
            let test = &self.subjects[typist].test;
            windows::each(&fresh, &test.events, |window| {
                let score = window.observer.scores().typing;
                let by = if typist == owner {
                    By::Owner
                } else {
                    By::Other(typist)
                };
                let outcome = &mut outcomes[window.length];
                outcome.attempts.push(Attempt { score, owner, by });
                let tally = if by == By::Owner {
                    let session = test.session_at(window.start);
                    outcome.own.push(Own {
                        owner,
                        session,
                        score,
                    });
                    &mut outcome.genuine
                } else {
                    &mut outcome.impostor
                };
                let answer = answer(window.observer, window.end + MOMENT_US);
                tally.count(answer.verdict, answer.level);
            });
        }
        outcomes
    }

    fn summed_up(&self, outcome: Outcome, keys: usize, header: &Header) -> Measured {
        let attempts = Attempts::of(self.subjects.len(), outcome.attempts);
        let span = Span::Keys(keys);
        let (mut findings, draws) = header.findings(span, &attempts, self.median_keys());
        findings.verdicts = verdicts(&outcome.genuine, &outcome.impostor);
        findings.drift = drift(&outcome.own, self.subjects.len(), header.seed);
        Measured {
            findings,
            attempts,
            draws,
        }
    }

    pub fn median_keys(&self) -> u32 {
        let learnt = |subject: &Subject| subject.profile.progress().keys_learnt;
        let mut keys: Vec<u32> = self.subjects.iter().map(learnt).collect();
        keys.sort_unstable();
        keys.get(keys.len() / 2).copied().unwrap_or(0)
    }
}

fn sums_with(all: [Outcome; LENGTHS.len()]) -> impl Iterator<Item = (usize, Outcome)> {
    all.into_iter().enumerate()
}

fn enrol(model: &Model, person: &Person, sessions: usize) -> Subject {
    let (enrol, test) = person
        .sessions
        .split_at(sessions.min(person.sessions.len()));
    let enrol = Stream::of(enrol);
    Subject {
        profile: model.learn(&enrol.events),
        enrol,
        test: Stream::of(test),
        impostors: Vec::new(),
    }
}

impl Outcome {
    fn add(&mut self, other: Self) {
        self.attempts.extend(other.attempts);
        self.own.extend(other.own);
        self.genuine.add(&other.genuine);
        self.impostor.add(&other.impostor);
    }
}

impl Tally {
    fn count(&mut self, verdict: Verdict, met: Option<Level>) {
        self.windows += 1;
        self.different += usize::from(verdict == Verdict::Different);
        for (same, level) in self.same.iter_mut().zip(STRICTEST) {
            *same += usize::from(verdict == Verdict::Same && met >= Some(level));
        }
    }

    fn add(&mut self, other: &Self) {
        self.windows += other.windows;
        self.different += other.different;
        let sums = self.same.iter_mut().zip(other.same);
        sums.for_each(|(sum, same)| *sum += same);
    }

    fn share(&self, count: usize) -> f64 {
        to_f64(count) / to_f64(self.windows)
    }
}

fn verdicts(genuine: &Tally, impostor: &Tally) -> BTreeMap<&'static str, Verdicts> {
    let at = |level: usize| Verdicts {
        genuine_same: genuine.share(genuine.same[level]),
        genuine_different: genuine.share(genuine.different),
        impostor_same: impostor.share(impostor.same[level]),
        impostor_different: impostor.share(impostor.different),
    };
    LEVEL_NAMES
        .iter()
        .enumerate()
        .map(|(level, name)| (*name, at(level)))
        .collect()
}

/// The mean genuine score of each session, with intervals over people.
fn drift(own: &[Own], people: usize, seed: u64) -> Vec<SessionScore> {
    let sessions = own.iter().map(|own| own.session + 1).max().unwrap_or(0);
    let mut chance = Chance::new(seed);
    let draws: Vec<Vec<f64>> = (0..200).map(|_| draw(people, &mut chance)).collect();
    let of = |session: usize| {
        let here: Vec<Own> = own
            .iter()
            .filter(|own| own.session == session)
            .copied()
            .collect();
        let mean = |weight: &dyn Fn(usize) -> f64| {
            let sum: f64 = here.iter().map(|own| weight(own.owner) * own.score).sum();
            sum / here.iter().map(|own| weight(own.owner)).sum::<f64>()
        };
        let drawn = draws.iter().map(|weights| mean(&|owner| weights[owner]));
        SessionScore {
            session: session + 1,
            windows: here.len(),
            mean_score: mean(&|_| 1.0),
            ci95: interval(drawn.collect()),
        }
    };
    (0..sessions)
        .map(of)
        .filter(|score| score.windows > 0)
        .collect()
}
