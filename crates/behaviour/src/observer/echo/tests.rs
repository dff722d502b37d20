//! What is noticed, what is not, and that the marks do not give away what was typed.

use super::*;
use crate::{GenerationId, KeyClass, typing::pair::Pair};

/// Draws that are the same everywhere, and how much of a person's unsteadiness is in what is typed with them.
struct Chance(u64, f32);

const HAND: f32 = 1.0;
const MACHINE: f32 = 0.0;

impl Chance {
    #[allow(clippy::cast_precision_loss)]
    fn unit(&mut self) -> f32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1_u32 << 24) as f32
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn below(&mut self, below: usize) -> usize {
        (f64::from(self.unit()) * below as f64) as usize % below
    }

    /// A flight as this pair of classes usually has it, give or take what people's flights vary by.
    fn flight(&mut self, pair: Pair) -> Timing {
        let usual = 4.8 + (pair.index() * 37 % 100) as f32 / 100.0;
        let interval = usual + 0.3 * self.1 * (self.unit() + self.unit() - 1.0);
        let hold = 80.0 + 40.0 * self.1 * self.unit();
        let gap = ((interval.exp() - hold) / 50.0).asinh();
        Timing::Flight(pair, [interval, gap, 0.0])
    }

    fn secret(&mut self) -> Vec<KeyClass> {
        let key = |n| KeyClass::from_index(n).expect("a class");
        (0..12).map(|_| key(1 + self.below(11))).collect()
    }

    fn typed(&mut self, keys: &[KeyClass]) -> Vec<Timing> {
        let pairs = keys.windows(2).map(|two| Pair::new(two[0], two[1]));
        pairs.map(|pair| self.flight(pair)).collect()
    }

    fn prose(&mut self, keys: usize) -> Vec<Timing> {
        let classes: Vec<_> = (0..keys.div_ceil(12)).flat_map(|_| self.secret()).collect();
        self.typed(&classes)
    }
}

fn blank() -> Profile {
    Profile::new(GenerationId([5; 16]))
}

fn hears(profile: &mut Profile, timings: &[Timing]) -> Echo {
    let mut echo = Echo::default();
    for timing in timings {
        echo.timing(*timing, profile);
        echo.marks().for_each(|mark| profile.remember(mark));
    }
    echo
}

#[test]
fn a_replay_is_noticed_within_a_hundred_keys_and_the_person_typing_on_is_not() {
    let (mut chance, mut profile) = (Chance(1, HAND), blank());
    let recorded = chance.prose(2000);
    hears(&mut profile, &recorded);
    for from in [0, 500, 1500] {
        assert!(hears(&mut profile.clone(), &recorded[from..from + 100]).is_heard());
    }
    assert!(!hears(&mut profile, &chance.prose(20_000)).is_heard());
}

#[test]
fn a_replay_with_a_jitter_of_two_milliseconds_is_noticed() {
    let (mut chance, mut profile) = (Chance(2, HAND), blank());
    let recorded = chance.prose(2000);
    hears(&mut profile, &recorded);
    let shaken: Vec<Timing> = recorded
        .iter()
        .map(|timing| match *timing {
            Timing::Flight(pair, [interval, gap, up]) => {
                let mut shake = |ms: f32| ms + 4.0 * chance.unit() - 2.0;
                let interval = shake(interval.exp()).ln();
                let gap = (shake(50.0 * gap.sinh()) / 50.0).asinh();
                Timing::Flight(pair, [interval, gap, up])
            }
            hold => hold,
        })
        .collect();
    assert!(hears(&mut profile, &shaken[..400]).is_heard());
}

#[test]
fn a_secret_typed_ten_times_ranks_no_better_than_chance_by_its_marks() {
    // By chance 9.5, give or take 1.7 over so many trials.
    let rank = rank_of_secret(HAND);
    assert!(rank > 6.5, "mean rank {rank}");
}

#[test]
fn the_same_attack_finds_what_a_machine_types_alike_ten_times() {
    let rank = rank_of_secret(MACHINE);
    assert!(rank < 5.0, "mean rank {rank}");
}

/// The strongest dictionary attack there is: whoever has the marks also knows exactly how the person types each pair,
/// and has twenty secrets to choose from, one of which was typed ten times. They type each hundreds of times over and
/// see which leaves most of the marks that are there. Gives the mean number of secrets that rank before the true one.
#[allow(clippy::cast_precision_loss)]
fn rank_of_secret(typed_by: f32) -> f64 {
    const TRIALS: u64 = 12;
    const CANDIDATES: usize = 20;
    let rank = |trial| {
        let (mut chance, mut profile) = (Chance(100 + trial, HAND), blank());
        hears(&mut profile, &chance.prose(1500));
        let candidates: Vec<_> = (0..CANDIDATES).map(|_| chance.secret()).collect();
        for _ in 0..10 {
            chance.1 = typed_by;
            hears(&mut profile, &chance.typed(&candidates[0]));
            chance.1 = HAND;
            hears(&mut profile, &chance.prose(100));
        }
        let fits =
            |secret: &Vec<KeyClass>| share_known(&profile, secret, &mut Chance(trial, typed_by));
        let fits: Vec<f64> = candidates.iter().map(fits).collect();
        fits.iter().filter(|other| **other > fits[0]).count()
    };
    (0..TRIALS).map(rank).sum::<usize>() as f64 / TRIALS as f64
}

#[allow(clippy::cast_precision_loss)]
fn share_known(profile: &Profile, secret: &[KeyClass], chance: &mut Chance) -> f64 {
    let (mut known, mut all) = (0, 0);
    for _ in 0..400 {
        let mut echo = Echo::default();
        for timing in chance.typed(secret) {
            echo.timing(timing, profile);
        }
        for mark in echo.marks() {
            known += usize::from(profile.heard().knows(mark));
            all += 1;
        }
    }
    f64::from(known as u32) / f64::from(all.max(1) as u32)
}
