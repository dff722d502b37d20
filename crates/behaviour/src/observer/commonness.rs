//! Which class pairs have become common enough for numbers of their own. Lives in memory only.

use crate::{
    moments::Moments,
    typing::{
        cells::KeyCells,
        pair::{FLIGHTS, Pair},
    },
};

/// A pair has numbers of its own only after this many sightings ...
const SIGHTINGS: f32 = 20.0;
/// ... in this many sessions, so that a phrase typed again and again in one go leaves no trace of its own.
const SESSIONS: u8 = 3;
/// No session counts for more than this many of the sightings.
const SIGHTINGS_OF_ONE_SESSION: f32 = 10.0;

#[derive(Clone, Copy, Default)]
struct Candidate {
    flights: [Moments; FLIGHTS],
    /// Sightings, those beyond a session's share left out.
    sightings: f32,
    of_last_session: f32,
    sessions: u8,
    last_session: u32,
}

/// Pairs on their way to being common. Not part of the profile: what is rare is never written down.
#[derive(Clone)]
pub(crate) struct Commonness {
    candidates: Box<[Candidate; Pair::COUNT]>,
}

impl Default for Commonness {
    fn default() -> Self {
        Self {
            candidates: Box::new([Candidate::default(); Pair::COUNT]),
        }
    }
}

impl Commonness {
    /// Counts a learnt stretch of the given session (numbered from 1); gives out the pairs that become common by it.
    pub fn count(
        &mut self,
        session: u32,
        stretch: &KeyCells,
        mut common: impl FnMut(Pair, [Moments; FLIGHTS]),
    ) {
        for pair in Pair::all() {
            let seen = &stretch.flight[pair.index()];
            if seen[0].n <= 0.0 {
                continue;
            }
            let candidate = &mut self.candidates[pair.index()];
            candidate.add(session, seen);
            if candidate.sightings >= SIGHTINGS && candidate.sessions >= SESSIONS {
                common(pair, candidate.flights);
                *candidate = Candidate::default();
            }
        }
    }
}

impl Candidate {
    fn add(&mut self, session: u32, seen: &[Moments; FLIGHTS]) {
        self.flights
            .iter_mut()
            .zip(seen)
            .for_each(|(to, from)| to.merge(*from));
        if self.last_session != session {
            self.last_session = session;
            self.of_last_session = 0.0;
            self.sessions = self.sessions.saturating_add(1);
        }
        let counted = seen[0]
            .n
            .min(SIGHTINGS_OF_ONE_SESSION - self.of_last_session)
            .max(0.0);
        self.of_last_session += counted;
        self.sightings += counted;
    }
}
