//! A stretch of typing, or an enrolment, as one list of values: means by class and by hand-to-hand group, and how much
//! single observations scatter.

use super::{
    cells::KeyCells,
    pair::{FLIGHTS, Pair, Zone},
    table::KeyTable,
};
use crate::{KeyClass, joint::Summary, moments::Moments};

type Groups = [[Moments; FLIGHTS]; Pair::GROUPS];

/// Hands whose holds scatter alike, and kinds of pairs whose flights do.
const SETS: usize = 3;
/// Fewer observations say nothing about scatter.
const FEWEST: f64 = 10.0;
/// Less than this many observations are the rest of faded ones.
const LEAST: f32 = 0.5;

/// Values in the list.
#[cfg_attr(not(feature = "lab"), allow(dead_code))]
pub(crate) const SIZE: usize = KeyClass::COUNT + Pair::GROUPS * FLIGHTS + SETS + SETS * FLIGHTS;

pub(crate) fn of_enrolment(table: &KeyTable) -> Summary {
    summary(&table.hold, &table.group)
}

pub(crate) fn of_stretch(seen: &KeyCells, fade: f32) -> Summary {
    let mut groups: Groups = [[Moments::default(); FLIGHTS]; Pair::GROUPS];
    for pair in Pair::all() {
        let cells = &seen.flight[pair.index()];
        let to = groups[pair.group()].iter_mut();
        to.zip(cells).for_each(|(to, from)| to.merge(*from));
    }
    let faded = |moments: &mut Moments| *moments = moments.faded(fade);
    groups.as_flattened_mut().iter_mut().for_each(faded);
    summary(&seen.hold.map(|hold| hold.faded(fade)), &groups)
}

fn summary(hold: &[Moments; KeyClass::COUNT], groups: &Groups) -> Summary {
    let mut summary = Summary::default();
    for cell in hold.iter().chain(groups.as_flattened()) {
        let weight = if cell.n >= LEAST { cell.n } else { 0.0 };
        summary.push(f64::from(cell.mean), f64::from(weight));
    }
    let thumb = KeyClass::Thumb.index();
    for part in [&hold[1..thumb], &hold[thumb..=thumb], &hold[thumb + 1..12]] {
        push_scatter(&mut summary, part.iter());
    }
    for flight in 0..FLIGHTS {
        for set in 0..SETS {
            let members = groups
                .iter()
                .enumerate()
                .filter(|(g, _)| set_of(*g) == Some(set));
            push_scatter(&mut summary, members.map(|(_, cells)| &cells[flight]));
        }
    }
    summary
}

/// ln of the standard deviation within the cells.
fn push_scatter<'a>(summary: &mut Summary, cells: impl Iterator<Item = &'a Moments>) {
    let (squares, freedom) = cells.fold((0.0, 0.0), |(squares, freedom), cell| {
        (
            squares + f64::from(cell.m2),
            freedom + f64::from((cell.n - 1.0).max(0.0)),
        )
    });
    let says = freedom >= FEWEST && squares > 0.0;
    let weight = if says { freedom } else { 0.0 };
    summary.push(0.5 * (squares / freedom.max(1.0)).max(1e-6).ln(), weight);
}

/// One hand, two hands, or a thumb; none with an outer key.
fn set_of(group: usize) -> Option<usize> {
    let (first, second) = (group / Zone::COUNT, group % Zone::COUNT);
    let (outer, thumb) = (Zone::Outer as usize, Zone::Thumb as usize);
    if first == outer || second == outer {
        return None;
    }
    Some(if first == thumb || second == thumb {
        2
    } else {
        usize::from(first != second)
    })
}
