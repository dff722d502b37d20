//! The last two hundred keys in blocks of ten, so that any end of them can be judged on its own.
//!
//! After a change of seats only the end of the evidence is the intruder's, and nobody knows how long it is. Judging every
//! end, long and short, is the generalised likelihood-ratio test for a change at an unknown time (Lorden 1971), over a
//! bounded window (Lai 1995).

use crate::{
    Population, Profile,
    typing::{cells::KeyCells, keystrokes::Timing, score::typing_log_ratio},
};

/// Keys of a block.
const BLOCK_KEYS: f32 = 10.0;
/// Blocks that are kept.
const BLOCKS: usize = 20;

/// How many keys the ends have that are judged; each may be longer by less than a block.
pub(crate) const LENGTHS: [f32; 4] = [30.0, 50.0, 100.0, 200.0];

/// An end of the evidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct End {
    pub keys: f32,
    /// Log-likelihood ratio of these keys and no others.
    pub log_ratio: f64,
}

/// The ends of the lengths in [`LENGTHS`]; none where fewer keys were typed.
pub(crate) type Ends = [Option<End>; LENGTHS.len()];

/// A ring of blocks, the newest of them still filling.
#[derive(Clone)]
pub(crate) struct Blocks {
    ring: Box<[KeyCells]>,
    newest: usize,
}

impl Default for Blocks {
    fn default() -> Self {
        Self {
            ring: vec![KeyCells::default(); BLOCKS].into(),
            newest: 0,
        }
    }
}

impl Blocks {
    pub fn key(&mut self) {
        if self.ring[self.newest].keys >= BLOCK_KEYS {
            self.newest = (self.newest + 1) % BLOCKS;
            self.ring[self.newest].clear();
        }
        self.ring[self.newest].keys += 1.0;
    }

    pub fn timing(&mut self, timing: Timing, population: &Population) {
        self.ring[self.newest].add(timing, &population.typing);
    }

    pub fn clear(&mut self) {
        self.ring.iter_mut().for_each(KeyCells::clear);
    }

    pub fn ends(&self, profile: &Profile) -> Ends {
        let mut ends = Ends::default();
        let (mut end, mut length) = (KeyCells::default(), 0);
        for back in 0..BLOCKS {
            end.merge(&self.ring[(self.newest + BLOCKS - back) % BLOCKS]);
            if LENGTHS.get(length).is_some_and(|keys| end.keys >= *keys) {
                ends[length] = Some(judged(&end, profile));
                length += 1;
            }
        }
        ends
    }
}

fn judged(end: &KeyCells, profile: &Profile) -> End {
    let population = &profile.population().typing;
    End {
        keys: end.keys,
        log_ratio: typing_log_ratio(population, profile.enrolled(), end, 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{GenerationId, KeyClass};

    fn blocks(keys: usize) -> Blocks {
        let mut blocks = Blocks::default();
        for _ in 0..keys {
            blocks.key();
            blocks.timing(
                Timing::Hold(KeyClass::LeftIndex, 4.5),
                &Population::shipped(),
            );
        }
        blocks
    }

    fn lengths(keys: usize) -> Vec<f32> {
        let profile = Profile::new(GenerationId([0; 16]));
        let ends = blocks(keys).ends(&profile);
        ends.into_iter().flatten().map(|end| end.keys).collect()
    }

    #[test]
    fn an_end_is_there_once_it_is_long_enough_and_is_longer_by_less_than_a_block() {
        assert!(lengths(29).is_empty());
        assert_eq!(lengths(30), [30.0]);
        assert_eq!(lengths(57), [37.0, 57.0]);
        assert_eq!(lengths(1000), [30.0, 50.0, 100.0, 200.0]);
        assert_eq!(lengths(1003), [33.0, 53.0, 103.0]);
    }

    #[test]
    fn nothing_is_left_after_clearing() {
        let mut blocks = blocks(500);
        blocks.clear();
        let profile = Profile::new(GenerationId([0; 16]));
        assert_eq!(blocks.ends(&profile), Ends::default());
    }
}
