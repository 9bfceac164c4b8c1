//! Small systems of equations: least squares of at most seven unknowns, and what an answer rests on.
//!
//! An unknown that nothing tells of is nought.

/// Unknowns of a system: six of a field, and one for lying beside a control patch.
pub(super) const UNKNOWNS: usize = 7;
/// Right sides that are solved at once.
const SIDES: usize = 6;
/// A pivot below this part of the largest tells nothing.
const TELLS_FROM: f64 = 1e-9;

/// Sums of the normal equations.
#[derive(Debug, Clone, Default)]
pub(super) struct Normal {
    matrix: [[f64; UNKNOWNS]; UNKNOWNS],
    sides: [[f64; UNKNOWNS]; SIDES],
}

impl Normal {
    /// Adds an observation: its factors, what is found on each side, and its weight.
    pub(super) fn add(&mut self, factors: [f64; UNKNOWNS], found: [f64; SIDES], weight: f64) {
        for (row, by) in self.matrix.iter_mut().zip(factors) {
            for (sum, factor) in row.iter_mut().zip(factors) {
                *sum += weight * by * factor;
            }
        }
        for (side, found) in self.sides.iter_mut().zip(found) {
            for (sum, factor) in side.iter_mut().zip(factors) {
                *sum += weight * factor * found;
            }
        }
    }

    /// The answers, a side each.
    pub(super) fn solve(&self) -> [[f64; UNKNOWNS]; SIDES] {
        let root = root(&self.matrix);
        self.sides.map(|side| answer(&root, side))
    }

    /// How much of one observation's error, squared, an answer at these factors carries: 1/n for a mean of n.
    pub(super) fn leverage(&self, factors: [f64; UNKNOWNS]) -> f64 {
        let solved = answer(&root(&self.matrix), factors);
        solved.iter().zip(factors).map(|(one, factor)| one * factor).sum()
    }
}

/// The matrix as a lower triangle times itself (Cholesky); a row that tells nothing is left empty.
#[expect(
    clippy::indexing_slicing,
    reason = "every index is below UNKNOWNS, the size of all arrays"
)]
fn root(matrix: &[[f64; UNKNOWNS]; UNKNOWNS]) -> [[f64; UNKNOWNS]; UNKNOWNS] {
    let mut root = [[0.0; UNKNOWNS]; UNKNOWNS];
    let largest = (0..UNKNOWNS).map(|at| matrix[at][at]).fold(0.0, f64::max);
    for row in 0..UNKNOWNS {
        for column in 0..=row {
            let done: f64 = (0..column).map(|at| root[row][at] * root[column][at]).sum();
            let left = matrix[row][column] - done;
            if row == column {
                root[row][row] = if left > TELLS_FROM * largest { left.sqrt() } else { 0.0 };
            } else if root[column][column] > 0.0 {
                root[row][column] = left / root[column][column];
            }
        }
    }
    root
}

/// Forth through the triangle and back.
#[expect(
    clippy::indexing_slicing,
    reason = "every index is below UNKNOWNS, the size of all arrays"
)]
fn answer(root: &[[f64; UNKNOWNS]; UNKNOWNS], side: [f64; UNKNOWNS]) -> [f64; UNKNOWNS] {
    let mut values = side;
    for row in 0..UNKNOWNS {
        let done: f64 = (0..row).map(|at| root[row][at] * values[at]).sum();
        values[row] = divided(values[row] - done, root[row][row]);
    }
    for row in (0..UNKNOWNS).rev() {
        let done: f64 = (row + 1..UNKNOWNS).map(|at| root[at][row] * values[at]).sum();
        values[row] = divided(values[row] - done, root[row][row]);
    }
    values
}

fn divided(value: f64, by: f64) -> f64 {
    if by > 0.0 { value / by } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_and_a_slope_are_found_and_what_nothing_tells_of_is_nought() {
        let mut normal = Normal::default();
        for step in 0..10_u8 {
            let x = f64::from(step) / 10.0 - 0.45;
            let factors = [1.0, x, 0.0, 0.0, 0.0, 0.0, 0.0];
            normal.add(factors, [3.0 + 2.0 * x, 0.0, 0.0, 0.0, 0.0, x], 1.0);
        }
        let [first, .., last] = normal.solve();
        for (found, known) in first.iter().zip([3.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0]) {
            assert!((found - known).abs() < 1e-9);
        }
        assert!((last[1] - 1.0).abs() < 1e-9);
        assert!((normal.leverage([1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]) - 0.1).abs() < 1e-9);
    }
}
