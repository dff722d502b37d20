//! Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations (Golub and Van Loan, 8.5).

use crate::symmetric::Symmetric;

const SWEEPS: usize = 12;

/// Eigenvalues and, one a row, eigenvectors.
pub(crate) fn eigen(matrix: &Symmetric) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = matrix.size();
    let mut a: Vec<Vec<f64>> = (0..n)
        .map(|i| (0..n).map(|j| matrix.at(i, j)).collect())
        .collect();
    let mut vectors: Vec<Vec<f64>> = (0..n)
        .map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect())
        .collect();
    for _ in 0..SWEEPS {
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut vectors, p, q);
            }
        }
    }
    ((0..n).map(|i| a[i][i]).collect(), vectors)
}

fn rotate(a: &mut [Vec<f64>], vectors: &mut [Vec<f64>], p: usize, q: usize) {
    if a[p][q].abs() < 1e-15 {
        return;
    }
    let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let tangent = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    for row in a.iter_mut() {
        (row[p], row[q]) = (
            cosine * row[p] - sine * row[q],
            sine * row[p] + cosine * row[q],
        );
    }
    mix(a, p, q, cosine, sine);
    mix(vectors, p, q, cosine, sine);
}

fn mix(rows: &mut [Vec<f64>], p: usize, q: usize, cosine: f64, sine: f64) {
    let (above, below) = rows.split_at_mut(q);
    for (x, y) in above[p].iter_mut().zip(below[0].iter_mut()) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eigenvectors_and_their_values_make_up_the_matrix() {
        let matrix = Symmetric::of(3, |i, j| f64::from(u8::from(i == j)) + 0.5);
        let (values, vectors) = eigen(&matrix);
        let largest = values.iter().copied().fold(0.0, f64::max);
        assert!((largest - 2.5).abs() < 1e-9);
        for (i, j) in [(0, 0), (0, 2), (1, 2)] {
            let sum: f64 = (0..3)
                .map(|k| values[k] * vectors[k][i] * vectors[k][j])
                .sum();
            assert!((sum - matrix.at(i, j)).abs() < 1e-9);
        }
    }
}
