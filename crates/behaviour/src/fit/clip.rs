//! Makes a symmetric matrix positive semidefinite.

use crate::{eigen::eigen, symmetric::Symmetric};

/// The nearest matrix whose eigenvalues are at least `least` times the largest one.
pub(super) fn clipped(matrix: &Symmetric, least: f64) -> Symmetric {
    let n = matrix.size();
    let (values, vectors) = eigen(matrix);
    let largest = values.iter().copied().fold(0.0, f64::max);
    let kept: Vec<f64> = values.iter().map(|v| v.max(least * largest)).collect();
    Symmetric::of(n, |i, j| {
        (0..n)
            .map(|k| kept[k] * vectors[k][i] * vectors[k][j])
            .sum()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_direction_is_flattened_and_the_rest_stays() {
        let matrix = Symmetric::of(2, |i, j| if i == j { 1.0 } else { 2.0 });
        let clipped = clipped(&matrix, 0.0);
        for (i, j) in [(0, 0), (0, 1), (1, 1)] {
            assert!((clipped.at(i, j) - 1.5).abs() < 1e-9);
        }
    }
}
