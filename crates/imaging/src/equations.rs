//! Equations of a few unknowns, solved by elimination.
#![expect(
    clippy::indexing_slicing,
    reason = "rows and columns of a matrix whose size is in its type"
)]

/// Solves as many equations as there are rows. Behind the unknowns of a row stand its right sides, one or several; the
/// answer holds of each unknown what it is for each of them, in their place. `None` where a pivot is no more than `least`,
/// which must not be negative: then the equations do not say.
pub(crate) fn solved<const ROWS: usize, const WIDTH: usize>(
    mut rows: [[f64; WIDTH]; ROWS],
    least: f64,
) -> Option<[[f64; WIDTH]; ROWS]> {
    for at in 0..ROWS {
        // The largest of a column first, or small errors become large ones.
        let best = (at..ROWS).max_by(|a, b| rows[*a][at].abs().total_cmp(&rows[*b][at].abs()))?;
        rows.swap(at, best);
        let pivot = rows[at];
        if pivot[at].is_nan() || pivot[at].abs() <= least {
            return None;
        }
        for (index, row) in rows.iter_mut().enumerate() {
            if index != at {
                let share = row[at] / pivot[at];
                for (cell, own) in row.iter_mut().zip(&pivot).skip(at) {
                    *cell -= share * own;
                }
            }
        }
    }
    for (at, row) in rows.iter_mut().enumerate() {
        let pivot = row[at];
        for cell in row.iter_mut().skip(ROWS) {
            *cell /= pivot;
        }
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_side_is_solved_and_what_says_too_little_is_not() {
        // 2x + y = 5 and x - y = 1; and with 3 and 0 for right sides.
        let [x, y] = solved([[2.0, 1.0, 5.0, 3.0], [1.0, -1.0, 1.0, 0.0]], 1e-12).unwrap();
        assert_eq!((x[2..].to_vec(), y[2..].to_vec()), (vec![2.0, 1.0], vec![1.0, 1.0]));
        // Nought where a pivot would be, until rows change places.
        let [x, y] = solved([[0.0, 1.0, 7.0], [1.0, 0.0, 3.0]], 1e-12).unwrap();
        assert_eq!((x[2], y[2]), (3.0, 7.0));
        assert_eq!(solved([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]], 1e-12), None);
        assert_eq!(solved([[f64::NAN, 2.0, 3.0], [2.0, 4.0, 6.0]], 1e-12), None);
    }
}
