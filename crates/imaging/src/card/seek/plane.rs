//! How a flat thing lies in a photograph: from its own columns and rows to pixels, by least squares through many points.
#![expect(
    clippy::indexing_slicing,
    reason = "rows and columns of a matrix whose size is in its type"
)]

/// Across and down.
type Point = (f64, f64);

/// A plane seen in perspective.
#[derive(Debug, Clone, Copy)]
pub(super) struct Perspective([[f64; 3]; 3]);

impl Perspective {
    /// Through pairs of a place on the thing and one in the photograph; `None` when they do not say how it lies.
    pub(super) fn through(pairs: &[(Point, Point)]) -> Option<Self> {
        // Around their middle and of their size, or large and small numbers would be summed.
        let count = crate::number::long(pairs.len());
        let (x0, y0) = pairs.iter().fold((0.0, 0.0), |sum, (_, to)| (sum.0 + to.0, sum.1 + to.1));
        let (x0, y0) = (x0 / count, y0 / count);
        let size = pairs.iter().map(|(_, to)| (to.0 - x0).hypot(to.1 - y0)).fold(1e-9, f64::max);
        let mut sums = [[0.0; 9]; 8];
        for ((u, v), (x, y)) in pairs {
            let (x, y) = ((x - x0) / size, (y - y0) / size);
            add(&mut sums, [*u, *v, 1.0, 0.0, 0.0, 0.0, -u * x, -v * x, x]);
            add(&mut sums, [0.0, 0.0, 0.0, *u, *v, 1.0, -u * y, -v * y, y]);
        }
        let [a, b, c, d, e, f, g, h] = solved(sums)?;
        let shifted = |share: f64, from: f64, last: f64| share * size + from * last;
        Some(Self([
            [shifted(a, x0, g), shifted(b, x0, h), shifted(c, x0, 1.0)],
            [shifted(d, y0, g), shifted(e, y0, h), shifted(f, y0, 1.0)],
            [g, h, 1.0],
        ]))
    }

    /// Where a place of the thing is in the photograph.
    pub(super) fn of(&self, (u, v): (f64, f64)) -> (f64, f64) {
        let [x, y, w] = self.0.map(|row| row[0] * u + row[1] * v + row[2]);
        (x / w, y / w)
    }

    /// How many pixels a step of one is at a place, in the mean of all directions.
    pub(super) fn step(&self, (u, v): (f64, f64)) -> f64 {
        let (left, right) = (self.of((u - 0.5, v)), self.of((u + 0.5, v)));
        let (above, below) = (self.of((u, v - 0.5)), self.of((u, v + 0.5)));
        let across = (right.0 - left.0, right.1 - left.1);
        let down = (below.0 - above.0, below.1 - above.1);
        (across.0 * down.1 - across.1 * down.0).abs().sqrt()
    }
}

/// Adds one equation of eight unknowns to the sums of least squares.
fn add(sums: &mut [[f64; 9]; 8], equation: [f64; 9]) {
    for (sums, share) in sums.iter_mut().zip(equation) {
        sums.iter_mut().zip(equation).for_each(|(sum, other)| *sum += share * other);
    }
}

/// Solves by elimination, the largest number of a column first.
fn solved(mut rows: [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for column in 0..8 {
        let largest = (column..8)
            .max_by(|one, two| rows[*one][column].abs().total_cmp(&rows[*two][column].abs()))?;
        rows.swap(column, largest);
        let first = rows[column];
        if first[column].abs() < 1e-10 || first[column].is_nan() {
            return None;
        }
        for (row, numbers) in rows.iter_mut().enumerate() {
            let times = numbers[column] / first[column];
            if row != column {
                numbers.iter_mut().zip(first).for_each(|(number, from)| *number -= times * from);
            }
        }
    }
    let mut solution = [0.0; 8];
    for (row, to) in solution.iter_mut().enumerate() {
        *to = rows[row][8] / rows[row][row];
    }
    Some(solution)
}
