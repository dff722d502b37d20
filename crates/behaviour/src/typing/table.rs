//! What a profile knows about a person's typing. A class pair has numbers of its own only once it is common.

use serde::{Deserialize, Serialize};

use super::{
    cells::KeyCells,
    pair::{FLIGHTS, Pair},
};
use crate::{Error, KeyClass, moments::Moments};

/// Aggregates of enrolment, as deviations from the population mean.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyTable {
    pub hold: [Moments; KeyClass::COUNT],
    /// By hand-to-hand group, of all pairs.
    pub group: [[Moments; FLIGHTS]; Pair::GROUPS],
    /// Of the common pairs alone, in the order of their indices.
    pairs: Vec<PairStats>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PairStats {
    pair: u8,
    flights: [Moments; FLIGHTS],
}

impl KeyTable {
    pub fn pair(&self, pair: Pair) -> Option<&[Moments; FLIGHTS]> {
        let found = self.find(pair).ok()?;
        Some(&self.pairs[found].flights)
    }

    /// Adds a stretch to the holds, the groups and the pairs that are known.
    pub fn learn(&mut self, stretch: &KeyCells) {
        self.hold
            .iter_mut()
            .zip(&stretch.hold)
            .for_each(|(to, from)| to.merge(*from));
        for pair in Pair::all() {
            let from = &stretch.flight[pair.index()];
            merge(&mut self.group[pair.group()], from);
            if let Ok(found) = self.find(pair) {
                merge(&mut self.pairs[found].flights, from);
            }
        }
    }

    /// Gives a pair numbers of its own.
    #[allow(clippy::cast_possible_truncation)] // 169 pairs
    pub fn admit(&mut self, pair: Pair, flights: [Moments; FLIGHTS]) {
        if let Err(place) = self.find(pair) {
            self.pairs.insert(
                place,
                PairStats {
                    pair: pair.index() as u8,
                    flights,
                },
            );
        }
    }

    /// Limits the weight of the past, so that the table keeps following the person.
    pub fn cap(&mut self, most: f32) {
        self.every_cell_mut()
            .for_each(|cell| *cell = cell.capped(most));
    }

    /// Keeps every mean within `bound` of where enrolment left it.
    pub fn stay_near(&mut self, anchor: &Self, bound: f32) {
        let near = |cell: &mut Moments, anchor: &Moments| {
            cell.mean = cell.mean.clamp(anchor.mean - bound, anchor.mean + bound);
        };
        self.hold
            .iter_mut()
            .zip(&anchor.hold)
            .for_each(|(cell, a)| near(cell, a));
        let groups = self
            .group
            .as_flattened_mut()
            .iter_mut()
            .zip(anchor.group.as_flattened());
        groups.for_each(|(cell, a)| near(cell, a));
        for stats in &mut self.pairs {
            if let Ok(found) = anchor.pairs.binary_search_by_key(&stats.pair, |s| s.pair) {
                stats
                    .flights
                    .iter_mut()
                    .zip(&anchor.pairs[found].flights)
                    .for_each(|(cell, a)| near(cell, a));
            }
        }
    }

    pub fn validate(&self) -> Result<(), Error> {
        let in_order = self.pairs.is_sorted_by(|a, b| a.pair < b.pair);
        if !in_order
            || self
                .pairs
                .iter()
                .any(|s| usize::from(s.pair) >= Pair::COUNT)
        {
            return Err(Error::Shape("pairs of key classes"));
        }
        let mut cells = self.hold.iter().chain(self.group.as_flattened());
        if !cells.all(Moments::is_possible) {
            return Err(Error::Number("key timings"));
        }
        let mut flights = self.pairs.iter().flat_map(|s| &s.flights);
        flights
            .all(Moments::is_possible)
            .then_some(())
            .ok_or(Error::Number("pair timings"))
    }

    fn every_cell_mut(&mut self) -> impl Iterator<Item = &mut Moments> {
        let pairs = self.pairs.iter_mut().flat_map(|s| &mut s.flights);
        self.hold
            .iter_mut()
            .chain(self.group.as_flattened_mut())
            .chain(pairs)
    }

    fn find(&self, pair: Pair) -> Result<usize, usize> {
        self.pairs
            .binary_search_by_key(&pair.index(), |s| usize::from(s.pair))
    }
}

fn merge(to: &mut [Moments; FLIGHTS], from: &[Moments; FLIGHTS]) {
    to.iter_mut()
        .zip(from)
        .for_each(|(to, from)| to.merge(*from));
}
