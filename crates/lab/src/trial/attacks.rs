//! Forged typing against everybody's profile: how often each known attack is taken for the person.

mod forge;

use rayon::prelude::*;
use selfsame_behaviour::{Event, Reason};
use serde_json::{Value, json};

use crate::{
    chance::Chance,
    findings::{Findings, Header, Span},
    model::{MOMENT_US, answer},
    progress::Progress,
    rates::{Attempts, LEVELS, share},
    trial::typing::TypingTrial,
    windows::{self, LENGTHS},
};
use forge::{Keys, constant, sampled, shaken};

/// Keys of one forged stream.
const FORGED_KEYS: usize = 1000;

/// An attack by what the attacker holds.
const ATTACKS: [&str; 8] = [
    "the owner, later (no attack)",
    "somebody else's typing (no effort)",
    "constant rate",
    "rhythm drawn from many other people's timings, by pair of key classes",
    "rhythm drawn from the victim's own timings, by pair of key classes",
    "replay of the victim's own typing",
    "replay of the victim's own typing, each time shaken by up to 2 ms",
    "replay of the victim's own typing, each time shaken by up to 8 ms",
];

/// Windows, those that reach 1e-2, those that are `same` and those noticed as a replay, by attack and length.
type Counts = [[[usize; 4]; LENGTHS.len()]; ATTACKS.len()];

pub fn measure(trial: &TypingTrial, header: &Header) -> Vec<Findings> {
    let everybody: Vec<Keys> = trial
        .subjects
        .iter()
        .map(|s| Keys::of(&s.enrol.events))
        .collect();
    let progress = Progress::of("forging", trial.subjects.len());
    let counts: Vec<Counts> = (0..trial.subjects.len())
        .into_par_iter()
        .map(|victim| {
            let counts = against(trial, &everybody, victim, header.seed);
            progress.step();
            counts
        })
        .collect();
    (0..LENGTHS.len())
        .filter_map(|length| findings(trial, &counts, length, header))
        .collect()
}

fn against(trial: &TypingTrial, everybody: &[Keys], victim: usize, seed: u64) -> Counts {
    let mut chance = Chance::new(seed ^ (victim as u64) << 32);
    let subject = &trial.subjects[victim];
    // The attacker types a text of their own: that of somebody else.
    let Some(other) = subject.impostors.first().copied() else {
        return Counts::default();
    };
    let text = &trial.subjects[other].test.events;
    let classes: Vec<_> = Keys::of(text).classes().cycle().take(FORGED_KEYS).collect();
    let own = [&everybody[victim]];
    let others: Vec<&Keys> = (0..everybody.len())
        .filter(|person| *person != victim && *person != other)
        .map(|person| &everybody[person])
        .collect();
    let recorded = &subject.enrol.events;
    let streams: [Vec<Event>; ATTACKS.len()] = [
        subject.test.events.clone(),
        text.clone(),
        constant(&classes),
        sampled(&classes, &others, &mut chance),
        sampled(&classes, &own, &mut chance),
        recorded.clone(),
        shaken(recorded, 2.0, &mut chance),
        shaken(recorded, 8.0, &mut chance),
    ];
    let fresh = trial.model.frozen(&subject.profile);
    let mut counts = Counts::default();
    for (counts, stream) in counts.iter_mut().zip(&streams) {
        windows::each(&fresh, stream, |window| {
            let [tried, reach, same, noticed] = &mut counts[window.length];
            *tried += 1;
            *reach += usize::from(window.observer.scores().typing >= -LEVELS[0].ln());
            let answer = answer(window.observer, window.end + MOMENT_US);
            *same += usize::from(answer.level.is_some());
            *noticed += usize::from(answer.reasons.contains(&Reason::ReplayedRhythm));
        });
    }
    counts
}

fn findings(
    trial: &TypingTrial,
    counts: &[Counts],
    length: usize,
    header: &Header,
) -> Option<Findings> {
    let nothing = Attempts::of(counts.len(), Vec::new());
    let span = Span::Keys(LENGTHS[length]);
    let (mut findings, _) = header.findings(span, &nothing, trial.median_keys());
    let windows = |attack: usize| counts.iter().map(|of| of[attack][length][0]).sum::<usize>();
    findings.genuine = windows(0);
    findings.impostor = (1..ATTACKS.len()).map(windows).sum();
    findings.calibration.clear();
    findings
        .fnmr_at_fmr
        .values_mut()
        .for_each(|fnmr| *fnmr = None);
    let attacks: Vec<Value> = (0..ATTACKS.len())
        .map(|attack| {
            let each: Vec<_> = counts.iter().map(|of| of[attack][length]).collect();
            let of = |figure: usize| share(&each, figure, header.seed);
            let ((reach, reach_ci95), (same, same_ci95)) = (of(1), of(2));
            let (noticed, noticed_ci95) = of(3);
            json!({
                "attack": ATTACKS[attack],
                "windows": windows(attack),
                "reaches_1e-2": reach,
                "reaches_1e-2_ci95": reach_ci95,
                "same": same,
                "same_ci95": same_ci95,
                "noticed_as_replay": noticed,
                "noticed_as_replay_ci95": noticed_ci95,
            })
        })
        .collect();
    findings.further.insert("attacks", attacks.into());
    findings.notes.push(
        "Each attack comes through a keyboard that types by itself, so that its keys look physical. The attacker types \
         a text of their own; in the replay, the very keys that the victim was enrolled with."
            .to_owned(),
    );
    (findings.impostor > 0).then_some(findings)
}
