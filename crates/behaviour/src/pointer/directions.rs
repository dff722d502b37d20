//! A person's strokes in directions that do not depend on each other: what a profile comes to when it is judged by.

use super::{
    feature::FEATURES,
    stretch::{PRODUCTS, Seen},
    table::PointerTable,
};
use crate::{
    eigen::eigen,
    symmetric::{Cholesky, Symmetric, dot},
};

/// Before a person's strokes show otherwise, features are taken to vary on their own; this weighs as many strokes.
const INDEPENDENT_STROKES: f64 = 500.0;
/// Of the moods of a person, as a share of what single strokes vary by, before stretches show it ...
const MOOD: f64 = 0.05;
/// ... and how many stretches that weighs.
const MOOD_STRETCHES: f64 = 20.0;
/// A feature that never varied is taken to vary by so much.
const LEAST_VARIANCE: f64 = 1e-4;

/// Features turned so that single strokes vary by 1 in each direction, and moods by `moods`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Directions {
    means: Vec<f32>,
    /// One direction a row.
    turn: Vec<Vec<f64>>,
    moods: Vec<f64>,
}

impl Directions {
    /// None where too little was learnt.
    pub fn of(table: &PointerTable) -> Option<Self> {
        let (strokes, stretches) = (f64::from(table.strokes), f64::from(table.stretches));
        if stretches < 2.0 || strokes < stretches + 1.0 {
            return None;
        }
        let single = sums(&table.within, 1.0 / (strokes - stretches))?;
        let factor = shrunk(&single, strokes).cholesky()?;
        // What stretches differ by, beyond what the few strokes of each would make them differ by.
        let between = sums(&table.between, 1.0)?;
        let mood = |i, j| (between.at(i, j) - (stretches - 1.0) * single.at(i, j)) / strokes;
        let moods = whitened(&Symmetric::of(FEATURES, mood), &factor);
        let (values, vectors) = eigen(&moods);
        let moods = values.iter().map(|value| {
            (stretches * value.max(0.0) + MOOD_STRETCHES * MOOD) / (stretches + MOOD_STRETCHES)
        });
        Some(Self {
            means: table.means.clone(),
            moods: moods.collect(),
            turn: vectors
                .into_iter()
                .map(|mut vector| {
                    // uᵀL⁻¹ is the solution of Lᵀx = u.
                    factor.backward(&mut vector);
                    vector
                })
                .collect(),
        })
    }

    /// In each direction, the square of how far the seen strokes lie from the person's, in units of what is usual for
    /// so many strokes.
    pub fn squares<'a>(&'a self, seen: &'a Seen, strokes: f64) -> impl Iterator<Item = f64> + 'a {
        let deviations: [f64; FEATURES] =
            std::array::from_fn(|index| f64::from(seen.deviation(&self.means, index)));
        let noise = 1.0 / strokes;
        let directions = self.turn.iter().zip(&self.moods);
        directions.map(move |(row, mood)| dot(row, &deviations).powi(2) / (mood + noise))
    }
}

fn sums(products: &[f32], factor: f64) -> Option<Symmetric> {
    let at = |i: usize, j: usize| f64::from(products[i * (i + 1) / 2 + j]);
    (products.len() == PRODUCTS).then(|| Symmetric::of(FEATURES, |i, j| factor * at(i, j)))
}

fn shrunk(single: &Symmetric, strokes: f64) -> Symmetric {
    let kept = strokes / (strokes + INDEPENDENT_STROKES);
    Symmetric::of(FEATURES, |i, j| {
        if i == j {
            single.at(i, i) + LEAST_VARIANCE
        } else {
            kept * single.at(i, j)
        }
    })
}

/// L⁻¹ A L⁻ᵀ.
fn whitened(matrix: &Symmetric, factor: &Cholesky) -> Symmetric {
    let half: Vec<Vec<f64>> = (0..FEATURES)
        .map(|i| {
            let mut row: Vec<f64> = (0..FEATURES).map(|j| matrix.at(i, j)).collect();
            factor.forward(&mut row);
            row
        })
        .collect();
    let columns: Vec<Vec<f64>> = (0..FEATURES)
        .map(|j| {
            let mut column: Vec<f64> = half.iter().map(|row| row[j]).collect();
            factor.forward(&mut column);
            column
        })
        .collect();
    Symmetric::of(FEATURES, |i, j| columns[j][i])
}
