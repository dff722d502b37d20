//! Small symmetric matrices: what a Gaussian in many dimensions needs.

/// A square matrix, row by row. Only symmetric ones are kept; triangular ones arise on the way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Symmetric {
    size: usize,
    entries: Vec<f64>,
}

/// The lower triangle L of A = L Lᵀ.
pub(crate) struct Cholesky(Symmetric);

impl Symmetric {
    pub fn zero(size: usize) -> Self {
        Self {
            size,
            entries: vec![0.0; size * size],
        }
    }

    /// With `entry(i, j)`, asked for j ≤ i only.
    pub fn of(size: usize, entry: impl Fn(usize, usize) -> f64) -> Self {
        let mut matrix = Self::zero(size);
        for i in 0..size {
            for j in 0..=i {
                matrix.set(i, j, entry(i, j));
            }
        }
        matrix
    }

    pub fn size(&self) -> usize {
        self.size
    }

    pub fn at(&self, i: usize, j: usize) -> f64 {
        self.entries[i * self.size + j]
    }

    /// Sets the entry and its mirror image.
    pub fn set(&mut self, i: usize, j: usize, value: f64) {
        self.entries[i * self.size + j] = value;
        self.entries[j * self.size + i] = value;
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.entries[i * self.size..(i + 1) * self.size]
    }

    /// None if the matrix is not positive definite, or holds what is not a number.
    pub fn cholesky(mut self) -> Option<Cholesky> {
        let n = self.size;
        for i in 0..n {
            let (above, below) = self.entries.split_at_mut(i * n);
            let row = &mut below[..n];
            for j in 0..i {
                let other = &above[j * n..=j * n + j];
                row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
            }
            let rest = row[i] - dot(&row[..i], &row[..i]);
            if rest.is_nan() || rest <= 0.0 {
                return None;
            }
            row[i] = rest.sqrt();
        }
        Some(Cholesky(self))
    }
}

impl Cholesky {
    /// Solves L x = b in place.
    pub fn forward(&self, b: &mut [f64]) {
        for i in 0..b.len() {
            let row = self.0.row(i);
            b[i] = (b[i] - dot(&row[..i], &b[..i])) / row[i];
        }
    }

    /// Solves Lᵀ x = b in place.
    pub fn backward(&self, b: &mut [f64]) {
        for i in (0..b.len()).rev() {
            let solved: f64 = (i + 1..b.len()).map(|k| self.0.at(k, i) * b[k]).sum();
            b[i] = (b[i] - solved) / self.0.at(i, i);
        }
    }

    /// ln det A.
    pub fn log_determinant(&self) -> f64 {
        2.0 * (0..self.0.size).map(|i| self.0.at(i, i).ln()).sum::<f64>()
    }
}

/// In four sums, which the compiler can keep in one register.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a_blocks, a_rest) = a.as_chunks::<4>();
    let (b_blocks, b_rest) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for k in 0..4 {
            sums[k] += a[k] * b[k];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Symmetric {
        Symmetric::of(3, |i, j| if i == j { 4.0 } else { 1.0 })
    }

    #[test]
    fn a_solution_solves_and_the_determinant_is_right() {
        let factor = example().cholesky().expect("positive definite");
        let mut x = [1.0, 2.0, 3.0];
        factor.forward(&mut x);
        // A = 3I + J with J all ones, so that its inverse is (I - J/6)/3.
        assert!((dot(&x, &x) - (14.0 - 36.0 / 6.0) / 3.0).abs() < 1e-12);
        assert!((factor.log_determinant() - 54.0_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_positive_definite_is_refused() {
        assert!(Symmetric::of(2, |_, _| 1.0).cholesky().is_none());
        assert!(Symmetric::of(2, |_, _| f64::NAN).cholesky().is_none());
    }
}
