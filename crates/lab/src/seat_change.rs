//! The seat changes hands: the person has typed and is `same`, leaves, and somebody else goes on typing on the same
//! unlocked computer.

use selfsame_behaviour::{Event, Micros, Observer};
use serde::Serialize;

use crate::{
    model::{MOMENT_US, is_same},
    rates::to_f64,
    replay::is_press,
};

/// Seconds between the owner's last event and the intruder's first.
pub const AWAY_S: [u64; 4] = [0, 5, 20, 60];
/// Keys of the intruder after which the agent is asked.
pub const KEYS: [usize; 6] = [5, 10, 20, 50, 100, 200];
/// Keys of the person's own before the first look, and between two looks.
const OWN_FROM: usize = 200;
const OWN_LOOK: usize = 50;

/// What came of all seat changes.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SeatChanges {
    /// People tried.
    pub people: usize,
    /// Those who were `same` at 1e-2 after all of their own later typing in one go.
    pub same_before: usize,
    /// Share of the looks at people's own later typing, from 200 keys on, at which the agent said `same` at 1e-2.
    pub own_same: Option<f64>,
    /// Changes from these to an intruder who types at least 200 keys.
    pub handovers: usize,
    /// One for each time away.
    pub after: Vec<Away>,
    #[serde(skip)]
    still: Vec<Looks>,
    #[serde(skip)]
    own: Own,
}

/// Looks at people's own typing, and those at which they were `same`.
#[derive(Debug, Clone, Copy, Default)]
struct Own {
    looks: usize,
    same: usize,
}

/// Whether the agent still said `same`, by time away and keys of the intruder.
type Looks = [[bool; KEYS.len()]; AWAY_S.len()];

#[derive(Debug, Clone, Serialize)]
pub struct Away {
    pub seconds_away: u64,
    /// Share of intruders for whom the agent says `same` after so many of their keys.
    pub still_same: Vec<StillSame>,
}

#[derive(Debug, Clone, Serialize)]
pub struct StillSame {
    pub keys: usize,
    pub share: f64,
}

impl SeatChanges {
    /// Tries one person: their own later typing, then each intruder's.
    pub fn try_person<'a>(
        mut observer: Observer,
        own: &[Event],
        intruders: impl Iterator<Item = &'a [Event]>,
    ) -> Self {
        let Some(end) = own.last().map(|event| event.at.0) else {
            return Self::default();
        };
        let looks = types_all(&mut observer, own);
        let was_same = is_same(&observer, end + MOMENT_US);
        let still: Vec<Looks> = intruders
            .filter(|_| was_same)
            .filter_map(|events| sits_down(&observer, end, events))
            .collect();
        Self {
            people: 1,
            same_before: usize::from(was_same),
            handovers: still.len(),
            still,
            own: looks,
            ..Self::default()
        }
    }

    pub fn plus(mut self, other: Self) -> Self {
        self.people += other.people;
        self.same_before += other.same_before;
        self.handovers += other.handovers;
        self.still.extend(other.still);
        self.own.looks += other.own.looks;
        self.own.same += other.own.same;
        self
    }

    /// Fills in the shares.
    pub fn summed_up(mut self) -> Self {
        let Own { looks, same } = self.own;
        self.own_same = (looks > 0).then(|| to_f64(same) / to_f64(looks));
        let share = |away: usize, keys: usize| {
            let still = self.still.iter().filter(|looks| looks[away][keys]).count();
            to_f64(still) / to_f64(self.still.len())
        };
        let row = |away: usize| Away {
            seconds_away: AWAY_S[away],
            still_same: (0..KEYS.len())
                .map(|keys| StillSame {
                    keys: KEYS[keys],
                    share: share(away, keys),
                })
                .collect(),
        };
        if !self.still.is_empty() {
            self.after = (0..AWAY_S.len()).map(row).collect();
        }
        self
    }
}

/// The person's own typing, looked at time and again.
fn types_all(observer: &mut Observer, own: &[Event]) -> Own {
    let (mut looks, mut keys) = (Own::default(), 0_usize);
    for event in own {
        observer.feed(event);
        keys += usize::from(is_press(event));
        if is_press(event) && keys >= OWN_FROM && keys.is_multiple_of(OWN_LOOK) {
            looks.looks += 1;
            looks.same += usize::from(is_same(observer, event.at.0 + MOMENT_US));
        }
    }
    looks
}

/// None where the intruder has too few keys.
fn sits_down(before: &Observer, end: u64, events: &[Event]) -> Option<Looks> {
    let mut looks = Looks::default();
    for (seconds, looks) in AWAY_S.iter().zip(&mut looks) {
        *looks = types_on(before.clone(), end + seconds * 1_000_000, events)?;
    }
    Some(looks)
}

fn types_on(mut observer: Observer, from: u64, events: &[Event]) -> Option<[bool; KEYS.len()]> {
    let began = events.first()?.at.0;
    let (mut looks, mut keys) = ([false; KEYS.len()], 0);
    for event in events {
        let at = Micros(from + (event.at.0 - began));
        observer.feed(&Event { at, ..*event });
        if !is_press(event) {
            continue;
        }
        keys += 1;
        if let Some(look) = KEYS.iter().position(|look| *look == keys) {
            looks[look] = is_same(&observer, at.0 + MOMENT_US);
            if look == KEYS.len() - 1 {
                return Some(looks);
            }
        }
    }
    None
}
