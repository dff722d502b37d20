//! How soon somebody else is found, and how often the person themself is locked out. The threshold is chosen on other
//! people than those reported.

mod detection;

use std::collections::BTreeMap;

use rayon::prelude::*;
use selfsame_behaviour::{Event, Observer, Verdict};
use serde_json::json;

use crate::{
    chance::Chance,
    findings::{Findings, Header, Span},
    model::{MOMENT_US, answer},
    progress::Progress,
    rates::{Attempts, to_f64},
    replay::is_press,
    trial::typing::TypingTrial,
};
pub use detection::Detection;
use detection::{Lock, detection, seconds};

/// Keys between two looks.
const BLOCK: usize = 10;
/// People are parted into so many groups; the threshold for one is chosen on the others.
const GROUPS: usize = 5;
/// The threshold is this much above the highest that anybody of the others reached with their own typing. Set
/// beforehand: somebody always reaches more than everybody else did.
const MARGIN: f64 = 1.5;
/// With the lenient threshold, this share of the others would never have been locked out.
const LENIENT: f64 = 0.9;
/// Looks after which nothing of what locked somebody out is judged any more.
const ANEW: usize = 20;

/// After each block of keys: the time since the first key, and how far below the person's usual the typing lies.
type Looks = Vec<(u64, f64)>;

/// One person's typing and that of everybody who tries to be them.
struct Owner {
    own: Looks,
    own_keys: usize,
    others: Vec<Looks>,
    agent_own: Vec<Lock>,
    agent_others: Vec<Option<Lock>>,
}

pub struct Continuous {
    pub findings: Findings,
    /// No other person would have been locked out, by a margin.
    pub strict: Detection,
    /// One other person in ten would have been.
    pub lenient: Detection,
    pub agent: Detection,
}

pub fn measure(trial: &TypingTrial, header: &Header) -> Continuous {
    let owners = watch(trial);
    let strict = thresholds(&owners, header.seed, |highest| {
        MARGIN * highest.last().copied().unwrap_or(0.0)
    });
    let lenient = thresholds(&owners, header.seed, |highest| quantile(highest, LENIENT));
    let found: Vec<_> = owners.iter().map(|o| o.agent_others.clone()).collect();
    let false_locks: Vec<usize> = owners.iter().map(|o| o.agent_own.len()).collect();
    let agent = detection(&found, &false_locks, keys_of(&owners), header.seed);
    let mut continuous = Continuous {
        findings: blank(trial, &owners, header),
        strict: with_thresholds(&owners, &strict, header.seed),
        lenient: with_thresholds(&owners, &lenient, header.seed),
        agent,
    };
    continuous.fill_in(&strict, &lenient);
    continuous
}

fn with_thresholds(owners: &[Owner], thresholds: &[f64], seed: u64) -> Detection {
    let each = || owners.iter().zip(thresholds);
    let found: Vec<Vec<Option<Lock>>> = each()
        .map(|(owner, threshold)| {
            let lock = |looks: &Looks| first_lock(looks, *threshold);
            owner.others.iter().map(lock).collect()
        })
        .collect();
    let false_locks: Vec<usize> = each()
        .map(|(owner, threshold)| all_locks(&owner.own, *threshold))
        .collect();
    detection(&found, &false_locks, keys_of(owners), seed)
}

fn keys_of(owners: &[Owner]) -> usize {
    owners.iter().map(|owner| owner.own_keys).sum()
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
                own: looks(&frozen, &subject.test.events),
                own_keys: subject.test.keys(),
                others: others().map(|events| looks(&frozen, events)).collect(),
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

fn looks(fresh: &Observer, events: &[Event]) -> Looks {
    let (mut looks, mut keys, mut observer) = (Vec::new(), 0, fresh.clone());
    let began = events.first().map_or(0, |event| event.at.0);
    for event in events {
        if is_press(event) {
            if keys > 0 && keys % BLOCK == 0 {
                let deviation = observer.scores().deviation.unwrap_or(0.0);
                looks.push((event.at.0 - began, deviation));
            }
            keys += 1;
        }
        observer.feed(event);
    }
    looks
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

fn first_lock(looks: &Looks, threshold: f64) -> Option<Lock> {
    let look = looks.iter().position(|(_, far)| *far > threshold)?;
    Some(((look + 1) * BLOCK, seconds(looks[look].0)))
}

/// How many times somebody is locked out who begins anew after each.
fn all_locks(looks: &Looks, threshold: f64) -> usize {
    let (mut locks, mut from) = (0, 0);
    while let Some(look) = looks
        .iter()
        .skip(from)
        .position(|(_, far)| *far > threshold)
    {
        (locks, from) = (locks + 1, from + look + ANEW);
    }
    locks
}

/// For each person, chosen from the sorted highest deviations that the people of the other groups reached with their own
/// typing.
fn thresholds(owners: &[Owner], seed: u64, choose: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..owners.len()).collect();
    Chance::new(seed).shuffle(&mut order);
    let group = |owner: usize| order[owner] % GROUPS.min(owners.len());
    let highest: Vec<f64> = owners
        .iter()
        .map(|owner| owner.own.iter().map(|(_, far)| *far).fold(0.0, f64::max))
        .collect();
    (0..owners.len())
        .map(|owner| {
            let others = (0..owners.len()).filter(|other| group(*other) != group(owner));
            let mut others: Vec<f64> = others.map(|other| highest[other]).collect();
            others.sort_by(f64::total_cmp);
            choose(&others)
        })
        .collect()
}

/// The smallest value that at least this share of the sorted values does not exceed.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a share of a count
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = (to_f64(sorted.len()) * share).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().unwrap_or(0.0)
}

fn blank(trial: &TypingTrial, owners: &[Owner], header: &Header) -> Findings {
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
    findings.notes = notes();
    findings
}

impl Continuous {
    fn fill_in(&mut self, strict: &[f64], lenient: &[f64]) {
        let Self { findings, .. } = self;
        findings.anga = self.strict.anga;
        findings.ania = self.strict.ania;
        findings.median_keys_to_lock = self.strict.median_keys;
        findings.seconds_to_detect = self.strict.seconds;
        findings.further = further(&self.strict, strict);
        let lenient = json!(further(&self.lenient, lenient));
        findings.further.insert("lenient", lenient);
        let agent = json!(further(&self.agent, &[]));
        findings.further.insert("agent", agent);
    }
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
        ("median_keys", json!(of.median_keys)),
        ("median_keys_ci95", json!(of.median_keys_ci95)),
        ("median_seconds", json!(of.seconds)),
        ("keys_between_false_locks", json!(of.anga)),
        ("mean_keys_of_those_found", json!(of.ania)),
        ("owners_never_locked", json!(of.owners_never_locked)),
        ("false_locks", json!(of.false_locks)),
        ("genuine_keys", json!(of.genuine_keys)),
    ]);
    if !thresholds.is_empty() {
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
            "After every {BLOCK} keys, each end of the latest typing (50, 100 and 200 keys) is judged on its own, and how \
             far it lies below what is usual for the person is compared with a threshold: {MARGIN} times the highest that \
             anybody in the four other fifths of the people reached with their own typing; `lenient` is what nine in ten \
             of them stayed below."
        ),
        "`agent` is the same with the shipped rule: the agent says `different`, at its own thresholds, learning as it \
         would."
            .to_owned(),
        "anga is null where nobody was ever locked out; seconds include the pauses of the recording.".to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(deviations: &[f64]) -> Looks {
        (1..)
            .zip(deviations)
            .map(|(n, far)| (n * 1_000_000, *far))
            .collect()
    }

    fn owner(deviations: &[f64]) -> Owner {
        Owner {
            own: stream(deviations),
            own_keys: deviations.len() * BLOCK,
            others: Vec::new(),
            agent_own: Vec::new(),
            agent_others: Vec::new(),
        }
    }

    #[test]
    fn somebody_is_locked_out_at_the_first_look_beyond_the_threshold_and_then_begins_anew() {
        let short = stream(&[0.0, 3.0, 5.0, 2.0]);
        assert_eq!(first_lock(&short, 4.0), Some((30, 3.0)));
        assert_eq!(first_lock(&short, 8.0), None);
        let long = stream(&[5.0; ANEW * 2 + 1]);
        assert_eq!((all_locks(&short, 2.5), all_locks(&long, 4.0)), (1, 3));
    }

    #[test]
    fn a_threshold_knows_nothing_of_the_person_whom_it_is_for() {
        let mut owners: Vec<Owner> = (0..10).map(|_| owner(&[1.0])).collect();
        owners[3] = owner(&[4.0, 12.0, 4.0]);
        let highest = |highest: &[f64]| highest.last().copied().unwrap_or(0.0);
        let thresholds = thresholds(&owners, 1, highest);
        assert_eq!(thresholds[3], 1.0);
        assert!(
            thresholds
                .iter()
                .filter(|threshold| **threshold == 12.0)
                .count()
                >= 8
        );
    }

    #[test]
    fn nine_in_ten_stay_below_the_lenient_threshold() {
        let sorted: Vec<f64> = (1..=10).map(f64::from).collect();
        assert!((quantile(&sorted, 0.9) - 9.0).abs() < 1e-9);
        assert!(quantile(&[], 0.9).abs() < 1e-9);
    }
}
