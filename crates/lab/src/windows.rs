//! Separate runs of so many keys, of several lengths at once: one pass over the events serves all lengths.

use selfsame_behaviour::{Event, Observer};

use crate::replay::is_press;

/// Every length must divide the next one.
pub const LENGTHS: [usize; 3] = [50, 100, 200];
const SHORTEST: usize = LENGTHS[0];
const LONGEST: usize = LENGTHS[LENGTHS.len() - 1];

/// A finished window, as the observer that saw it and nothing else.
pub struct Window<'a> {
    /// Position among [`LENGTHS`].
    pub length: usize,
    /// Position of its first event.
    pub start: usize,
    /// Time of its last event.
    pub end: u64,
    pub observer: &'a Observer,
}

/// An observer that began with a window.
struct Run {
    observer: Observer,
    start: usize,
    first_key: usize,
}

/// Shows every whole window of every length to `visit`; a rest that is shorter is left out. A window of 50 keys that
/// begins a window of 200 is seen by the same observer.
pub fn each(fresh: &Observer, events: &[Event], mut visit: impl FnMut(&Window)) {
    let (mut runs, mut keys, mut end) = (Vec::<Run>::new(), 0_usize, 0);
    for (at, event) in events.iter().enumerate() {
        if is_press(event) {
            if keys.is_multiple_of(SHORTEST) {
                finish(&mut runs, keys, end, &mut visit);
                runs.push(Run {
                    observer: fresh.clone(),
                    start: at,
                    first_key: keys,
                });
            }
            keys += 1;
        }
        runs.iter_mut().for_each(|run| run.observer.feed(event));
        end = event.at.0;
    }
    if keys > 0 && keys.is_multiple_of(SHORTEST) {
        finish(&mut runs, keys, end, &mut visit);
    }
}

/// Shows the windows that end before this key, and drops the observers that serve no longer one.
fn finish(runs: &mut Vec<Run>, keys: usize, end: u64, visit: &mut impl FnMut(&Window)) {
    runs.retain(|run| {
        let age = keys - run.first_key;
        if let Some(length) = LENGTHS.iter().position(|length| *length == age) {
            let (start, observer) = (run.start, &run.observer);
            visit(&Window {
                length,
                start,
                end,
                observer,
            });
        }
        age < longest_from(run.first_key)
    });
}

/// The longest window that begins at this key.
fn longest_from(first_key: usize) -> usize {
    let fits = |length: &&usize| (first_key % LONGEST).is_multiple_of(**length);
    LENGTHS.iter().rev().find(fits).copied().unwrap_or(SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use selfsame_behaviour::{
        DeviceTag, EventKind, GenerationId, KeyClass, Micros, Profile, Provenance, Slot,
    };

    fn typed(keys: u64) -> Vec<Event> {
        let event = |at, kind| Event {
            at: Micros::from_millis(at),
            device: DeviceTag(1),
            provenance: Provenance::Physical,
            kind,
        };
        let (class, slot) = (KeyClass::LeftIndex, Slot(0));
        let key = |n| {
            [
                event(n * 200, EventKind::KeyDown { class, slot }),
                event(n * 200 + 90, EventKind::KeyUp { slot }),
            ]
        };
        (0..keys).flat_map(key).collect()
    }

    fn starts(keys: u64) -> [Vec<usize>; 3] {
        let observer = Model::default().frozen(&Profile::new(GenerationId([0; 16])));
        let mut seen = [Vec::new(), Vec::new(), Vec::new()];
        each(&observer, &typed(keys), |window| {
            seen[window.length].push(window.start / 2)
        });
        seen
    }

    #[test]
    fn windows_of_every_length_lie_side_by_side() {
        let [short, middle, long] = starts(430);
        assert_eq!(short, [0, 50, 100, 150, 200, 250, 300, 350]);
        assert_eq!((middle, long), (vec![0, 100, 200, 300], vec![0, 200]));
    }

    #[test]
    fn the_last_window_needs_no_key_after_it() {
        let [short, middle, long] = starts(200);
        assert_eq!((short.len(), middle.len(), long.len()), (4, 2, 1));
        assert!(starts(49).iter().all(Vec::is_empty));
    }
}
