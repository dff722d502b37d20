//! The seat changes hands: the person has typed and is `same`, then somebody else goes on three seconds later.

use selfsame_behaviour::{Event, EventKind, Level, Micros, Observer, Profile, Verdict};
use serde::Serialize;

use crate::{metrics::to_f64, typing_trial::ENROLLED};

const PAUSE_US: u64 = 3_000_000;
/// Keys between two looks.
const LOOK: usize = 10;
const LOOKS: usize = 20;

/// What came of all handovers.
#[derive(Debug, Default, Serialize)]
pub struct Handovers {
    /// People tried.
    pub people: usize,
    /// Those who were `same` at 1e-2 after all of their own later typing in one go.
    pub same_before: usize,
    /// Handovers from these to an impostor with 200 keys.
    pub handovers: usize,
    /// Median number of the impostor's keys, to the next 10, until the verdict was no longer `same`.
    pub median_keys: Option<usize>,
    /// Share of handovers still `same` after so many keys of the impostor.
    pub still_same_after_50: f64,
    pub still_same_after_100: f64,
    pub still_same_after_200: f64,
    #[serde(skip)]
    looks: Vec<[bool; LOOKS]>,
}

impl Handovers {
    /// Tries one person's profile: their own later typing, then each impostor's.
    pub fn person<'a>(
        &mut self,
        profile: &Profile,
        own: &[Event],
        impostors: impl Iterator<Item = &'a [Event]>,
    ) {
        let mut observer = Observer::new(profile.clone());
        own.iter().for_each(|event| observer.feed(event));
        let Some(end) = own.last().map(|event| event.at.0) else {
            return;
        };
        self.people += 1;
        if !is_same(&observer, end + 1_000_000) {
            return;
        }
        self.same_before += 1;
        self.looks
            .extend(impostors.filter_map(|events| takes_over(&observer, end + PAUSE_US, events)));
    }

    /// The figures of everything tried.
    pub fn summed_up(mut self) -> Self {
        self.handovers = self.looks.len();
        let mut keys: Vec<usize> = self.looks.iter().map(keys_until_noticed).collect();
        keys.sort_unstable();
        self.median_keys = keys.get(keys.len() / 2).copied();
        let still = |keys: usize| {
            let count = self
                .looks
                .iter()
                .filter(|looks| looks[keys / LOOK - 1])
                .count();
            to_f64(count) / to_f64(self.looks.len().max(1))
        };
        (
            self.still_same_after_50,
            self.still_same_after_100,
            self.still_same_after_200,
        ) = (still(50), still(100), still(200));
        self
    }
}

fn keys_until_noticed(looks: &[bool; LOOKS]) -> usize {
    (1 + looks.iter().position(|same| !same).unwrap_or(LOOKS)) * LOOK
}

/// Whether the verdict was `same` at each look; none where the impostor has too few keys.
fn takes_over(before: &Observer, from: u64, events: &[Event]) -> Option<[bool; LOOKS]> {
    let mut observer = before.clone();
    let began = events.first()?.at.0;
    let (mut looks, mut keys) = ([false; LOOKS], 0);
    for event in events {
        let at = Micros(from + (event.at.0 - began));
        observer.feed(&Event { at, ..*event });
        if !matches!(event.kind, EventKind::KeyDown { .. }) {
            continue;
        }
        keys += 1;
        if keys % LOOK == 0 {
            looks[keys / LOOK - 1] = is_same(&observer, at.0 + 1_000_000);
        }
        if keys == LOOK * LOOKS {
            return Some(looks);
        }
    }
    None
}

fn is_same(observer: &Observer, now: u64) -> bool {
    observer
        .assess(Micros(now), Level::Fmr1e2, ENROLLED)
        .verdict
        == Verdict::Same
}
