//! How soon somebody else is found, and how often the person themself is locked out. The threshold is chosen on other
//! people than those reported.

use std::collections::BTreeMap;

use rayon::prelude::*;
use selfsame_behaviour::{Event, Observer, Verdict};
use serde_json::json;

use crate::{
    chance::Chance,
    findings::{Findings, Header, Span},
    model::{MOMENT_US, answer},
    progress::Progress,
    rates::{Attempts, Interval, draw, interval, median, to_f64},
    replay::is_press,
    trial::typing::TypingTrial,
};

/// Keys between two looks.
const BLOCK: usize = 10;
/// People are parted into so many groups; the threshold for one is chosen on the others.
const GROUPS: usize = 5;
/// The threshold is this much above the highest that anybody of the others reached with their own typing. Set
/// beforehand: somebody always reaches more than everybody else did.
const MARGIN: f64 = 1.5;
/// Keys at which the curve of those found is drawn.
pub const CURVE: [usize; 12] = [10, 20, 30, 40, 50, 60, 80, 100, 150, 200, 400, 800];

/// The log-likelihood ratio of each block of keys on its own, with the time since the first key.
type Blocks = Vec<(u64, f64)>;

/// When somebody was locked out: after so many keys, and so many seconds.
type Lock = (usize, f64);

/// One person's typing and that of everybody who tries to be them.
struct Owner {
    own: Blocks,
    own_keys: usize,
    others: Vec<Blocks>,
    agent_own: Vec<Lock>,
    agent_others: Vec<Option<Lock>>,
}

/// What a way of locking comes to.
pub struct Detection {
    pub anga: Option<f64>,
    pub ania: Option<f64>,
    pub median_keys: Option<f64>,
    pub median_keys_ci95: Interval,
    pub seconds: Option<f64>,
    pub owners_never_locked: usize,
    pub false_locks: usize,
    pub genuine_keys: usize,
    pub found: f64,
    pub found_ci95: Interval,
    /// Share found within so many keys, with its interval.
    pub curve: Vec<(usize, f64, Interval)>,
}

pub struct Continuous {
    pub findings: Findings,
    pub accumulated: Detection,
    pub agent: Detection,
}

pub fn measure(trial: &TypingTrial, header: &Header) -> Continuous {
    let owners = watch(trial);
    let thresholds = thresholds(&owners, header.seed);
    let locks = |owner: usize, blocks: &Blocks| first_lock(blocks, thresholds[owner]);
    let found: Vec<Vec<Option<Lock>>> = owners
        .iter()
        .enumerate()
        .map(|(index, owner)| owner.others.iter().map(|b| locks(index, b)).collect())
        .collect();
    let false_locks: Vec<usize> = owners
        .iter()
        .zip(&thresholds)
        .map(|(owner, threshold)| all_locks(&owner.own, *threshold))
        .collect();
    let keys: usize = owners.iter().map(|owner| owner.own_keys).sum();
    let accumulated = detection(&found, &false_locks, keys, header.seed);
    let agent_found: Vec<_> = owners.iter().map(|o| o.agent_others.clone()).collect();
    let agent_false: Vec<usize> = owners.iter().map(|o| o.agent_own.len()).collect();
    let agent = detection(&agent_found, &agent_false, keys, header.seed);
    let findings = findings(trial, &owners, &thresholds, [&accumulated, &agent], header);
    Continuous {
        findings,
        accumulated,
        agent,
    }
}

fn watch(trial: &TypingTrial) -> Vec<Owner> {
    let progress = Progress::of("watching everybody", trial.subjects.len());
    trial
        .subjects
        .par_iter()
        .map(|subject| {
            let frozen = trial.model.frozen(&subject.profile);
            let learning = trial.model.observer(&subject.profile);
            let others = || {
                let typing = |other: &usize| trial.subjects[*other].test.events.as_slice();
                subject.impostors.iter().map(typing)
            };
            let owner = Owner {
                own: blocks(&frozen, &subject.test.events),
                own_keys: subject.test.keys(),
                others: others().map(|events| blocks(&frozen, events)).collect(),
                agent_own: agent_locks(&learning, &subject.test.events, usize::MAX),
                agent_others: others()
                    .map(|events| agent_locks(&learning, events, 1).first().copied())
                    .collect(),
            };
            progress.step();
            owner
        })
        .collect()
}

fn blocks(fresh: &Observer, events: &[Event]) -> Blocks {
    let (mut blocks, mut keys, mut observer) = (Vec::new(), 0, fresh.clone());
    let began = events.first().map_or(0, |event| event.at.0);
    for event in events {
        if is_press(event) {
            if keys > 0 && keys % BLOCK == 0 {
                blocks.push((event.at.0 - began, observer.scores().typing));
                observer = fresh.clone();
            }
            keys += 1;
        }
        observer.feed(event);
    }
    blocks
}

/// When the agent itself says `different`, looked at after every block; it begins anew after each.
fn agent_locks(fresh: &Observer, events: &[Event], most: usize) -> Vec<Lock> {
    let (mut locks, mut keys, mut observer) = (Vec::new(), 0, fresh.clone());
    let began = events.first().map_or(0, |event| event.at.0);
    for event in events.iter() {
        observer.feed(event);
        keys += usize::from(is_press(event));
        let looks = is_press(event) && keys % BLOCK == 0;
        if looks && answer(&observer, event.at.0 + MOMENT_US).verdict == Verdict::Different {
            locks.push((keys, seconds(event.at.0 - began)));
            if locks.len() >= most {
                break;
            }
            observer = fresh.clone();
        }
    }
    locks
}

/// Page's cumulative sum (1954): evidence against the person adds up, evidence for them takes it down to nothing.
fn sums(blocks: &Blocks) -> impl Iterator<Item = (usize, u64, f64)> + '_ {
    blocks
        .iter()
        .enumerate()
        .scan(0.0_f64, |sum, (index, (at, ratio))| {
            *sum = (*sum - ratio).max(0.0);
            Some(((index + 1) * BLOCK, *at, *sum))
        })
}

fn first_lock(blocks: &Blocks, threshold: f64) -> Option<Lock> {
    let (keys, at, _) = sums(blocks).find(|(_, _, sum)| *sum > threshold)?;
    Some((keys, seconds(at)))
}

/// How many times somebody is locked out who begins anew after each.
fn all_locks(blocks: &Blocks, threshold: f64) -> usize {
    let (mut sum, mut locks) = (0.0_f64, 0);
    for (_, ratio) in blocks {
        sum = (sum - ratio).max(0.0);
        if sum > threshold {
            (sum, locks) = (0.0, locks + 1);
        }
    }
    locks
}

/// For each person, from the other groups' own typing.
fn thresholds(owners: &[Owner], seed: u64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..owners.len()).collect();
    Chance::new(seed).shuffle(&mut order);
    let group = |owner: usize| order[owner] % GROUPS.min(owners.len());
    let highest: Vec<f64> = owners
        .iter()
        .map(|owner| sums(&owner.own).map(|(_, _, sum)| sum).fold(0.0, f64::max))
        .collect();
    (0..owners.len())
        .map(|owner| {
            let others = (0..owners.len()).filter(|other| group(*other) != group(owner));
            MARGIN * others.map(|other| highest[other]).fold(0.0, f64::max)
        })
        .collect()
}

fn detection(
    found: &[Vec<Option<Lock>>],
    false_locks: &[usize],
    genuine_keys: usize,
    seed: u64,
) -> Detection {
    let mut chance = Chance::new(seed);
    let draws: Vec<Vec<f64>> = (0..200).map(|_| draw(found.len(), &mut chance)).collect();
    let share = |keys: usize, weight: &[f64]| share_found(found, keys, weight);
    let with_interval = |keys: usize| {
        let drawn = draws.iter().map(|weight| share(keys, weight));
        let all = share(keys, &vec![1.0; found.len()]);
        (all, interval(drawn.collect()))
    };
    let locks = found.iter().flatten().flatten();
    let keys: Vec<f64> = locks.clone().map(|(keys, _)| to_f64(*keys)).collect();
    let all_locks: usize = false_locks.iter().sum();
    let (found_share, found_ci95) = with_interval(usize::MAX);
    let ones = vec![1.0; found.len()];
    let drawn = draws
        .iter()
        .map(|w| median_keys(found, w).unwrap_or(f64::NAN));
    Detection {
        anga: (all_locks > 0).then(|| to_f64(genuine_keys) / to_f64(all_locks)),
        ania: (!keys.is_empty()).then(|| keys.iter().sum::<f64>() / to_f64(keys.len())),
        median_keys: median_keys(found, &ones),
        median_keys_ci95: interval(drawn.collect()),
        seconds: median(&mut locks.map(|(_, seconds)| *seconds).collect::<Vec<_>>()),
        owners_never_locked: false_locks.iter().filter(|locks| **locks == 0).count(),
        false_locks: all_locks,
        genuine_keys,
        found: found_share,
        found_ci95,
        curve: CURVE
            .iter()
            .map(|keys| {
                let (share, ci95) = with_interval(*keys);
                (*keys, share, ci95)
            })
            .collect(),
    }
}

fn share_found(found: &[Vec<Option<Lock>>], within: usize, weight: &[f64]) -> f64 {
    let (mut hits, mut all) = (0.0, 0.0);
    for (locks, weight) in found.iter().zip(weight) {
        let hit = |lock: &&Option<Lock>| lock.is_some_and(|(keys, _)| keys <= within);
        hits += weight * to_f64(locks.iter().filter(hit).count());
        all += weight * to_f64(locks.len());
    }
    hits / all
}

/// Over all impostors, those not found counting as never; none where that is half of them.
fn median_keys(found: &[Vec<Option<Lock>>], weight: &[f64]) -> Option<f64> {
    let mut keys: Vec<(f64, f64)> = found
        .iter()
        .zip(weight)
        .flat_map(|(locks, weight)| {
            let keys = |lock: &Option<Lock>| lock.map_or(f64::INFINITY, |(keys, _)| to_f64(keys));
            locks.iter().map(move |lock| (keys(lock), *weight))
        })
        .collect();
    keys.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = keys.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut sum = 0.0;
    let middle = keys.iter().find(|(_, weight)| {
        sum += weight;
        sum >= half
    });
    middle
        .map(|(keys, _)| *keys)
        .filter(|keys| keys.is_finite())
}

#[allow(clippy::cast_precision_loss)] // hours in microseconds
fn seconds(micros: u64) -> f64 {
    micros as f64 / 1e6
}

fn findings(
    trial: &TypingTrial,
    owners: &[Owner],
    thresholds: &[f64],
    [accumulated, agent]: [&Detection; 2],
    header: &Header,
) -> Findings {
    let nothing = Attempts::of(owners.len(), Vec::new());
    let (mut findings, _) = header.findings(Span::Session, &nothing, trial.median_keys());
    findings.genuine = owners.len();
    findings.impostor = owners.iter().map(|owner| owner.others.len()).sum();
    findings.window_unit = "streams";
    findings.calibration.clear();
    findings
        .fnmr_at_fmr
        .values_mut()
        .for_each(|fnmr| *fnmr = None);
    findings.anga = accumulated.anga;
    findings.ania = accumulated.ania;
    findings.median_keys_to_lock = accumulated.median_keys;
    findings.seconds_to_detect = accumulated.seconds;
    findings.further = further(accumulated, thresholds);
    findings.further.insert("agent", json!(further(agent, &[])));
    findings.notes = notes();
    findings
}

fn further(of: &Detection, thresholds: &[f64]) -> BTreeMap<&'static str, serde_json::Value> {
    let within = |keys: usize| share_at(of, keys);
    let mut lines = BTreeMap::from([
        ("found", json!(of.found)),
        ("found_ci95", json!(of.found_ci95)),
        (
            "found_within",
            json!({"50": within(50), "100": within(100), "200": within(200)}),
        ),
        ("median_keys_ci95", json!(of.median_keys_ci95)),
        ("owners_never_locked", json!(of.owners_never_locked)),
        ("false_locks", json!(of.false_locks)),
        ("genuine_keys", json!(of.genuine_keys)),
    ]);
    if thresholds.is_empty() {
        lines.insert("anga", json!(of.anga));
        lines.insert("ania", json!(of.ania));
        lines.insert("median_keys_to_lock", json!(of.median_keys));
        lines.insert("seconds_to_detect", json!(of.seconds));
    } else {
        let mut sorted = thresholds.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted.dedup();
        lines.insert("thresholds", json!(sorted));
    }
    lines
}

fn share_at(of: &Detection, keys: usize) -> Option<f64> {
    let point = of.curve.iter().find(|(at, _, _)| *at == keys);
    point.map(|(_, share, _)| *share)
}

fn notes() -> Vec<String> {
    vec![
        format!(
            "Evidence against the person adds up over blocks of {BLOCK} keys, each scored on its own. A person's threshold \
             is {MARGIN} times the highest sum that anybody in four other fifths of the people reached with their own \
             typing."
        ),
        "`agent` is the same with the shipped rule: the agent says `different`, at its own thresholds, learning as it \
         would."
            .to_owned(),
        "anga is null where nobody was ever locked out; seconds include the pauses of the recording.".to_owned(),
    ]
}
