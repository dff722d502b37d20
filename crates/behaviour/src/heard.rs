//! Rhythms that were heard before, as marks from which none can be read back: typing that has them again is a replay.
//!
//! A mark is 17 bits of a keyed hash of six flights in a row. One run in eight leaves a mark, whichever key began it, so
//! that the same run leaves it again. The marks are a set without order.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Error, GenerationId};

/// Flights in a row that make one mark.
pub(crate) const RUN: usize = 6;
/// Marks there can be.
const MARKS: u32 = 1 << 17;
/// With so many in each of two sets, one rhythm in sixteen that nobody ever heard seems to have been heard. This is
/// what bounds how much a mark says: of six bits or so, against the thirty that the run behind it had.
const MOST: usize = 4096;

/// A mark that some rhythm leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark(u32);

impl Mark {
    /// None for seven runs in eight. The key differs from profile to profile, so that two cannot be compared and nobody
    /// can work out in advance which mark a rhythm leaves.
    pub fn of(run: &[u16; RUN], key: GenerationId) -> Option<Self> {
        let mut hash = Sha256::new();
        hash.update(key.0);
        run.iter()
            .for_each(|flight| hash.update(flight.to_le_bytes()));
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
        (d % 8 == 0).then_some(Self(u32::from_le_bytes([a, b, c, 0]) % MARKS))
    }
}

/// Two sets of marks, sorted: when the newer is full it takes the place of the older.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Heard {
    newer: Vec<u32>,
    older: Vec<u32>,
}

impl Heard {
    pub fn knows(&self, mark: Mark) -> bool {
        [&self.newer, &self.older]
            .iter()
            .any(|set| set.binary_search(&mark.0).is_ok())
    }

    pub fn remember(&mut self, mark: Mark) {
        if self.newer.len() >= MOST {
            std::mem::swap(&mut self.newer, &mut self.older);
            self.newer.clear();
        }
        // All at once, so that nothing is allocated while somebody types.
        self.newer.reserve_exact(MOST - self.newer.len());
        if let Err(place) = self.newer.binary_search(&mark.0) {
            self.newer.insert(place, mark.0);
        }
    }

    pub fn count(&self) -> usize {
        self.newer.len() + self.older.len()
    }

    pub fn validate(&self) -> Result<(), Error> {
        let sound = |set: &Vec<u32>| {
            set.len() <= MOST && set.is_sorted_by(|a, b| a < b) && set.iter().all(|m| *m < MARKS)
        };
        (sound(&self.newer) && sound(&self.older))
            .then_some(())
            .ok_or(Error::Shape("marks of rhythms"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: GenerationId = GenerationId([3; 16]);

    fn marks(from: u16, key: GenerationId) -> Vec<Mark> {
        let runs = (from..from + 20_000).map(|n| [n, 1, 2, 3, 4, 5]);
        runs.filter_map(|run| Mark::of(&run, key)).collect()
    }

    #[test]
    fn one_run_in_eight_leaves_a_mark_and_another_profile_other_ones() {
        let (one, other) = (marks(0, KEY), marks(0, GenerationId([4; 16])));
        assert!((2300..2700).contains(&one.len()), "{}", one.len());
        let alike = one.iter().filter(|mark| other.contains(mark)).count();
        assert!(alike < one.len() / 20, "{alike}");
    }

    #[test]
    fn what_is_full_knows_what_it_never_heard_in_one_case_of_sixteen_at_most() {
        let mut heard = Heard::default();
        for from in [0, 20_000, 40_000] {
            marks(from, KEY).iter().for_each(|m| heard.remember(*m));
        }
        assert_eq!(heard.validate(), Ok(()));
        assert!(marks(40_000, KEY).iter().all(|mark| heard.knows(*mark)));
        let strangers = marks(0, GenerationId([9; 16]));
        let known = strangers.iter().filter(|m| heard.knows(**m)).count();
        assert!(known * 16 <= strangers.len() * 11 / 10, "{known}");
    }

    #[test]
    fn marks_out_of_order_or_range_are_refused() {
        for newer in [vec![2, 1], vec![1, 1], vec![MARKS], (0..5000).collect()] {
            let heard = Heard {
                newer,
                older: Vec::new(),
            };
            assert!(heard.validate().is_err());
        }
    }
}
